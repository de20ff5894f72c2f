//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::Endpoint;
use crate::receivers::transport::Transport;
use crate::receivers::unsupported::{Unsupported, refuse};

/// The `opencensus` receiver's configuration. Keys and meaning are the Collector's, as far as they
/// are supported; those that are not are refused by name.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen. Default `127.0.0.1:55678`.
    pub endpoint: Endpoint,
    /// The transport. Default and only value `tcp`.
    pub transport: Transport,
    /// The largest message in MiB, before and after decompression. Default 0: 4 MiB, as gRPC has it.
    pub max_recv_msg_size_mib: u32,
    /// Streams that one connection may have open. Default 0: 100. A library needs two or three.
    pub max_concurrent_streams: u32,
    /// Whether a node must carry an identifier. Default false: like the agents before it, this one
    /// takes an empty node.
    pub require_identifier: bool,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub auth: Unsupported,
    /// Refused: there is no HTTP/JSON side yet for browsers to call.
    #[serde(skip_serializing)]
    pub cors_allowed_origins: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub include_metadata: Unsupported,
    /// Refused: keep-alive has fixed values.
    #[serde(skip_serializing)]
    pub keepalive: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub middlewares: Unsupported,
    /// Refused: buffers have fixed sizes.
    #[serde(skip_serializing)]
    pub read_buffer_size: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub tls: Unsupported,
    /// Refused: buffers have fixed sizes.
    #[serde(skip_serializing)]
    pub write_buffer_size: Unsupported,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            endpoint: Endpoint::loopback(55678),
            transport: Transport::Tcp,
            max_recv_msg_size_mib: 0,
            max_concurrent_streams: 0,
            require_identifier: false,
            auth: Unsupported::default(),
            cors_allowed_origins: Unsupported::default(),
            include_metadata: Unsupported::default(),
            keepalive: Unsupported::default(),
            middlewares: Unsupported::default(),
            read_buffer_size: Unsupported::default(),
            tls: Unsupported::default(),
            write_buffer_size: Unsupported::default(),
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let keys = [
            ("auth", self.auth),
            ("cors_allowed_origins", self.cors_allowed_origins),
            ("include_metadata", self.include_metadata),
            ("keepalive", self.keepalive),
            ("middlewares", self.middlewares),
            ("read_buffer_size", self.read_buffer_size),
            ("tls", self.tls),
            ("write_buffer_size", self.write_buffer_size),
        ];
        let mut wrong = refuse("", &keys);
        wrong.extend(self.transport.check(&(&self.endpoint).into(), ""));
        wrong
    }
}
