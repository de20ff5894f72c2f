//! What a user writes.

mod grpc;
mod http;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

pub use self::grpc::Grpc;
pub use self::http::Http;
use crate::component::{Invalid, Validate};

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
