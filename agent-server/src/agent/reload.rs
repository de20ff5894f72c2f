//! A new configuration for an agent that runs.

use std::collections::BTreeSet;
use std::fmt;

use super::Agent;
use crate::component::{ComponentId, Context, Shared};
use crate::config::{Components, Config, Service};

/// What became of a new configuration, as paths of keys: `receivers.opencensus.sampler`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reloaded {
    /// In force from now on.
    pub applied: Vec<String>,
    /// Different from what runs; takes effect with the next start.
    pub restart: Vec<String>,
}

impl Agent {
    /// Puts into practice what of `new` can change while the agent runs, and says what cannot.
    pub fn reload(&mut self, new: &Config) -> Reloaded {
        let mut reloaded = Reloaded::default();
        let Some(running) = &mut self.config else {
            return reloaded;
        };
        let mut sections = Sections {
            shared: &self.shared,
            reloaded: &mut reloaded,
        };
        sections.compare("receivers", &mut running.receivers, &new.receivers);
        sections.compare("processors", &mut running.processors, &new.processors);
        sections.compare("connectors", &mut running.connectors, &new.connectors);
        sections.compare("exporters", &mut running.exporters, &new.exporters);
        sections.compare("extensions", &mut running.extensions, &new.extensions);
        service(&running.service, &new.service, &mut reloaded.restart);
        reloaded
    }
}

struct Sections<'a> {
    shared: &'a Shared,
    reloaded: &'a mut Reloaded,
}

impl Sections<'_> {
    fn compare<C>(&mut self, section: &str, running: &mut Components<C>, new: &Components<C>) {
        let ids: BTreeSet<ComponentId> = running.keys().chain(new.keys()).cloned().collect();
        for id in ids {
            let path = format!("{section}.{id}");
            let (Some(ours), Some(theirs)) = (running.get_mut(&id), new.get(&id)) else {
                self.reloaded.restart.push(path);
                continue;
            };
            let difference = ours.difference(theirs);
            if !difference.live.is_empty() {
                let context = Context {
                    id,
                    shared: self.shared.clone(),
                };
                ours.adopt(theirs, &context);
                let keys = difference.live.iter();
                let keys = keys.map(|key| format!("{path}.{key}"));
                self.reloaded.applied.extend(keys);
            }
            if difference.rest {
                self.reloaded.restart.push(path);
            }
        }
    }
}

fn service(running: &Service, new: &Service, restart: &mut Vec<String>) {
    let parts = [
        ("data", running.data == new.data),
        ("extensions", running.extensions == new.extensions),
        ("pipelines", running.pipelines == new.pipelines),
        ("telemetry", running.telemetry == new.telemetry),
    ];
    let different = parts.iter().filter(|(_, same)| !same);
    restart.extend(different.map(|(part, _)| format!("service.{part}")));
}

impl fmt::Display for Reloaded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { applied, restart } = self;
        match (applied.is_empty(), restart.is_empty()) {
            (true, true) => formatter.write_str("nothing has changed"),
            (false, true) => write!(formatter, "applied {}", applied.join(", ")),
            (true, false) => {
                write!(formatter, "restart to apply {}", restart.join(", "))
            }
            (false, false) => write!(
                formatter,
                "applied {}; restart to apply {}",
                applied.join(", "),
                restart.join(", ")
            ),
        }
    }
}
