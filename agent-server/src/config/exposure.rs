//! Listeners that other machines can reach.

use super::model::{Component, Config};
use super::{Endpoint, Problem, Severity};

/// The exporters whose `endpoint` is their own, to listen on, and not their destination's.
const LISTENING_EXPORTERS: [&str; 1] = ["prometheus"];

/// Warns of every listener beyond the loopback interface that does not ask who is there.
pub(super) fn warn(config: &mut Config) {
    let mut found = of_components(config.receivers.values());
    found.extend(of_components(config.extensions.values()));
    let exporters = config.exporters.iter();
    let listening = exporters.filter(|(id, _)| LISTENING_EXPORTERS.contains(&id.kind()));
    found.extend(of_components(listening.map(|(_, exporter)| exporter)));
    found.extend(of_metrics(config));
    config.warnings.problems.extend(found);
}

fn of_components<'c, C: 'static>(
    components: impl Iterator<Item = &'c Component<C>>,
) -> Vec<Problem> {
    let mut found = Vec::new();
    for component in components {
        let written = component.written();
        for (path, text) in component.endpoints() {
            let exposed = |endpoint: Endpoint| !endpoint.is_loopback();
            if text.parse().is_ok_and(exposed) && !component.knows_clients(&path) {
                let key = format!("{}.{path}", written.path);
                found.push(warning(&key, written.blame(&path, ""), &text));
            }
        }
    }
    found
}

fn of_metrics(config: &Config) -> Option<Problem> {
    let (endpoint, key) = config.service.telemetry.metrics_endpoint()?;
    let written = config.service.written();
    let path = format!("{}.{key}", written.path);
    let warning = || warning(&path, written.blame(key, ""), &endpoint.to_string());
    (!endpoint.is_loopback()).then(warning)
}

fn warning(key: &str, problem: Problem, endpoint: &str) -> Problem {
    let port = endpoint.rsplit(':').next().unwrap_or_default();
    Problem {
        severity: Severity::Warning,
        message: format!("`{key}` accepts connections from any host without authentication"),
        help: Some(format!(
            "listen on 127.0.0.1:{port} unless a firewall stands before it"
        )),
        ..problem
    }
}
