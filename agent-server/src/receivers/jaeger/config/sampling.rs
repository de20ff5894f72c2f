//! What clients are told to sample.

use std::collections::HashSet;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Invalid;
use crate::config::ListenAddress;
use crate::receivers::unsupported::{Unsupported, refuse};

const PREFIX: &str = "remote_sampling.";

/// The most traces a second that the protocol can say.
const MAX_RATE: f64 = i32::MAX as f64;

/// How clients with a remote sampler are answered.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoteSampling {
    /// Answers over HTTP, as Jaeger's agent gave them.
    pub http: SamplingHttp,
    /// Answers over gRPC. `protocols.grpc` gives the same ones.
    pub grpc: SamplingGrpc,
    /// What to sample, in the form of Jaeger's strategies file. Default: everything.
    pub strategies: Strategies,
    /// A strategies file of Jaeger (JSON), read at the start. Default none.
    pub strategy_file: Option<PathBuf>,
    /// Refused: strategies are not fetched from another server; see `strategies`.
    #[serde(skip_serializing)]
    pub endpoint: Unsupported,
    /// Refused: it is `http.endpoint` here.
    #[serde(skip_serializing)]
    pub host_endpoint: Unsupported,
    /// Refused: the file is read at the start.
    #[serde(skip_serializing)]
    pub strategy_file_reload_interval: Unsupported,
    /// Refused: strategies are not fetched from another server; see `strategies`.
    #[serde(skip_serializing)]
    pub tls: Unsupported,
}

impl RemoteSampling {
    /// Nobody is answered, except by `protocols.grpc` and `protocols.thrift_http`.
    pub(super) fn off() -> Self {
        let mut off = Self::default();
        off.http.enabled = false;
        off.grpc.enabled = false;
        off
    }
}

macro_rules! listener {
    ($(#[$docs:meta])* $name:ident, $port:literal) => {
        $(#[$docs])*
        #[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            /// Whether to listen. Default true.
            pub enabled: bool,
            /// Where: `host:port`, or the path of a Unix socket. Default: the loopback interface, at
            /// Jaeger's port.
            pub endpoint: ListenAddress,
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    enabled: true,
                    endpoint: ListenAddress::loopback($port),
                }
            }
        }
    };
}

listener!(
    /// `GET /sampling?service=` and its older forms, by default on 127.0.0.1:5778.
    SamplingHttp,
    5778
);
listener!(
    /// `jaeger.api_v2.SamplingManager`, by default on 127.0.0.1:5779.
    SamplingGrpc,
    5779
);

/// Strategies per service. The same as Jaeger's strategies file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Strategies {
    /// For services without a strategy of their own. Default probabilistic 1.
    pub default_strategy: Strategy,
    /// For the services that it names. Default none.
    pub service_strategies: Vec<ServiceStrategy>,
}

/// How much of a service to sample.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Strategy {
    /// `probabilistic` or `ratelimiting`. Default probabilistic.
    #[serde(rename = "type")]
    pub kind: StrategyType,
    /// The share of traces, 0 to 1, or how many a second. Default 1.
    pub param: f64,
    /// For the operations that it names. Default none.
    pub operation_strategies: Vec<OperationStrategy>,
}

/// How much of one service to sample.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceStrategy {
    /// The name of the service. Required.
    pub service: String,
    /// `probabilistic` or `ratelimiting`. Default probabilistic.
    #[serde(rename = "type")]
    pub kind: StrategyType,
    /// The share of traces, 0 to 1, or how many a second. Default 1.
    pub param: f64,
    /// For the operations that it names. Default none.
    pub operation_strategies: Vec<OperationStrategy>,
}

/// How much of one operation to sample.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperationStrategy {
    /// The name of the operation. Required.
    pub operation: String,
    /// `probabilistic`; the protocol cannot say `ratelimiting`, which has no effect. Default
    /// probabilistic.
    #[serde(rename = "type")]
    pub kind: StrategyType,
    /// The share of traces, 0 to 1. Default 1.
    pub param: f64,
}

