//! Who is at the other end of a connection.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use tokio::net::UnixStream;

/// Who is at the other end. Handlers find it as `ConnectInfo<Peer>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// An address of the network.
    Inet(SocketAddr),
    /// A process of this machine.
    Unix {
        /// Its user, where the system says so.
        uid: Option<u32>,
        /// The process, where the system says so.
        pid: Option<i32>,
    },
}

impl Peer {
    /// Its IP address; `None` for a process at a Unix socket.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Inet(address) => Some(address.ip()),
            Self::Unix { .. } => None,
        }
    }

    /// Who is at the other end of a Unix socket.
    pub(super) fn of(stream: &UnixStream) -> Self {
        let credentials = stream.peer_cred().ok();
        Self::Unix {
            uid: credentials.map(|credentials| credentials.uid()),
            pid: credentials.and_then(|credentials| credentials.pid()),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet(address) => address.fmt(formatter),
            Self::Unix { pid: Some(pid), .. } => write!(formatter, "process {pid}"),
            Self::Unix { .. } => formatter.write_str("a process of this machine"),
        }
    }
}
