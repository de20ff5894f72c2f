//! An agent that could not start.

use std::io;

use crate::component::StartError;
use crate::config::{Problem, Written};

/// Why an agent did not start; nothing of it runs any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct StartFailure {
    /// What happened, and the value of the configuration to blame.
    pub problem: Problem,
}

impl From<Problem> for StartFailure {
    fn from(problem: Problem) -> Self {
        Self { problem }
    }
}

/// Finds the value to blame for a component that did not start: the one at `key`.
pub(super) fn blame(written: &Written, key: &str, error: &StartError) -> Problem {
    let problem = written.blame(key, error.to_string());
    match error {
        StartError::Bind { source, .. } => {
            problem.help(remedy(source, &format!("{}.{key}", written.path)))
        }
        StartError::Other { .. } => problem,
    }
}

/// What to do about an address that cannot be listened on; `key` says where it is configured.
fn remedy(error: &io::Error, key: &str) -> Option<String> {
    let set = match key.contains('[') {
        true => "choose another port".to_owned(),
        false => format!("choose another port, such as `--set {key}=127.0.0.1:0` for any"),
    };
    match error.kind() {
        io::ErrorKind::AddrInUse => Some(format!(
            "another program listens there, perhaps another campanile: stop it, or {set}"
        )),
        io::ErrorKind::AddrNotAvailable => Some("this machine has no such address".to_owned()),
        io::ErrorKind::PermissionDenied => Some(format!("ports below 1024 are privileged: {set}")),
        _ => None,
    }
}
