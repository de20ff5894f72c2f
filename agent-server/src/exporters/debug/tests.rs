use bytes::Bytes;
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use serde_json::json;

use super::Debug;
use super::config::{Config, Stream, Verbosity};
use super::exporter::DebugExporter;
use super::output::Output;
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
            write::nested(scope_spans, 1, |scope| {
                write::text(scope, 1, "http");
                write::varint(scope, 4, 2);
            });
            write::text(scope_spans, 3, "schema");
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
                    write::varint(event, 4, 3);
                });
                write::nested(span, 13, |link| {
                    write::bytes(link, 2, &[0xd4; 8]);
                    write::varint(link, 5, 4);
                });
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
        r#"  scope 0 name "http" version "" schema "schema""#,
        "    dropped attributes 2",
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
        "        dropped attributes 3",
        r#"      link trace_id  span_id d4d4d4d4d4d4d4d4 trace_state "" flags 0x0"#,
        "        dropped attributes 4",
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

/// A request of metrics with a point of every kind.
fn metrics() -> Payload {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_metrics| {
        write::nested(resource_metrics, 2, |scope_metrics| {
            metric(scope_metrics, "gauge", 5, |data| {
                write::nested(data, 1, |point| {
                    write::attribute(point, 7, "a\n", Scalar::Text("b\n"));
                    write::fixed64(point, 4, 0.5_f64.to_bits());
                });
            });
            metric(scope_metrics, "sum", 7, |data| {
                write::nested(data, 1, |point| write::fixed64(point, 6, 3));
                write::nested(data, 1, |_| {});
                write::varint(data, 2, 2);
                write::varint(data, 3, 1);
            });
            metric(scope_metrics, "histogram", 9, |data| {
                write::nested(data, 1, |point| {
                    write::fixed64(point, 4, 3);
                    write::fixed64(point, 5, 6.5_f64.to_bits());
                    write::bytes(
                        point,
                        6,
                        &[1_u64.to_le_bytes(), 2_u64.to_le_bytes()].concat(),
                    );
                    write::bytes(point, 7, &2.5_f64.to_le_bytes());
                });
                write::varint(data, 2, 1);
            });
            metric(scope_metrics, "summary", 11, |data| {
                write::nested(data, 1, |point| {
                    write::fixed64(point, 4, 9);
                    write::fixed64(point, 5, 4.5_f64.to_bits());
                    write::nested(point, 6, |quantile| {
                        write::fixed64(quantile, 1, 0.5_f64.to_bits());
                        write::fixed64(quantile, 2, 7.0_f64.to_bits());
                    });
                });
            });
        });
    });
    parse(Signal::Metrics, request)
}

fn metric(out: &mut Vec<u8>, name: &str, kind: u32, data: impl FnOnce(&mut Vec<u8>)) {
    write::nested(out, 2, |metric| {
        write::text(metric, 1, name);
        write::text(metric, 3, "s");
        write::nested(metric, kind, data);
    });
}

#[test]
fn normal_shows_a_line_for_every_data_point() {
    let expected = [
        r#""" "gauge" "s" gauge {"a\n"="b\n"} 0.5"#,
        r#""" "sum" "s" cumulative counter {} 3"#,
        r#""" "sum" "s" cumulative counter {} no value"#,
        r#""" "histogram" "s" delta histogram {} count 3 sum 6.5 bounds [2.5] counts [1 2]"#,
        r#""" "summary" "s" summary {} count 9 sum 4.5 p0.5=7"#,
    ];
    assert_eq!(lines(Verbosity::Normal, &metrics())[1..], expected);
}

#[test]
fn normal_shows_a_line_for_every_log_record() {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_logs| {
        write::nested(resource_logs, 1, |resource| {
            write::attribute(resource, 1, "service.name", Scalar::Text("shop"));
        });
        write::nested(resource_logs, 2, |scope_logs| {
            write::nested(scope_logs, 2, |record| {
                write::varint(record, 2, 13);
                write::text(record, 3, "WARN");
                write::nested(record, 5, |body| {
                    write::scalar(body, Scalar::Text("sold\nout"))
                });
                write::attribute(record, 6, "item", Scalar::Int(7));
                write::bytes(record, 9, &[0xa1; 16]);
                write::bytes(record, 10, &[0xb2; 8]);
            });
            write::nested(scope_logs, 2, |record| write::varint(record, 2, 9));
        });
    });
    let (trace, span) = ("a1".repeat(16), "b2".repeat(8));
    let expected = [
        format!(r#""shop" "WARN" "sold\nout" {{"item"="7"}} trace {trace} span {span}"#),
        r#""shop" "9" "" {}"#.to_owned(),
    ];
    assert_eq!(
        lines(Verbosity::Normal, &parse(Signal::Logs, request))[1..],
        expected
    );
}

#[test]
fn streams_take_the_place_of_the_log_where_that_is_wanted() {
    let output = |config| {
        let config: Config = serde_json::from_value(config).expect("a configuration");
        config.output()
    };
    assert!(matches!(
        output(json!({"output_paths": ["stderr"]})),
        Output::Log
    ));
    let stdout = output(json!({"use_internal_logger": false}));
    assert!(matches!(stdout, Output::Streams(streams) if streams == [Stream::Stdout]));
    let both = json!({"use_internal_logger": false, "output_paths": ["stderr", "stdout"]});
    let streams = [Stream::Stderr, Stream::Stdout];
    assert!(matches!(output(both), Output::Streams(found) if found == streams));
}

#[test]
fn a_place_that_is_no_stream_is_refused() {
    let wrong = |config| Entry::of::<Debug>().configure(&config).map(drop);
    let none = wrong(json!({"use_internal_logger": false, "output_paths": []}));
    assert_eq!(none.unwrap_err()[0].key, "output_paths");
    let file = wrong(json!({"output_paths": ["/tmp/debug"]}));
    assert_eq!(file.unwrap_err()[0].key, "output_paths[0]");
    assert_eq!(wrong(json!({"verbosity": "detailed"})), Ok(()));
    assert_eq!(Debug::TYPE, "debug");
}
