//! Our exporter speaks to this receiver.

use campanile_wire::otlp::view::AnyValue;
use serde_json::json;

use super::*;
use crate::component::{Exported, Shared};
use crate::exporters::EXPORTERS;
use crate::exporters::testing::attempt;
use crate::payload::testing::{names, spans};
use crate::receivers::testing::{each_span, owners};

#[tokio::test]
async fn what_the_exporter_sends_arrives_in_either_format() {
    let running = running().await;
    let address = running.address("zipkin.endpoint");
    let mut entries = EXPORTERS.iter();
    let entry = entries
        .find(|entry| entry.kind == "zipkin")
        .expect("listed");
    for (format, compression) in [("json", "gzip"), ("proto", "none")] {
        let config = json!({"endpoint": format!("http://{address}/api/v2/spans"),
            "format": format, "compression": compression});
        let context = crate::component::Context {
            id: "zipkin".parse().expect("an id"),
            shared: Shared::default(),
        };
        let configured = entry.configure(&config).expect("valid");
        let delivery = configured.build(context).expect("it can be built");
        let outcome = attempt(&*delivery.exporter, spans(["a", "b"])).await;
        assert_eq!(outcome, Ok(Exported::default()), "{format}");
    }
    let taken = running.recorder.taken();
    assert_eq!(taken.len(), 2);
    let sent = spans(["a", "b"]);
    for payload in &taken {
        assert_eq!(names(payload.bytes()), names(sent.bytes()));
    }
    let shop = |name: &str| ("shop".to_owned(), name.to_owned());
    let expected = [shop("a"), shop("b"), shop("a"), shop("b")];
    assert_eq!(owners(&taken, "service.name"), expected);
    each_span(&taken, |_, span| {
        assert_eq!(
            (span.trace_id, span.span_id),
            (&[0xa1; 16][..], &[0xb2; 8][..])
        );
        let absent = span.attributes().find("otel.zipkin.absentField.startTime");
        assert!(matches!(absent, Some(AnyValue::Bool(true))));
    });
}
