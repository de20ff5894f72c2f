//! Whether this machine has what a configuration needs, for `campanile validate`.
//!
//! | file | what |
//! |---|---|
//! | `ports` | listeners can be bound; `holder` says who has a port that is taken |
//! | `files` | what is written can be written, what is read is there |
//! | `certificates` | certificates and keys load, go together and are valid; `validity` until when |
//! | `backends` | destinations answer |
//!
//! Sockets are bound and released, files and directories are looked at; nothing is written,
//! nothing stays.

mod backends;
mod certificates;
mod files;
mod holder;
mod ports;
#[cfg(test)]
mod tests;
mod validity;

use super::model::{Components, Config};
use super::{Problem, Report};
use crate::component::{ComponentId, Context, Shared};

/// Everything that this machine lacks, and warnings of what may be lacking only now.
pub(crate) async fn check(config: &Config) -> Report {
    let mut report = Report::default();
    report.problems.extend(built(config));
    report.problems.extend(ports::check(config).await);
    report.problems.extend(files::check(config));
    report.problems.extend(certificates::check(config));
    report.problems.extend(backends::check(config).await);
    report.sort();
    // A file that is not there keeps its component from being built, too.
    report.problems.dedup_by(|later, earlier| {
        later.place == earlier.place && later.severity == earlier.severity
    });
    report
}

/// The components that cannot be built.
fn built(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    building(&config.connectors, &mut found);
    building(&config.exporters, &mut found);
    building(&config.extensions, &mut found);
    building(&config.processors, &mut found);
    building(&config.receivers, &mut found);
    found
}

/// Building opens nothing, with one exception: the store has its database open from the start.
const OPENS: &str = "store";

fn building<C>(components: &Components<C>, found: &mut Vec<Problem>) {
    for (id, component) in components.iter().filter(|(id, _)| id.kind() != OPENS) {
        let Ok(configured) = component.configure() else {
            continue;
        };
        if let Err(error) = configured.build(context(id)) {
            found.push(component.written().blame(&error.key, error.message));
        }
    }
}

fn context(id: &ComponentId) -> Context {
    Context {
        id: id.clone(),
        shared: Shared::default(),
    }
}
