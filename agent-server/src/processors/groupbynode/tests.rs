use std::sync::Arc;

use campanile_wire::otlp::Limits;
use campanile_wire::otlp::view::resource_spans;
use serde_json::{Value, json};

use super::GroupByNode;
use crate::component::{Context, Entry, Processing, Processor, Shared};
use crate::origin::Origin;
use crate::payload::Payload;
use crate::payload::testing::{names, spans};

fn step(config: &Value) -> Arc<dyn Processor> {
    let context = Context {
        id: "groupbynode".parse().expect("an id"),
        shared: Shared::default(),
    };
    let configured = Entry::of::<GroupByNode>().configure(config).expect("valid");
    match configured.build(context) {
        Ok(Processing::Step(step)) => step,
        other => panic!("{other:?}"),
    }
}

fn processed(config: &Value, payload: Payload) -> Payload {
    let processed = step(config).process(payload).expect("taken");
    processed.expect("nothing is removed")
}

/// Spans of a resource of their own.
fn of(zone: &str, receiver: &str, spans_named: &[&str]) -> Payload {
    let context = Context {
        id: "resource".parse().expect("an id"),
        shared: Shared::default(),
    };
    let mut entries = crate::processors::PROCESSORS.iter();
    let entry = entries.find(|entry| entry.is("resource"));
    let config = json!({"attributes": [{"key": "zone", "action": "insert", "value": zone}]});
    let configured = entry.expect("there").configure(&config).expect("valid");
    let Ok(Processing::Step(resource)) = configured.build(context) else {
        panic!("not a step");
    };
    let zoned = resource.process(spans(spans_named.iter().copied()));
    let zoned = zoned.expect("taken").expect("left");
    zoned.with_origin(Origin::new(receiver, "grpc"))
}

fn mixed() -> Payload {
    let parts = vec![
        of("1", "x", &["a", "b"]),
        of("2", "y", &["c"]),
        of("1", "z", &["d"]),
    ];
    Payload::join(parts).expect("three")
}

#[test]
fn spans_of_one_node_come_under_one_resource_with_their_origins() {
    let after = processed(&json!(null), mixed());
    assert_eq!(names(after.bytes()), ["a", "b", "d", "c"]);
    assert_eq!(resource_spans(after.bytes()).count(), 2);
    let origins = after.origins().each().flatten().map(ToString::to_string);
    let expected = ["x over grpc", "x over grpc", "z over grpc", "y over grpc"];
    assert_eq!(origins.collect::<Vec<_>>(), expected);
    let again = Payload::parse_deep(after.signal(), after.bytes().clone(), &Limits::default());
    assert_eq!(again.ok(), Some(after));
}

#[test]
fn what_has_nothing_to_join_is_not_copied() {
    let before = spans(["a", "b"]);
    let after = processed(&json!(null), before.clone());
    assert_eq!(after.bytes().as_ptr(), before.bytes().as_ptr());
}

#[test]
fn one_that_is_off_leaves_payloads_as_they_are() {
    let after = processed(&json!({"enabled": false}), mixed());
    assert_eq!(after, mixed());
}

#[test]
fn keys_bring_nodes_together_that_are_not_equal() {
    let unlike = |zone, name| of(zone, "x", &[name]);
    let parts = vec![unlike("1", "a"), unlike("2", "b"), unlike("1", "c")];
    let before = Payload::join(parts).expect("three");
    let after = processed(&json!({"keys": ["zone"]}), before.clone());
    assert_eq!(names(after.bytes()), ["a", "c", "b"]);
    let after = processed(&json!({"keys": ["service.name"]}), before);
    assert_eq!(resource_spans(after.bytes()).count(), 2);
}

#[test]
fn keys_without_a_name_and_too_many_are_mistakes() {
    let mut keys = vec!["a"; 17];
    keys[3] = "";
    let wrong = Entry::of::<GroupByNode>().configure(&json!({"keys": keys}));
    let wrong = wrong.err().into_iter().flatten().map(|wrong| wrong.key);
    assert_eq!(wrong.collect::<Vec<_>>(), ["keys", "keys[3]"]);
}
