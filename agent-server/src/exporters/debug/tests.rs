use bytes::Bytes;
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use serde_json::json;

use super::Debug;
use super::config::{Config, Verbosity};
use super::exporter::DebugExporter;
use crate::component::{Entry, Exported, Factory as _};
use crate::exporters::testing::{Pages, attempt, build};
use crate::payload::Payload;

/// One span with every kind of field, and a name that tries to forge a line.
fn span() -> Payload {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_spans| {
        write::nested(resource_spans, 1, |resource| {
            write::attribute(resource, 1, "service.name", Scalar::Text("shop"));
        });
        write::nested(resource_spans, 2, |scope_spans| {
            write::nested(scope_spans, 1, |scope| write::text(scope, 1, "http"));
            write::nested(scope_spans, 2, |span| {
                write::bytes(span, 1, &[0xa1; 16]);
                write::bytes(span, 2, &[0xb2; 8]);
                write::bytes(span, 4, &[0xc3; 8]);
                write::text(span, 5, "GET\nforged");
                write::varint(span, 6, 2);
                write::fixed64(span, 7, 1_000);
                write::fixed64(span, 8, 2_501_000);
                write::attribute(span, 9, "code", Scalar::Int(500));
                write::nested(span, 11, |event| {
                    write::fixed64(event, 1, 2_000);
                    write::text(event, 2, "retry");
                });
                write::nested(span, 13, |link| write::bytes(link, 2, &[0xd4; 8]));
                write::nested(span, 15, |status| {
                    write::text(status, 2, "broken");
                    write::varint(status, 3, 2);
                });
            });
        });
    });
    parse(Signal::Traces, request)
}

fn parse(signal: Signal, request: Vec<u8>) -> Payload {
    Payload::parse(signal, Bytes::from(request), &Limits::default()).expect("well formed")
}

fn lines(verbosity: Verbosity, payload: &Payload) -> Vec<String> {
    let config = Config {
        verbosity,
        ..Config::default()
    };
    DebugExporter::new(&config, "debug".parse().expect("an id")).lines(payload)
}

#[test]
fn basic_counts() {
    let payload = span();
    let expected = format!("traces: 1 spans in {} bytes", payload.size());
    assert_eq!(lines(Verbosity::Basic, &payload), [expected]);
}

#[test]
fn normal_adds_one_line_per_span_that_its_name_cannot_break() {
    let expected = format!(
        r#""shop" "GET\nforged" server error trace {} span {} parent {} 2.5ms"#,
        "a1".repeat(16),
        "b2".repeat(8),
        "c3".repeat(8)
    );
    assert_eq!(lines(Verbosity::Normal, &span())[1..], [expected]);
}

#[test]
fn detailed_shows_every_field() {
    let expected = [
        r#"resource 0 schema """#,
        r#"  "service.name" = "shop""#,
        r#"  scope 0 name "http" version """#,
        r#"    span 0 name "GET\nforged""#,
        "      trace_id a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
        "      span_id b2b2b2b2b2b2b2b2",
        "      parent_span_id c3c3c3c3c3c3c3c3",
        r#"      trace_state """#,
        "      flags 0x0",
        "      kind server",
        "      start_time_unix_nano 1000",
        "      end_time_unix_nano 2501000",
        r#"      status error "broken""#,
        "      dropped attributes 0 events 0 links 0",
        r#"      "code" = "500""#,
        r#"      event "retry" time_unix_nano 2000"#,
        r#"      link trace_id  span_id d4d4d4d4d4d4d4d4 trace_state """#,
        "",
    ];
    assert_eq!(lines(Verbosity::Detailed, &span())[1], expected.join("\n"));
}

#[test]
fn detailed_shows_other_signals_as_otlp_json() {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_logs| {
        write::nested(resource_logs, 2, |scope_logs| {
            write::nested(scope_logs, 2, |record| write::text(record, 3, "WARN"));
        });
    });
    let shown = lines(Verbosity::Detailed, &parse(Signal::Logs, request));
    assert!(shown[0].starts_with("logs: 1 log_records in "), "{shown:?}");
    assert!(shown[1].contains(r#"{"severityText":"WARN"}"#), "{shown:?}");
}

#[tokio::test]
async fn payloads_are_logged_as_the_sampling_says() {
    let pages = Pages::open();
    let delivery = build::<Debug>(&json!({"sampling_initial": 2, "sampling_thereafter": 0}));
    for _ in 0..4 {
        assert_eq!(
            attempt(&*delivery.exporter, span()).await,
            Ok(Exported::default())
        );
    }
    let lines = pages.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("traces: 1 spans in ") && lines[0].ends_with("exporter=debug"));
}

#[test]
fn another_place_to_write_to_is_refused() {
    let entry = Entry::of::<Debug>();
    let wrong = entry.configure(&json!({"use_internal_logger": false}));
    assert_eq!(wrong.unwrap_err()[0].key, "use_internal_logger");
    assert!(entry.configure(&json!({"verbosity": "detailed"})).is_ok());
    assert_eq!(Debug::TYPE, "debug");
}