/// What a strategy's `param` is.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StrategyType {
    /// A share of traces.
    #[default]
    Probabilistic,
    /// Traces a second.
    Ratelimiting,
}

impl Default for Strategy {
    fn default() -> Self {
        Self {
            kind: StrategyType::Probabilistic,
            param: 1.0,
            operation_strategies: Vec::new(),
        }
    }
}

impl Default for ServiceStrategy {
    fn default() -> Self {
        Self {
            service: String::new(),
            kind: StrategyType::Probabilistic,
            param: 1.0,
            operation_strategies: Vec::new(),
        }
    }
}

impl Default for OperationStrategy {
    fn default() -> Self {
        Self {
            operation: String::new(),
            kind: StrategyType::Probabilistic,
            param: 1.0,
        }
    }
}

impl RemoteSampling {
    pub(super) fn wrong(&self) -> Vec<Invalid> {
        let keys = [
            ("endpoint", self.endpoint),
            ("host_endpoint", self.host_endpoint),
            (
                "strategy_file_reload_interval",
                self.strategy_file_reload_interval,
            ),
            ("tls", self.tls),
        ];
        let mut wrong = refuse(PREFIX, &keys);
        if self.strategy_file.is_some() && self.strategies != Strategies::default() {
            let message = "stands beside `strategies`: only one of them can hold";
            wrong.push(Invalid::new(format!("{PREFIX}strategy_file"), message));
        }
        wrong.extend(self.strategies.wrong(&format!("{PREFIX}strategies.")));
        wrong
    }
}

impl Strategies {
    /// Everything wrong with them, with keys below `prefix`.
    pub(in crate::receivers::jaeger) fn wrong(&self, prefix: &str) -> Vec<Invalid> {
        let default = &self.default_strategy;
        let key = format!("{prefix}default_strategy.");
        let mut wrong: Vec<_> = wrong_param(&key, default.kind, default.param).collect();
        wrong.extend(wrong_operations(&key, &default.operation_strategies));
        let mut services = HashSet::new();
        for (index, strategy) in self.service_strategies.iter().enumerate() {
            let key = format!("{prefix}service_strategies[{index}].");
            wrong.extend(wrong_name(
                &key,
                "service",
                &strategy.service,
                &mut services,
            ));
            wrong.extend(wrong_param(&key, strategy.kind, strategy.param));
            wrong.extend(wrong_operations(&key, &strategy.operation_strategies));
        }
        wrong
    }
}

fn wrong_operations(prefix: &str, strategies: &[OperationStrategy]) -> Vec<Invalid> {
    let mut operations = HashSet::new();
    let mut wrong = Vec::new();
    for (index, strategy) in strategies.iter().enumerate() {
        let key = format!("{prefix}operation_strategies[{index}].");
        wrong.extend(wrong_name(
            &key,
            "operation",
            &strategy.operation,
            &mut operations,
        ));
        wrong.extend(wrong_param(&key, strategy.kind, strategy.param));
    }
    wrong
}

fn wrong_name<'n>(
    prefix: &str,
    key: &str,
    name: &'n str,
    seen: &mut HashSet<&'n str>,
) -> Option<Invalid> {
    let message = match name {
        "" => "is required".to_owned(),
        name if !seen.insert(name) => format!("`{name}` has a strategy already"),
        _ => return None,
    };
    Some(Invalid::new(format!("{prefix}{key}"), message))
}

fn wrong_param(prefix: &str, kind: StrategyType, param: f64) -> impl Iterator<Item = Invalid> {
    let (range, what) = match kind {
        StrategyType::Probabilistic => (0.0..=1.0, "a share between 0 and 1"),
        StrategyType::Ratelimiting => (0.0..=MAX_RATE, "a number of traces a second"),
    };
    let wrong = (!range.contains(&param)).then(|| {
        let message = format!("`{param}` is not {what}");
        Invalid::new(format!("{prefix}param"), message)
    });
    wrong.into_iter()
}
