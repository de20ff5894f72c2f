//! The journals of a plan: which there are to open, and opening them.

use std::collections::BTreeMap;

use super::open::Processings;
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
pub(super) fn open(
    data: &mut Option<DataDirectory>,
    service: &Service,
    processings: &[Processings],
    deliveries: &BTreeMap<ComponentId, Delivery>,
    shared: &Shared,
    tasks: &Tasks,
) -> Result<BTreeMap<JournalName, Journal>, Problem> {
    let mut opened = BTreeMap::new();
    for (pipeline, processings) in service.pipelines.iter().zip(processings) {
        let (Some(durability), Some(data)) = (pipeline.acknowledge.durability(), &mut *data) else {
            continue;
        };
        for Wanted { name, destinations } in wanted(pipeline, processings, deliveries) {
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
    processings: &Processings,
    deliveries: &BTreeMap<ComponentId, Delivery>,
) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    let mut behind = None;
    for (id, processing) in processings {
        if let Processing::Hold(_) = processing {
            wanted.push(Wanted {
                name: name(pipeline, behind.as_ref()),
                destinations: vec![id.to_string()],
            });
            behind = Some(id.clone());
        }
    }
    let lasting = |id: &&ComponentId| deliveries.get(id).is_some_and(is_lasting);
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
