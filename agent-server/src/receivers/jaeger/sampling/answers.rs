//! Strategies as they are configured become answers.

use campanile_wire::jaeger::api_v2::{
    OperationSamplingStrategy, PerOperationSamplingStrategies, ProbabilisticSamplingStrategy,
    RateLimitingSamplingStrategy, SamplingStrategyResponse, SamplingStrategyType,
};

use crate::receivers::jaeger::config::{OperationStrategy, StrategyType};

/// The share for operations without a strategy, where the service itself has a rate.
const BESIDE_A_RATE: f64 = 0.001;

/// The answer for a strategy: its type, its parameter, and the operations that differ.
pub(super) fn of(
    kind: StrategyType,
    param: f64,
    operations: &[OperationStrategy],
) -> SamplingStrategyResponse {
    let mut answer = match kind {
        StrategyType::Probabilistic => SamplingStrategyResponse {
            strategy_type: SamplingStrategyType::Probabilistic.into(),
            probabilistic_sampling: Some(share(param)),
            ..SamplingStrategyResponse::default()
        },
        StrategyType::Ratelimiting => SamplingStrategyResponse {
            strategy_type: SamplingStrategyType::RateLimiting.into(),
            rate_limiting_sampling: Some(RateLimitingSamplingStrategy {
                // Rounded up: a rate below one is not none.
                max_traces_per_second: param.ceil() as i32,
            }),
            ..SamplingStrategyResponse::default()
        },
    };
    let operations: Vec<_> = operations.iter().filter_map(operation).collect();
    if !operations.is_empty() {
        let default = probability(&answer).unwrap_or(BESIDE_A_RATE);
        answer.operation_sampling = Some(PerOperationSamplingStrategies {
            default_sampling_probability: default,
            per_operation_strategies: operations,
            ..PerOperationSamplingStrategies::default()
        });
    }
    answer
}

/// Adds to the answer for a service what the default says of operations that it does not name. A
/// service with a rate and no operations stays as it is: clients would no longer look at the rate.
pub(super) fn inherit(service: &mut SamplingStrategyResponse, default: &SamplingStrategyResponse) {
    let Some(theirs) = &default.operation_sampling else {
        return;
    };
    let probability = probability(service);
    match (&mut service.operation_sampling, probability) {
        (Some(own), _) => {
            for strategy in &theirs.per_operation_strategies {
                let named = own.per_operation_strategies.iter();
                if !named
                    .into_iter()
                    .any(|own| own.operation == strategy.operation)
                {
                    own.per_operation_strategies.push(strategy.clone());
                }
            }
        }
        (None, Some(probability)) => {
            service.operation_sampling = Some(PerOperationSamplingStrategies {
                default_sampling_probability: probability,
                ..theirs.clone()
            });
        }
        (None, None) => {}
    }
}

fn probability(answer: &SamplingStrategyResponse) -> Option<f64> {
    let probabilistic = answer.probabilistic_sampling.as_ref()?;
    Some(probabilistic.sampling_rate)
}

/// The protocol can say a share of an operation, and no rate.
fn operation(strategy: &OperationStrategy) -> Option<OperationSamplingStrategy> {
    (strategy.kind == StrategyType::Probabilistic).then(|| OperationSamplingStrategy {
        operation: strategy.operation.clone(),
        probabilistic_sampling: Some(share(strategy.param)),
    })
}

fn share(sampling_rate: f64) -> ProbabilisticSamplingStrategy {
    ProbabilisticSamplingStrategy { sampling_rate }
}
