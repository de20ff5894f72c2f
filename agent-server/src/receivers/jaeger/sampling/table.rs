//! The answers per service.

use std::collections::HashMap;
use std::path::Path;

use campanile_wire::jaeger::api_v2::SamplingStrategyResponse;

use super::answers;
use crate::component::BuildError;
use crate::receivers::jaeger::config::{RemoteSampling, Strategies};

/// What each service is told.
#[derive(Debug)]
pub(in crate::receivers::jaeger) struct Table {
    default: SamplingStrategyResponse,
    services: HashMap<String, SamplingStrategyResponse>,
}

impl Table {
    /// The answers that `strategies` come to.
    pub(in crate::receivers::jaeger) fn of(strategies: &Strategies) -> Self {
        let all = &strategies.default_strategy;
        let default = answers::of(all.kind, all.param, &all.operation_strategies);
        let services = strategies.service_strategies.iter().map(|strategy| {
            let operations = &strategy.operation_strategies;
            let mut answer = answers::of(strategy.kind, strategy.param, operations);
            answers::inherit(&mut answer, &default);
            (strategy.service.clone(), answer)
        });
        Self {
            services: services.collect(),
            default,
        }
    }

    /// The answer for `service`.
    pub(in crate::receivers::jaeger) fn get(&self, service: &str) -> &SamplingStrategyResponse {
        self.services.get(service).unwrap_or(&self.default)
    }
}

/// The answers that are configured, in the configuration itself or in a file.
///
/// # Errors
///
/// When the file cannot be read or says what cannot be.
pub(in crate::receivers::jaeger) fn table(config: &RemoteSampling) -> Result<Table, BuildError> {
    match &config.strategy_file {
        Some(path) => read(path).map_err(|message| {
            let message = format!("{}: {message}", path.display());
            BuildError::new("remote_sampling.strategy_file", message)
        }),
        None => Ok(Table::of(&config.strategies)),
    }
}

fn read(path: &Path) -> Result<Table, String> {
    let text = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    let strategies: Strategies = serde_json::from_slice(&text)
        .map_err(|error| format!("is not a file of strategies: {error}"))?;
    match strategies.wrong("").first() {
        Some(wrong) => Err(format!("{}: {}", wrong.key, wrong.message)),
        None => Ok(Table::of(&strategies)),
    }
}
