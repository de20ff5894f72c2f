//! What becomes of single log records.

use campanile_wire::otlp::view::Attributes;
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use campanile_wire::protobuf::{Fields, Value};
use serde_json::json;

use super::{attribute_text, id, process, request};
use crate::payload::Payload;

const ALL: &str = "111111111111111111ffffffffffffff";
const HALF: &str = "fefefefefefefefefe80000000000000";

fn record(trace_id: &str, attributes: &[(&str, Scalar<'_>)]) -> Payload {
    let mut record = Vec::new();
    for (key, value) in attributes {
        write::attribute(&mut record, 6, key, *value);
    }
    write::bytes(&mut record, 9, &id(trace_id));
    request(Signal::Logs, [record])
}

/// The randomness and threshold that the record says, if it is kept.
fn said(config: &serde_json::Value, payload: Payload) -> Option<(String, String)> {
    let left = process(config, payload)?;
    let again = Payload::parse_deep(Signal::Logs, left.bytes().clone(), &Limits::default());
    assert_eq!(again.as_ref(), Ok(&left));
    let mut message: &[u8] = left.bytes();
    for number in [1, 2, 2] {
        let mut fields = Fields::new(message).map_while(Result::ok);
        message = fields.find_map(|field| match field.value {
            Value::Bytes(inner) if field.number == number => Some(inner),
            _ => None,
        })?;
    }
    let text = |key| attribute_text(message, key).unwrap_or_default();
    let keys = Attributes::new(message, 6)
        .iter()
        .filter(|(key, _)| *key == "sampling.threshold");
    assert!(keys.count() <= 1, "said once");
    Some((text("sampling.randomness"), text("sampling.threshold")))
}

fn pair(randomness: &str, threshold: &str) -> Option<(String, String)> {
    Some((randomness.to_owned(), threshold.to_owned()))
}

#[test]
fn a_record_is_kept_by_the_hash_of_its_trace_id_or_attribute() {
    let by_trace = json!({"sampling_percentage": 50, "from_attribute": "pod"});
    let by_record = json!({
        "sampling_percentage": 50, "from_attribute": "pod", "attribute_source": "record",
    });
    let attributes = [("pod", Scalar::Text("\u{1}"))];
    let expected = pair("ff50350941002b", "8");
    assert_eq!(said(&by_trace, record(HALF, &attributes)), expected);
    let by_value = said(&by_record, record(HALF, &attributes));
    assert_ne!(by_value, expected);
    assert_eq!(said(&by_trace, record("", &attributes)), by_value);
    // Bytes are hashed as they are, other values as they read.
    let same = [("pod", Scalar::Bytes(&[1]))];
    assert_eq!(said(&by_record, record(HALF, &same)), by_value);
    let seven = |value| {
        said(
            &json!({"sampling_percentage": 100, "from_attribute": "pod"}),
            record("", &[("pod", value)]),
        )
    };
    assert_eq!(seven(Scalar::Int(7)), seven(Scalar::Text("7")));
    assert!(seven(Scalar::Int(7)).is_some());
}

#[test]
fn a_record_without_randomness_fails_closed_or_open() {
    let closed = json!({"sampling_percentage": 100, "from_attribute": "pod"});
    let open = json!({"sampling_percentage": 100, "fail_closed": false});
    assert_eq!(
        said(&closed, record("", &[("pod", Scalar::Text(""))])),
        None
    );
    assert_eq!(said(&open, record("", &[])), pair("", "0"));
}

#[test]
fn consistent_modes_read_and_raise_what_a_record_says() {
    let of = |mode: &str| json!({"mode": mode, "sampling_percentage": 50});
    let half = [("sampling.threshold", Scalar::Text("8"))];
    assert_eq!(said(&of("equalizing"), record(ALL, &half)), pair("", "8"));
    assert_eq!(said(&of("proportional"), record(ALL, &half)), pair("", "c"));
    let explicit = [("sampling.randomness", Scalar::Text("00000000000001"))];
    assert_eq!(said(&of("equalizing"), record(ALL, &explicit)), None);
    let malformed = [("sampling.randomness", Scalar::Text("1"))];
    assert_eq!(said(&of("equalizing"), record(ALL, &malformed)), None);
    let lie = [("sampling.threshold", Scalar::Text("c"))];
    assert_eq!(said(&of("equalizing"), record(HALF, &lie)), None);
}

#[test]
fn a_hash_does_not_go_on_with_records_that_others_sampled() {
    let config = json!({"sampling_percentage": 100});
    let half = [("sampling.threshold", Scalar::Text("8"))];
    assert_eq!(said(&config, record(ALL, &half)), None);
}

#[test]
fn a_record_may_ask_for_a_percentage_of_its_own() {
    let of = |percentage: f64| {
        json!({
            "mode": "equalizing", "sampling_percentage": percentage, "sampling_priority": "p",
        })
    };
    let asked = |percentage, value| said(&of(percentage), record(HALF, &[("p", value)]));
    assert_eq!(asked(0.0, Scalar::Int(50)), pair("", "8"));
    assert_eq!(asked(0.0, Scalar::Double(75.0)), pair("", "4"));
    assert_eq!(asked(0.0, Scalar::Int(200)), pair("", "0"));
    assert_eq!(asked(100.0, Scalar::Int(49)), None);
    assert_eq!(asked(100.0, Scalar::Int(0)), None);
    assert_eq!(asked(100.0, Scalar::Int(-5)), pair("", "0"));
    assert_eq!(asked(100.0, Scalar::Text("0")), pair("", "0"));
}
