//! What a reload did, for people and programs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::pipeline::{Change, Changes, Section};

/// What became of a new configuration, as paths of keys: `receivers.opencensus.sampler`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Reloaded {
    /// Changed in what runs.
    pub applied: Vec<String>,
    /// Pipelines that lead somewhere else, or are new.
    pub connected: Vec<String>,
    /// Components that took the place of their predecessors.
    pub restarted: Vec<String>,
    /// Components that were not there before.
    pub started: Vec<String>,
    /// Components and pipelines that are gone.
    pub stopped: Vec<String>,
    /// Different, and left as it was: takes effect with the next start.
    pub restart: Vec<String>,
}

impl Reloaded {
    /// Whether the new configuration was like the old one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn note(&mut self, path: String, change: &Change) {
        match change {
            Change::Added => self.started.push(path),
            Change::Changed => self.restarted.push(path),
            Change::Kept => {}
            Change::Live(keys) => {
                let keys = keys.iter().map(|key| format!("{path}.{key}"));
                self.applied.extend(keys);
            }
            Change::Removed => self.stopped.push(path),
        }
    }

    fn section(&mut self, name: &str, section: &Section) {
        for (id, change) in section {
            self.note(format!("{name}.{id}"), change);
        }
    }
}

impl From<&Changes> for Reloaded {
    fn from(changes: &Changes) -> Self {
        let mut reloaded = Self::default();
        reloaded.section("receivers", &changes.receivers);
        reloaded.section("processors", &changes.processors);
        reloaded.section("connectors", &changes.connectors);
        reloaded.section("exporters", &changes.exporters);
        reloaded.section("extensions", &changes.extensions);
        for (name, change) in &changes.pipelines {
            let path = format!("service.pipelines.{name}");
            match change {
                Change::Added | Change::Changed => reloaded.connected.push(path),
                change => reloaded.note(path, change),
            }
        }
        reloaded.note("service.telemetry.metrics".to_owned(), &changes.metrics);
        let (directory, levels) = &changes.data;
        if *directory {
            reloaded.restart.push("service.data".to_owned());
        }
        let levels = levels.iter();
        let levels = levels.map(|name| format!("service.pipelines.{name}.acknowledge"));
        reloaded.restart.extend(levels);
        let (level, encoding) = changes.logs;
        let telemetry = |key: &str| format!("service.telemetry.{key}");
        if changes.resource {
            reloaded.applied.push(telemetry("resource"));
        }
        if level {
            reloaded.applied.push(telemetry("logs.level"));
        }
        if encoding {
            reloaded.restart.push(telemetry("logs.encoding"));
        }
        reloaded
    }
}

/// `restarted exporters.otlp; applied receivers.opencensus.sampler`, or that nothing has changed.
impl fmt::Display for Reloaded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = [
            ("started", &self.started),
            ("restarted", &self.restarted),
            ("stopped", &self.stopped),
            ("connected", &self.connected),
            ("applied", &self.applied),
            ("restart to apply", &self.restart),
        ];
        let mut lists = lists.iter().filter(|(_, list)| !list.is_empty());
        let Some((what, list)) = lists.next() else {
            return formatter.write_str("nothing has changed");
        };
        write!(formatter, "{what} {}", list.join(", "))?;
        lists.try_for_each(|(what, list)| write!(formatter, "; {what} {}", list.join(", ")))
    }
}
