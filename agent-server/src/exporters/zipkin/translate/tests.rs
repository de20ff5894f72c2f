//! What becomes of each part of a span.

use campanile_wire::otlp::write::{self, Scalar};
use serde_json::{Value, json};

use super::*;

/// A request with one span, whose other fields `fill` writes.
fn request(resource: &[(&str, &str)], fill: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |out| {
        write::nested(out, 1, |out| {
            for (key, value) in resource {
                write::attribute(out, 1, key, Scalar::Text(value));
            }
        });
        write::nested(out, 2, |out| {
            write::nested(out, 2, |span| {
                write::bytes(span, 1, &[0xa1; 16]);
                write::bytes(span, 2, &[0xb2; 8]);
                fill(span);
            });
        });
    });
    request
}

fn list(request: &[u8]) -> Value {
    let written = write(request, Format::Json, "nobody").expect("small");
    assert_eq!(written.rejected, 0);
    serde_json::from_slice(&written.list).expect("JSON")
}

/// The one span, with a service of the name `shop`.
fn span(fill: impl FnOnce(&mut Vec<u8>)) -> Value {
    list(&request(&[("service.name", "shop")], fill))[0].take()
}

fn attribute(key: &'static str, value: Scalar<'static>) -> impl Fn(&mut Vec<u8>) {
    move |span| write::attribute(span, 9, key, value)
}

fn status(span: &mut Vec<u8>, code: u64, message: &str) {
    write::nested(span, 15, |out| {
        write::text(out, 2, message);
        write::varint(out, 3, code);
    });
}

#[test]
fn times_are_truncated_and_a_short_duration_is_one() {
    for (start, end, timestamp, duration) in [
        (1_234, 2_468, json!(1), json!(1)),
        (5_000, 5_999, json!(5), json!(1)),
        (5_000, 5_001, json!(5), json!(1)),
        (5_000, 5_000, json!(5), Value::Null),
    ] {
        let span = span(|span| {
            write::fixed64(span, 7, start);
            write::fixed64(span, 8, end);
        });
        assert_eq!(
            (&span["timestamp"], &span["duration"]),
            (&timestamp, &duration)
        );
    }
    let backwards = span(|span| {
        write::fixed64(span, 7, 5_000);
        write::fixed64(span, 8, 4_999);
    });
    assert_eq!(
        backwards["tags"],
        json!({"otlp.end_time_unix_nano": "4999"})
    );
}

#[test]
fn the_name_of_the_service_is_found_where_it_is() {
    for (resource, name, tags) in [
        (
            &[("service.name", "a"), ("faas.name", "b")][..],
            "a",
            json!({"faas.name": "b"}),
        ),
        (
            &[("faas.name", "b")],
            "b",
            json!({"otlp.service.name.source": "faas.name"}),
        ),
        (
            &[("service.name", ""), ("k8s.deployment.name", "c")],
            "c",
            json!({"otlp.service.name.source": "k8s.deployment.name", "service.name": ""}),
        ),
        (
            &[],
            "nobody",
            json!({"otlp.service.name.source": "OTLPResourceNoServiceName"}),
        ),
    ] {
        let span = &list(&request(resource, |_| {}))[0];
        assert_eq!(span["localEndpoint"], json!({"serviceName": name}));
        assert_eq!(span["tags"], tags);
    }
}

#[test]
fn values_have_the_text_form_of_the_specification() {
    let span = span(|span| {
        write::attribute(span, 9, "b", Scalar::Bool(true));
        write::attribute(span, 9, "d", Scalar::Double(0.5));
        write::attribute(span, 9, "i", Scalar::Int(-7));
        write::attribute(span, 9, "y", Scalar::Bytes(&[1, 2]));
        write::nested(span, 9, |pair| {
            write::text(pair, 1, "l");
            write::nested(pair, 2, |value| {
                write::nested(value, 5, |list| {
                    write::nested(list, 1, |one| write::scalar(one, Scalar::Text("x")));
                });
            });
        });
    });
    let expected = json!({"b": "true", "d": "0.5", "i": "-7", "y": "AQI=", "l": "[\"x\"]"});
    assert_eq!(span["tags"], expected);
}

#[test]
fn an_error_is_told_by_its_code_and_its_message() {
    let tags = |fill: &dyn Fn(&mut Vec<u8>)| span(fill)["tags"].take();
    let error = tags(&|span| status(span, 2, "no"));
    assert_eq!(error, json!({"otel.status_code": "ERROR", "error": "no"}));
    let silent = tags(&|span| status(span, 2, ""));
    assert_eq!(silent, json!({"otel.status_code": "ERROR", "error": ""}));
    let ok = tags(&|span| status(span, 1, ""));
    assert_eq!(ok, json!({"otel.status_code": "OK"}));
    let own = tags(&|span| {
        status(span, 2, "no");
        write::attribute(span, 9, "error", Scalar::Text("mine"));
    });
    let expected = json!({
        "otel.status_code": "ERROR", "error": "mine", "otel.status_description": "no",
    });
    assert_eq!(own, expected);
    let none = tags(&attribute("error", Scalar::Bool(false)));
    assert_eq!(none, json!({"otlp.attribute.error": "false"}));
}

