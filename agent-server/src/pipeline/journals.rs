//! The journals of a plan: which there are to open, and opening them.

use std::collections::BTreeMap;

use super::build::{Made, Parts};
use super::running::Destination;
use crate::component::{ComponentId, Delivery, Processing, Shared, Tasks};
use crate::config::{Pipeline, Problem, Service};
use crate::delivery::{DataDirectory, Journal, JournalError, JournalName};

/// A journal to open.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    name: JournalName,
    destinations: Vec<String>,
}

/// Opens the journal of every pipeline that keeps what it accepts on the disk.
pub(crate) fn open(
    data: &mut Option<DataDirectory>,
    service: &Service,
    parts: &Parts,
    destinations: &BTreeMap<ComponentId, Destination>,
    shared: &Shared,
    tasks: &Tasks,
) -> Result<BTreeMap<JournalName, Journal>, Problem> {
    let mut opened = BTreeMap::new();
    for (pipeline, processings) in service.pipelines.iter().zip(&parts.processings) {
        let (Some(durability), Some(data)) = (pipeline.acknowledge.durability(), &mut *data) else {
            continue;
        };
        for Wanted { name, destinations } in wanted(pipeline, processings, destinations) {
            let metrics = &shared.metrics;
            let journal = data.journal(&name, &destinations, durability, metrics, tasks);
            opened.insert(name, journal.map_err(|error| blame(service, &error))?);
        }
    }
    Ok(opened)
}

/// Opens the data directory, if there is one.
pub(crate) fn open_data(service: &Service) -> Result<Option<DataDirectory>, Problem> {
    let data = &service.data;
    let Some(path) = &data.directory else {
        return Ok(None);
    };
    let letters = data.dead_letters_max_bytes.0;
    DataDirectory::open(path, data.max_bytes.0, data.max_age.0, letters)
        .map(Some)
        .map_err(|error| blame(service, &error))
}

fn blame(service: &Service, error: &JournalError) -> Problem {
    service.written().blame("data.directory", error.to_string())
}

/// The journals of one pipeline: one before each hold, and one before its exporters.
fn wanted(
    pipeline: &Pipeline,
    processings: &[Made],
    destinations: &BTreeMap<ComponentId, Destination>,
) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    let mut behind = None;
    for Made { id, processing, .. } in processings {
        if let Processing::Hold(_) = processing {
            wanted.push(Wanted {
                name: name(pipeline, behind.as_ref()),
                destinations: vec![id.to_string()],
            });
            behind = Some(id.clone());
        }
    }
    let lasting = |id: &&ComponentId| {
        destinations
            .get(id)
            .is_some_and(|to| is_lasting(&to.delivery))
    };
    let destinations: Vec<String> = pipeline
        .exporters
        .iter()
        .filter(lasting)
        .map(ToString::to_string)
        .collect();
    if !destinations.is_empty() {
        wanted.push(Wanted {
            name: name(pipeline, behind.as_ref()),
            destinations,
        });
    }
    wanted
}

/// The name of the journal of a pipeline, behind the last hold before it.
pub(super) fn name(pipeline: &Pipeline, behind: Option<&ComponentId>) -> JournalName {
    JournalName {
        pipeline: pipeline.name.clone(),
        behind: behind.map(ToString::to_string),
    }
}

/// Whether a destination is to get everything: one that sheds is not.
pub(super) fn is_lasting(delivery: &Delivery) -> bool {
    !delivery.settings.shed
}
