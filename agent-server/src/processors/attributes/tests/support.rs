//! Requests of every signal, and which of their items were meant.

use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use serde_json::{Value, json};

use super::super::Attributes;
use crate::component::{Context, Entry, Invalid, Processing, Processor, Shared};
use crate::payload::Payload;

pub(super) fn configured(config: &Value) -> Result<Arc<dyn Processor>, Vec<Invalid>> {
    let context = Context {
        id: "attributes".parse().expect("an id"),
        shared: Shared::default(),
    };
    let configured = Entry::of::<Attributes>().configure(config)?;
    match configured.build(context) {
        Ok(Processing::Step(step)) => Ok(step),
        other => panic!("{other:?}"),
    }
}

/// A service `shop` on host `h`, with scopes `one` 1.0 and `two`, and in each the items that `items`
/// writes.
pub(super) fn request(signal: Signal, items: impl Fn(&mut Vec<u8>)) -> Payload {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |entry| {
        write::nested(entry, 1, |resource| {
            write::attribute(resource, 1, "service.name", Scalar::Text("shop"));
            write::attribute(resource, 1, "host.name", Scalar::Text("h"));
        });
        for (name, version) in [("one", "1.0"), ("two", "")] {
            write::nested(entry, 2, |scope| {
                write::nested(scope, 1, |out| {
                    write::text(out, 1, name);
                    write::text(out, 2, version);
                });
                items(scope);
            });
        }
    });
    Payload::parse(signal, Bytes::from(request), &Limits::default()).expect("sound")
}

/// How many items are meant by `include`, and how many by everything but `exclude`, of which the
/// one must be what the other is not.
pub(super) fn meant(payload: &Payload, properties: &Value) -> usize {
    let [included, left] = ["include", "exclude"].map(|key| {
        let insert = json!({"key": "MEANT", "action": "insert", "value": true});
        let processor = configured(&json!({key: properties, "actions": [insert]}));
        let processed = processor.expect("valid").process(payload.clone());
        let after = processed.expect("taken").expect("nothing is removed");
        let bytes = after.bytes().clone();
        let again = Payload::parse_deep(payload.signal(), bytes, &Limits::default());
        assert_eq!(again.ok().as_ref(), Some(&after));
        let found = after
            .bytes()
            .windows(5)
            .filter(|window| *window == b"MEANT");
        found.count()
    });
    let all = usize::try_from(payload.items()).expect("few");
    assert_eq!(included + left, all, "{properties}");
    included
}
