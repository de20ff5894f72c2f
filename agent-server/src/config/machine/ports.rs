//! Whether listeners can be bound.

use std::io::{self, ErrorKind};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use tokio::net::{TcpListener, UdpSocket, UnixStream};

use super::files;
use super::holder::holder;
use crate::config::listeners::{Listener, listeners};
use crate::config::{Config, Endpoint, ListenAddress, Problem};

/// Binds every listener, and lets go of it.
pub(super) async fn check(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    for listener in listeners(config) {
        let outcome = match &listener.address {
            ListenAddress::Tcp(endpoint) => port(endpoint, listener.datagrams).await,
            ListenAddress::Unix(path) => socket(path).await,
        };
        if let Err(reason) = outcome {
            found.push(problem(&listener, reason));
        }
    }
    found
}

/// Why a listener cannot be bound, and what to do.
struct Reason {
    what: String,
    help: String,
}

fn problem(listener: &Listener<'_>, reason: Reason) -> Problem {
    let message = format!("cannot listen on {}: {}", listener.address, reason.what);
    listener.blame(message).help(reason.help)
}

async fn port(endpoint: &Endpoint, datagrams: bool) -> Result<(), Reason> {
    let address = (endpoint.host(), endpoint.port());
    let bound = if datagrams {
        UdpSocket::bind(address).await.map(drop)
    } else {
        TcpListener::bind(address).await.map(drop)
    };
    bound.map_err(|error| explain(&error, endpoint, datagrams))
}

fn explain(error: &io::Error, endpoint: &Endpoint, datagrams: bool) -> Reason {
    let (what, help) = match error.kind() {
        ErrorKind::AddrInUse => {
            let help = "stop it, or choose another port; before a reload of a running agent, \
                        validate with --no-env";
            return match holder(endpoint.port(), datagrams) {
                Some(holder) => Reason {
                    what: format!("{holder} listens there"),
                    help: help.to_owned(),
                },
                None => Reason {
                    what: "another program listens there".to_owned(),
                    help: help.to_owned(),
                },
            };
        }
        ErrorKind::AddrNotAvailable => (error.to_string(), "this machine has no such address"),
        ErrorKind::PermissionDenied => (
            error.to_string(),
            "ports below 1024 are privileged: choose another port",
        ),
        _ => (error.to_string(), "check the host's name"),
    };
    Reason {
        what,
        help: help.to_owned(),
    }
}

/// As the agent binds it: a socket on which nobody answers is replaced.
async fn socket(path: &Path) -> Result<(), Reason> {
    let reason = |what: String, help: &str| Reason {
        what,
        help: help.to_owned(),
    };
    if let Ok(meta) = std::fs::symlink_metadata(path) {
        if !meta.file_type().is_socket() {
            let what = "a file that is no socket is there".to_owned();
            return Err(reason(what, "choose another path, or remove the file"));
        }
        if UnixStream::connect(path).await.is_ok() {
            let what = "another program listens there".to_owned();
            return Err(reason(what, "stop it, or choose another path"));
        }
    }
    let directory = path.parent().unwrap_or(path);
    files::writable_directory(directory, false)
        .map_err(|refused| reason(refused.what, &refused.help))
}