#[test]
fn the_remote_endpoint_of_a_call_is_the_first_that_the_conventions_name() {
    let remote = |kind: u64, attributes: &[(&str, Scalar<'_>)]| {
        span(|span| {
            write::varint(span, 6, kind);
            for (key, value) in attributes {
                write::attribute(span, 9, key, *value);
            }
        })
    };
    let db = ("db.name", Scalar::Text("orders"));
    let address = ("network.peer.address", Scalar::Text("10.0.0.1"));
    let port = ("network.peer.port", Scalar::Int(5432));
    let server = ("server.address", Scalar::Text("db.example"));
    let client = remote(3, &[db, address, port]);
    assert_eq!(
        client["remoteEndpoint"],
        json!({"ipv4": "10.0.0.1", "port": 5432})
    );
    assert_eq!(client["tags"]["network.peer.address"], "10.0.0.1");
    let producer = remote(4, &[db, address, port, server]);
    assert_eq!(
        producer["remoteEndpoint"],
        json!({"serviceName": "db.example"})
    );
    assert_eq!(
        remote(3, &[db])["remoteEndpoint"],
        json!({"serviceName": "orders"})
    );
    assert_eq!(remote(2, &[db, address])["remoteEndpoint"], Value::Null);
    let peer = ("peer.service", Scalar::Text("other"));
    let named = remote(2, &[peer]);
    assert_eq!(named["remoteEndpoint"], json!({"serviceName": "other"}));
    assert_eq!(named["tags"], Value::Null);
    let odd = remote(2, &[("net.peer.ip", Scalar::Text("nowhere"))]);
    assert_eq!(
        (&odd["remoteEndpoint"], &odd["tags"]["net.peer.ip"]),
        (&Value::Null, &json!("nowhere"))
    );
}

#[test]
fn attributes_that_meet_keep_both_values() {
    let resource = [("service.name", "shop"), ("k", "resource")];
    let request = request(&resource, |span| {
        write::attribute(span, 9, "k", Scalar::Text("span"));
        write::attribute(span, 9, "otel.status_code", Scalar::Text("mine"));
        status(span, 1, "");
    });
    let expected = json!({
        "k": "span",
        "otlp.resource.attribute.k": "resource",
        "otel.status_code": "OK",
        "otlp.attribute.otel.status_code": "mine",
    });
    assert_eq!(list(&request)[0]["tags"], expected);
}

#[test]
fn events_without_a_time_are_at_the_start() {
    let span = span(|span| {
        write::fixed64(span, 7, 5_000);
        write::nested(span, 11, |event| write::text(event, 2, "x"));
    });
    assert_eq!(span["annotations"], json!([{"timestamp": 5, "value": "x"}]));
}

#[test]
fn spans_whose_ids_are_not_valid_are_rejected_and_others_are_not() {
    let mut request = request(&[], |_| {});
    let bad = |trace: &[u8], id: &[u8]| {
        let mut request = Vec::new();
        write::nested(&mut request, 1, |out| {
            write::nested(out, 2, |out| {
                write::nested(out, 2, |span| {
                    write::bytes(span, 1, trace);
                    write::bytes(span, 2, id);
                });
            });
        });
        request
    };
    for (trace, id) in [
        (&[1; 8][..], &[1; 8][..]),
        (&[1; 16], &[0; 8]),
        (&[0; 16], &[1; 8]),
        (&[], &[]),
    ] {
        request.extend(bad(trace, id));
    }
    let written = write(&request, Format::Json, "nobody").expect("small");
    assert_eq!(written.rejected, 4);
    let list: Value = serde_json::from_slice(&written.list).expect("JSON");
    assert_eq!(list.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_resource_that_every_span_repeats_does_not_unfold_without_end() {
    let large = "x".repeat(1 << 20);
    let mut request = Vec::new();
    write::nested(&mut request, 1, |out| {
        write::nested(out, 1, |out| {
            write::attribute(out, 1, "k", Scalar::Text(&large))
        });
        write::nested(out, 2, |out| {
            for _ in 0..100 {
                write::nested(out, 2, |span| {
                    write::bytes(span, 1, &[1; 16]);
                    write::bytes(span, 2, &[1; 8]);
                });
            }
        });
    });
    for format in [Format::Json, Format::Proto] {
        assert_eq!(write(&request, format, "nobody"), Err(TooLarge));
    }
}
