//! Answers in JSON.

use campanile_wire::jaeger::api_v2::{PerOperationSamplingStrategies, SamplingStrategyResponse};
use serde_json::{Value, json};

use super::Form;

/// An answer with every field that it has a value for, zero or not.
pub(super) fn write(answer: &SamplingStrategyResponse, form: Form) -> String {
    let kind = match form {
        Form::Names => Value::from(answer.strategy_type().as_str_name()),
        Form::Numbers => Value::from(answer.strategy_type),
    };
    let mut all = json!({ "strategyType": kind });
    if let Some(share) = &answer.probabilistic_sampling {
        all["probabilisticSampling"] = json!({ "samplingRate": share.sampling_rate });
    }
    if let Some(rate) = &answer.rate_limiting_sampling {
        all["rateLimitingSampling"] = json!({ "maxTracesPerSecond": rate.max_traces_per_second });
    }
    if let Some(operations) = &answer.operation_sampling {
        all["operationSampling"] = per_operation(operations);
    }
    all.to_string()
}

fn per_operation(operations: &PerOperationSamplingStrategies) -> Value {
    let strategies = operations.per_operation_strategies.iter().map(|strategy| {
        let share = strategy.probabilistic_sampling.as_ref();
        let share = share.map_or(0.0, |share| share.sampling_rate);
        json!({
            "operation": strategy.operation,
            "probabilisticSampling": { "samplingRate": share },
        })
    });
    json!({
        "defaultSamplingProbability": operations.default_sampling_probability,
        "defaultLowerBoundTracesPerSecond": operations.default_lower_bound_traces_per_second,
        "perOperationStrategies": strategies.collect::<Vec<_>>(),
    })
}
