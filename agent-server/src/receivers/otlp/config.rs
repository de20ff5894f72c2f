//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::{ByteSize, Endpoint};
use crate::receivers::transport::Transport;
use crate::receivers::unsupported::{Unsupported, refuse};

/// The `otlp` receiver's configuration. Keys and meaning are the Collector's, as far as they are
/// supported; those that are not are refused by name.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What to serve. Default: both. When it is given, a protocol that it omits is off, and one
    /// without a value has its defaults.
    #[serde(deserialize_with = "or_default")]
    pub protocols: Protocols,
}

/// The protocols to serve.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Protocols {
    /// OTLP over gRPC.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub grpc: Option<Grpc>,
    /// OTLP over HTTP, with protobuf and JSON bodies.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub http: Option<Http>,
}

impl Default for Protocols {
    fn default() -> Self {
        Self {
            grpc: Some(Grpc::default()),
            http: Some(Http::default()),
        }
    }
}

/// The gRPC side.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grpc {
    /// Where to listen. Default `127.0.0.1:4317`.
    pub endpoint: Endpoint,
    /// The transport. Default and only value `tcp`.
    pub transport: Transport,
    /// The largest message in MiB, before and after decompression. Default 0: 4 MiB, as in the
    /// Collector. OTLP 1.11 recommends 64; raise it for senders with large batches.
    pub max_recv_msg_size_mib: u32,
    /// Requests that one connection may have open. Default 0: 100.
    pub max_concurrent_streams: u32,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub auth: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub include_metadata: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub keepalive: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub middlewares: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub read_buffer_size: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub tls: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub write_buffer_size: Unsupported,
}

impl Default for Grpc {
    fn default() -> Self {
        Self {
            endpoint: Endpoint::loopback(4317),
            transport: Transport::Tcp,
            max_recv_msg_size_mib: 0,
            max_concurrent_streams: 0,
            auth: Unsupported::default(),
            include_metadata: Unsupported::default(),
            keepalive: Unsupported::default(),
            middlewares: Unsupported::default(),
            read_buffer_size: Unsupported::default(),
            tls: Unsupported::default(),
            write_buffer_size: Unsupported::default(),
        }
    }
}

/// The HTTP side.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Where to listen. Default `127.0.0.1:4318`.
    pub endpoint: Endpoint,
    /// The transport. Default and only value `tcp`.
    pub transport: Transport,
    /// The largest body, before and after decompression. Default 20 MiB; 0 is the default too.
    pub max_request_body_size: ByteSize,
    /// Where traces are posted. Default `/v1/traces`.
    pub traces_url_path: String,
    /// Where metrics are posted. Default `/v1/metrics`.
    pub metrics_url_path: String,
    /// Where logs are posted. Default `/v1/logs`.
    pub logs_url_path: String,
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

impl Default for Http {
    fn default() -> Self {
        Self {
            endpoint: Endpoint::loopback(4318),
            transport: Transport::Tcp,
            max_request_body_size: ByteSize(20 << 20),
            traces_url_path: "/v1/traces".to_owned(),
            metrics_url_path: "/v1/metrics".to_owned(),
            logs_url_path: "/v1/logs".to_owned(),
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

impl Http {
    /// The largest body in bytes.
    pub(super) fn body_limit(&self) -> usize {
        let size = match self.max_request_body_size {
            ByteSize(0) => Self::default().max_request_body_size,
            size => size,
        };
        usize::try_from(size.0).unwrap_or(usize::MAX)
    }

    fn paths(&self) -> [(&'static str, &str); 3] {
        [
            ("logs_url_path", &self.logs_url_path),
            ("metrics_url_path", &self.metrics_url_path),
            ("traces_url_path", &self.traces_url_path),
        ]
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let Protocols { grpc, http } = &self.protocols;
        if grpc.is_none() && http.is_none() {
            let message = "no protocol is on";
            return vec![Invalid {
                help: Some("write `grpc:` or `http:` below it, or remove it".to_owned()),
                ..Invalid::new("protocols", message)
            }];
        }
        let grpc = grpc.iter().flat_map(Grpc::wrong);
        grpc.chain(http.iter().flat_map(Http::wrong)).collect()
    }
}

impl Grpc {
    fn wrong(&self) -> Vec<Invalid> {
        let keys = [
            ("auth", self.auth),
            ("include_metadata", self.include_metadata),
            ("keepalive", self.keepalive),
            ("middlewares", self.middlewares),
            ("read_buffer_size", self.read_buffer_size),
            ("tls", self.tls),
            ("write_buffer_size", self.write_buffer_size),
        ];
        refuse("protocols.grpc.", &keys)
    }
}

impl Http {
    fn wrong(&self) -> Vec<Invalid> {
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
        let mut wrong = refuse("protocols.http.", &keys);
        wrong.extend(self.wrong_paths());
        wrong
    }

    fn wrong_paths(&self) -> impl Iterator<Item = Invalid> {
        let paths = self.paths();
        paths.into_iter().filter_map(move |(key, path)| {
            let shared = paths.iter().filter(|(_, other)| *other == path).count() > 1;
            let message = match path.strip_prefix('/') {
                Some(_) if !shared => return None,
                Some(_) => format!("`{path}` stands for two signals"),
                None => format!("`{path}` is not a path; it must begin with `/`"),
            };
            Some(Invalid::new(format!("protocols.http.{key}"), message))
        })
    }
}

/// A protocol that is named is on: without a value, with its defaults.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(Some(or_default(deserializer)?))
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
