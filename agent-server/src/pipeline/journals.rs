//! The journals of a plan: which there are to open, and opening them.

use std::collections::BTreeMap;

use super::open::Processings;
use super::plan::Plan;
use crate::component::{ComponentId, Delivery, Processing, Shared, Tasks};
use crate::config::{Config, Pipeline, Problem};
use crate::delivery::{Journal, JournalName, Journals};

/// A journal to open.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    name: JournalName,
    destinations: Vec<String>,
}

/// Opens the journal of every pipeline that keeps what it accepts on the disk.
pub(super) fn open(
    config: &Config,
    plan: &Plan,
    processings: &[Processings],
    deliveries: &BTreeMap<ComponentId, Delivery>,
    shared: &Shared,
    tasks: &Tasks,
) -> Result<BTreeMap<JournalName, Journal>, Problem> {
    let mut opened = BTreeMap::new();
    let data = &config.service.data;
    let Some(directory) = &data.directory else {
        return Ok(opened);
    };
    let blame = |message: String| config.service.written().blame("data.directory", message);
    let mut journals: Option<Journals> = None;
    for (pipeline, processings) in plan.pipelines.iter().zip(processings) {
        let Some(durability) = pipeline.acknowledge.durability() else {
            continue;
        };
        for wanted in wanted(pipeline, processings, deliveries) {
            let journals = match &mut journals {
                Some(journals) => journals,
                None => journals.insert(
                    Journals::open(directory, data.max_bytes.0, data.max_age.0)
                        .map_err(|error| blame(error.to_string()))?,
                ),
            };
            let Wanted { name, destinations } = wanted;
            let journal = journals
                .start(&name, &destinations, durability, &shared.metrics, tasks)
                .map_err(|error| blame(error.to_string()))?;
            opened.insert(name, journal);
        }
    }
    Ok(opened)
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
