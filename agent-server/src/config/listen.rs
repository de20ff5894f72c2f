//! Where a listener listens.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Endpoint;

/// Before the path of a Unix socket.
const SCHEME: &str = "unix://";

/// Where to listen: `host:port`, `:port` for every interface, or a Unix socket as `unix:///path`
/// or `/path`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum ListenAddress {
    /// A port of this machine.
    Tcp(Endpoint),
    /// The absolute path of a Unix socket.
    Unix(PathBuf),
}

impl ListenAddress {
    /// A port on the loopback interface, where every listener is by default.
    #[must_use]
    pub fn loopback(port: u16) -> Self {
        Self::Tcp(Endpoint::loopback(port))
    }

    /// The path, if it is a Unix socket.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Tcp(_) => None,
            Self::Unix(path) => Some(path),
        }
    }

    /// The port, if it is one.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Tcp(endpoint) => Some(endpoint.port()),
            Self::Unix(_) => None,
        }
    }
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = match text.strip_prefix(SCHEME) {
            Some(path) => path,
            None if text.starts_with('/') => text,
            None => return text.parse().map(Self::Tcp),
        };
        if !path.starts_with('/') || path.len() == 1 || path.contains('\0') {
            return Err(format!(
                "`{text}` is not the absolute path of a Unix socket; write `unix:///path/to.sock`"
            ));
        }
        Ok(Self::Unix(path.into()))
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(endpoint) => endpoint.fmt(formatter),
            Self::Unix(path) => write!(formatter, "{SCHEME}{}", path.display()),
        }
    }
}

impl TryFrom<String> for ListenAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ListenAddress> for String {
    fn from(address: ListenAddress) -> Self {
        address.to_string()
    }
}

impl From<Endpoint> for ListenAddress {
    fn from(endpoint: Endpoint) -> Self {
        Self::Tcp(endpoint)
    }
}

impl From<&Endpoint> for ListenAddress {
    fn from(endpoint: &Endpoint) -> Self {
        Self::Tcp(endpoint.clone())
    }
}

impl From<&Self> for ListenAddress {
    fn from(address: &Self) -> Self {
        address.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_paths_are_told_apart_and_print_as_they_are_read() {
        let read = |text: &str| text.parse::<ListenAddress>();
        let unix = Ok(ListenAddress::Unix("/run/agent.sock".into()));
        assert_eq!(read("/run/agent.sock"), unix);
        assert_eq!(read("unix:///run/agent.sock"), unix);
        assert_eq!(read("127.0.0.1:1"), Ok(ListenAddress::loopback(1)));
        for text in ["unix:///run/agent.sock", "127.0.0.1:1"] {
            assert_eq!(read(text).map(String::from), Ok(text.to_owned()));
        }
        for text in ["unix://run", "unix://", "/", "agent.sock", "@agent"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
