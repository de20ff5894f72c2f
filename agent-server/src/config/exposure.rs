//! Listeners that other machines can reach.

use super::listeners::{Listener, listeners};
use super::model::Config;
use super::{ListenAddress, Problem, Severity};

/// Warns of every listener beyond the loopback interface that does not ask who is there.
pub(super) fn warn(config: &mut Config) {
    let exposed = listeners(config);
    let found: Vec<Problem> = exposed.iter().filter_map(warning).collect();
    config.warnings.problems.extend(found);
}

fn warning(listener: &Listener<'_>) -> Option<Problem> {
    let ListenAddress::Tcp(endpoint) = &listener.address else {
        return None;
    };
    if endpoint.is_loopback() || listener.knows_clients {
        return None;
    }
    let path = listener.path();
    let port = endpoint.port();
    Some(Problem {
        severity: Severity::Warning,
        message: format!("`{path}` accepts connections from any host without authentication"),
        help: Some(format!(
            "listen on 127.0.0.1:{port} unless a firewall stands before it"
        )),
        ..listener.blame("")
    })
}
