//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::{ByteSize, Endpoint};
use crate::receivers::transport::Transport;
use crate::receivers::unsupported::{Unsupported, refuse};

/// The `zipkin` receiver's configuration. Keys and meaning are the Collector's, as far as they are
/// supported; those that are not are refused by name.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen. Default `127.0.0.1:9411`.
    pub endpoint: Endpoint,
    /// The transport. Default and only value `tcp`.
    pub transport: Transport,
    /// Whether tags that look like numbers or truth values become such attributes. Default false:
    /// a tag is text. Set it when what reads the attributes compares numbers.
    pub parse_string_tags: bool,
    /// The largest body, before and after decompression. Default 20 MiB; 0 is the default too.
    pub max_request_body_size: ByteSize,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub auth: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub compression_algorithms: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub cors: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub idle_timeout: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub include_metadata: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub keep_alives_enabled: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub middlewares: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub read_header_timeout: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub read_timeout: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub response_headers: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub tls: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub write_timeout: Unsupported,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            endpoint: Endpoint::loopback(9411),
            transport: Transport::Tcp,
            parse_string_tags: false,
            max_request_body_size: ByteSize(20 << 20),
            auth: Unsupported::default(),
            compression_algorithms: Unsupported::default(),
            cors: Unsupported::default(),
            idle_timeout: Unsupported::default(),
            include_metadata: Unsupported::default(),
            keep_alives_enabled: Unsupported::default(),
            middlewares: Unsupported::default(),
            read_header_timeout: Unsupported::default(),
            read_timeout: Unsupported::default(),
            response_headers: Unsupported::default(),
            tls: Unsupported::default(),
            write_timeout: Unsupported::default(),
        }
    }
}

impl Config {
    /// The largest body in bytes.
    pub(super) fn body_limit(&self) -> usize {
        let size = match self.max_request_body_size {
            ByteSize(0) => Self::default().max_request_body_size,
            size => size,
        };
        usize::try_from(size.0).unwrap_or(usize::MAX)
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let keys = [
            ("auth", self.auth),
            ("compression_algorithms", self.compression_algorithms),
            ("cors", self.cors),
            ("idle_timeout", self.idle_timeout),
            ("include_metadata", self.include_metadata),
            ("keep_alives_enabled", self.keep_alives_enabled),
            ("middlewares", self.middlewares),
            ("read_header_timeout", self.read_header_timeout),
            ("read_timeout", self.read_timeout),
            ("response_headers", self.response_headers),
            ("tls", self.tls),
            ("write_timeout", self.write_timeout),
        ];
        refuse("", &keys)
    }
}
