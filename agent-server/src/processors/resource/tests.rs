use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::view::resource_spans;
use campanile_wire::otlp::write;
use campanile_wire::otlp::{Limits, Signal};
use serde_json::{Value, json};

use super::Resource;
use crate::component::{Context, Entry, Processing, Processor, Shared};
use crate::origin::Origin;
use crate::payload::Payload;
use crate::payload::testing::{names, spans};

fn processor(config: &Value) -> Arc<dyn Processor> {
    let context = Context {
        id: "resource".parse().expect("an id"),
        shared: Shared::default(),
    };
    let configured = Entry::of::<Resource>().configure(config).expect("valid");
    match configured.build(context) {
        Ok(Processing::Step(step)) => step,
        other => panic!("{other:?}"),
    }
}

fn processed(config: &Value, payload: Payload) -> Payload {
    let processed = processor(config).process(payload);
    processed.expect("taken").expect("nothing is removed")
}

/// What the first resource has under `key`.
fn value(payload: &Payload, key: &str) -> Option<String> {
    let resource = resource_spans(payload.bytes()).next()?.resource();
    let value = resource.attributes().find(key)?;
    value.as_text().map(str::to_owned)
}

fn upsert(key: &str, value: &str) -> Value {
    json!({"attributes": [{"key": key, "action": "upsert", "value": value}]})
}

#[test]
fn attributes_of_resources_change_and_spans_do_not() {
    let before = spans(["a", "b"]).with_origin(Origin::new("otlp", "grpc"));
    let after = processed(
        &upsert("deployment.environment.name", "test"),
        before.clone(),
    );
    let environment = value(&after, "deployment.environment.name");
    assert_eq!(environment.as_deref(), Some("test"));
    assert_eq!(value(&after, "service.name").as_deref(), Some("shop"));
    assert_eq!(names(after.bytes()), ["a", "b"]);
    assert_eq!(after.origins().each().count(), 2);
    let again = Payload::parse_deep(after.signal(), after.bytes().clone(), &Limits::default());
    assert_eq!(again.ok(), Some(after));
}

#[test]
fn a_payload_that_does_not_change_is_not_copied() {
    let before = spans(["a"]);
    let after = processed(&upsert("service.name", "shop"), before.clone());
    assert_eq!(after.bytes().as_ptr(), before.bytes().as_ptr());
}

#[test]
fn an_entry_without_a_resource_gets_one_in_every_signal() {
    for signal in Signal::ALL {
        let mut request = Vec::new();
        write::nested(&mut request, 1, |entry| write::nested(entry, 2, |_| {}));
        let limits = Limits::default();
        let before = Payload::parse(signal, Bytes::from(request), &limits).expect("sound");
        let after = processed(&upsert("host.name", "h"), before);
        // The resource is field 1 of an entry, and its attributes are field 1, in all of them.
        assert_eq!(value(&after, "host.name").as_deref(), Some("h"));
        let again = Payload::parse_deep(signal, after.bytes().clone(), &limits);
        assert_eq!(again.ok(), Some(after));
    }
}

#[test]
fn the_address_of_the_sender_is_known_if_there_is_one() {
    let config = json!({"attributes": [
        {"key": "client.address", "action": "insert", "from_context": "client.address"}
    ]});
    let of = |peer| {
        let peer: Option<IpAddr> = peer;
        let origin = Origin::new("otlp", "grpc").from_peer(peer);
        let after = processed(&config, spans(["a"]).with_origin(origin));
        value(&after, "client.address")
    };
    assert_eq!(of(Some([10, 0, 0, 1].into())).as_deref(), Some("10.0.0.1"));
    assert_eq!(of(None), None);
}

#[test]
fn nothing_to_do_is_a_mistake() {
    let wrong = Entry::of::<Resource>().configure(&Value::Null).err();
    let keys: Vec<_> = wrong.into_iter().flatten().map(|wrong| wrong.key).collect();
    assert_eq!(keys, ["attributes"]);
}

#[test]
fn what_does_not_decode_stays_as_it_is() {
    let mut span = Vec::new();
    write::bytes(&mut span, 1, &[0xa1; 16]);
    write::bytes(&mut span, 2, &[0xb2; 8]);
    write::bytes(&mut span, 5, &[0xff, 0xfe]);
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_spans| {
        // A resource with a field of a wrong kind among its attributes.
        write::bytes(resource_spans, 1, &[0x0a, 0x02, 0x0a, 0x00]);
        write::nested(resource_spans, 2, |scope| write::bytes(scope, 2, &span));
    });
    let payload = Payload::parse(Signal::Traces, Bytes::from(request), &Limits::default());
    let step = processor(&upsert("site", "edge"));
    assert!(!step.looks_inside());
    let after = step
        .process(payload.expect("sound"))
        .expect("taken")
        .expect("left");
    assert_eq!(value(&after, "site").as_deref(), Some("edge"));
    let kept = after.bytes().windows(span.len()).any(|part| part == span);
    assert!(kept, "the span has changed");
}
