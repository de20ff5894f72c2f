//! Where a signal goes, and how.

use std::path::PathBuf;
use std::time::Duration;

use super::{Endpoint, Headers};
use crate::protocol::Protocol;

/// Where a signal goes. Signals with equal destinations share a connection.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Destination {
    /// Whether the signal is sent at all.
    pub export: bool,
    /// The protocol spoken to the agent.
    pub protocol: Protocol,
    /// Where the agent is; `None` is the protocol's default.
    pub endpoint: Option<Endpoint>,
    /// Headers of every OTLP request.
    pub headers: Headers,
    /// Longest wait for one answer of the agent.
    pub timeout: Duration,
    /// How requests are compressed.
    pub compression: Compression,
    /// Certificates, where the endpoint asks for TLS.
    pub tls: Tls,
}

impl Default for Destination {
    fn default() -> Self {
        Self {
            export: true,
            protocol: Protocol::default(),
            endpoint: None,
            headers: Headers::default(),
            timeout: Duration::from_secs(10),
            compression: Compression::default(),
            tls: Tls::default(),
        }
    }
}

impl Destination {
    /// The endpoint in force: the one given, else the protocol's default.
    #[must_use]
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
            .clone()
            .unwrap_or_else(|| Endpoint::of_static(self.protocol.default_endpoint()))
    }
}

/// How requests are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all: on one machine that is cheapest.
    #[default]
    None,
    /// gzip, which every OTLP server reads.
    Gzip,
    /// Zstandard, which some read.
    #[cfg(feature = "zstd")]
    Zstd,
}

impl Compression {
    pub(crate) const NAMES: &'static str = if cfg!(feature = "zstd") {
        "gzip, zstd or none"
    } else {
        "gzip or none (zstd needs the feature \"zstd\" of campanile-agent-client)"
    };

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "none" => Some(Self::None),
            "gzip" => Some(Self::Gzip),
            #[cfg(feature = "zstd")]
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// Files in PEM, read anew for every connection, so that a renewed certificate counts at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tls {
    /// Certificates of authorities that are trusted in place of the system's.
    pub certificate: Option<PathBuf>,
    /// This client's certificate and those between it and its authority.
    pub client_certificate: Option<PathBuf>,
    /// The key of this client's certificate.
    pub client_key: Option<PathBuf>,
}
