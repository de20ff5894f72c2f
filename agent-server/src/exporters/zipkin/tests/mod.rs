//! The exporter against real servers, and the way back through our own receiver.

mod round;
mod sending;

use campanile_wire::otlp::Signal;
use serde_json::Value;

/// What a request says, with attributes and other lists without an order sorted.
fn meaning(request: &[u8]) -> Value {
    let text = campanile_wire::otlp::json::encode(Signal::Traces, request).expect("valid");
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    sort(&mut value);
    value
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(sort),
        Value::Object(all) => {
            all.values_mut().for_each(sort);
            if let Some(Value::Array(list)) = all.get_mut("attributes") {
                list.sort_by_key(|pair| pair["key"].to_string());
            }
        }
        _ => {}
    }
}
