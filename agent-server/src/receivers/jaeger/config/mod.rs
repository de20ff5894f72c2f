//! What a user writes.

mod grpc;
mod sampling;
mod thrift_http;
mod udp;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

pub use self::grpc::Grpc;
pub use self::sampling::{
    OperationStrategy, RemoteSampling, SamplingGrpc, SamplingHttp, ServiceStrategy, Strategies,
    Strategy, StrategyType,
};
pub use self::thrift_http::ThriftHttp;
pub(super) use self::udp::Udp;
pub use self::udp::{ThriftBinary, ThriftCompact};
use crate::component::{Invalid, Validate};

/// The `jaeger` receiver's configuration. Keys and meaning are the Collector's, as far as they are
/// supported; those that are not are refused by name.
#[derive(Clone, Debug, Default, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What to serve. Default: all four. When it is given, a protocol that it omits is off, and one
    /// without a value has its defaults.
    pub protocols: Protocols,
    /// What clients that ask are told to sample. Off where `protocols` is given and this is not: a
    /// configuration of the Collector, which has this elsewhere, opens the ports that it names.
    pub remote_sampling: RemoteSampling,
}

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        struct Written {
            protocols: Option<Protocols>,
            #[serde(deserialize_with = "present")]
            remote_sampling: Option<RemoteSampling>,
        }

        let Written {
            protocols,
            remote_sampling,
        } = Written::deserialize(deserializer)?;
        let remote_sampling = remote_sampling.unwrap_or_else(|| match protocols {
            Some(_) => RemoteSampling::off(),
            None => RemoteSampling::default(),
        });
        Ok(Self {
            protocols: protocols.unwrap_or_default(),
            remote_sampling,
        })
    }
}

/// The protocols to serve.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Protocols {
    /// `api_v2` over gRPC.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub grpc: Option<Grpc>,
    /// Thrift binary over UDP.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub thrift_binary: Option<ThriftBinary>,
    /// Thrift compact over UDP.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub thrift_compact: Option<ThriftCompact>,
    /// Thrift binary over HTTP.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub thrift_http: Option<ThriftHttp>,
}

impl Default for Protocols {
    fn default() -> Self {
        Self {
            grpc: Some(Grpc::default()),
            thrift_binary: Some(ThriftBinary::default()),
            thrift_compact: Some(ThriftCompact::default()),
            thrift_http: Some(ThriftHttp::default()),
        }
    }
}

impl Protocols {
    fn is_empty(&self) -> bool {
        self.grpc.is_none()
            && self.thrift_binary.is_none()
            && self.thrift_compact.is_none()
            && self.thrift_http.is_none()
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let protocols = &self.protocols;
        let mut wrong = self.remote_sampling.wrong();
        if protocols.is_empty() {
            let help = "write `grpc:`, `thrift_binary:`, `thrift_compact:` or `thrift_http:` \
                        below it, or remove it";
            wrong.push(Invalid {
                help: Some(help.to_owned()),
                ..Invalid::new("protocols", "no protocol is on")
            });
        }
        wrong.extend(protocols.grpc.iter().flat_map(Grpc::wrong));
        wrong.extend(protocols.thrift_http.iter().flat_map(ThriftHttp::wrong));
        let binary = protocols.thrift_binary.iter();
        wrong.extend(binary.flat_map(|binary| binary.udp().wrong()));
        let compact = protocols.thrift_compact.iter();
        wrong.extend(compact.flat_map(|compact| compact.udp().wrong()));
        wrong
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
