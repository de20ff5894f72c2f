//! The detectors, in their order.

use super::config::{CONTAINER, Config, DOCKER, PROCESS, SYSTEM, Toggles};
use super::docker::{self, Dockers};
use super::files::Files;
use super::{env, machine};

/// An attribute that was found.
pub(super) type Found = (String, Value);

/// What it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Number(i64),
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Asks every detector of a configuration.
pub(super) fn all(config: &Config, dockers: &Dockers) -> Vec<Found> {
    let variable = |name: &str| std::env::var(name).ok();
    let files = Files::read();
    chosen(config, |name| match name {
        "container" => machine::container(&files),
        "docker" => dockers.ask(&docker::socket(variable), config.timeout.0),
        "env" => env::detect(variable),
        "process" => machine::process(),
        "system" => machine::system(&files, &config.system.hostname_sources),
        _ => Vec::new(),
    })
}

/// What a configuration wants of what its detectors find. Of two of one name, the first.
pub(super) fn chosen(config: &Config, detect: impl Fn(&str) -> Vec<Found>) -> Vec<Found> {
    let mut chosen: Vec<Found> = Vec::new();
    for name in &config.detectors {
        let wanted = |key: &str| match name.as_str() {
            "container" => is_on(key, &config.container.resource_attributes, CONTAINER),
            "docker" => is_on(key, &config.docker.resource_attributes, DOCKER),
            "process" => is_on(key, &config.process.resource_attributes, PROCESS),
            "system" => is_on(key, &config.system.resource_attributes, SYSTEM),
            _ => true,
        };
        let listed = |key: &String| config.attributes.is_empty() || config.attributes.contains(key);
        for (key, value) in detect(name) {
            let first = chosen.iter().all(|(earlier, _)| *earlier != key);
            if first && wanted(&key) && listed(&key) {
                chosen.push((key, value));
            }
        }
    }
    chosen
}

fn is_on(key: &str, toggles: &Toggles, known: &[(&str, bool)]) -> bool {
    let written = toggles.get(key).map(|toggle| toggle.enabled);
    let default = known.iter().any(|(name, on)| *name == key && *on);
    written.unwrap_or(default)
}
