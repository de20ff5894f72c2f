use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, SpanKind, Status, Tracer as _, TracerProvider as _};

use crate::testing::Recorder;

/// A recorder of one span.
fn recorded(
    name: &'static str,
    kind: SpanKind,
    attributes: &[(&'static str, &'static str)],
    status: Status,
) -> Recorder {
    let telemetry = Recorder::new();
    let tracer = telemetry.tracer_provider().tracer("test");
    let attributes = attributes
        .iter()
        .map(|(key, text)| KeyValue::new(*key, *text));
    let builder = tracer.span_builder(name).with_kind(kind);
    let mut span = builder.with_attributes(attributes).start(&tracer);
    span.set_status(status);
    drop(span);
    telemetry
}

/// A client's span of this status and `error.type`.
fn client(status: Option<&'static str>, error: Option<&'static str>) -> Recorder {
    let status = status.map(|status| ("rpc.response.status_code", status));
    let failed = error.map_or(Status::Unset, |_| Status::error(""));
    let error = error.map(|error| ("error.type", error));
    let attributes: Vec<_> = status.into_iter().chain(error).collect();
    recorded("GET", SpanKind::Client, &attributes, failed)
}

#[test]
fn a_line_tells_kind_status_and_error() {
    let error = Status::error;
    for (telemetry, line) in [
        (client(Some("OK"), None), "GET [client OK]"),
        (client(None, None), "GET [client]"),
        (client(None, Some("connect")), "GET [client error: connect]"),
        (client(Some("404"), Some("404")), "GET [client 404 error]"),
        (
            client(Some("OK"), Some("panic")),
            "GET [client OK error: panic]",
        ),
        (
            recorded("work", SpanKind::Internal, &[], Status::Unset),
            "work",
        ),
        (
            recorded("work", SpanKind::Internal, &[], Status::Ok),
            "work",
        ),
        (
            recorded("work", SpanKind::Internal, &[], error("no")),
            "work [internal error]",
        ),
        (
            recorded("send", SpanKind::Producer, &[], Status::Unset),
            "send [producer]",
        ),
        (
            recorded("", SpanKind::Consumer, &[], error("")),
            "[consumer error]",
        ),
        (
            recorded("two\nlines", SpanKind::Server, &[], Status::Unset),
            "two\\nlines [server]",
        ),
    ] {
        assert_eq!(telemetry.tree(), line);
        telemetry.assert_tree(line);
    }
}

#[test]
fn a_status_code_of_http_is_a_number() {
    let telemetry = Recorder::new();
    let tracer = telemetry.tracer_provider().tracer("test");
    let builder = tracer.span_builder("GET /").with_kind(SpanKind::Server);
    let code = KeyValue::new("http.response.status_code", 204);
    drop(builder.with_attributes([code]).start(&tracer));
    telemetry.assert_tree("GET / [server 204]");
}

#[test]
fn what_a_line_does_not_say_may_be_anything() {
    let found = [
        client(Some("OK"), None),
        client(Some("OK"), Some("panic")),
        client(Some("404"), Some("404")),
        client(None, Some("connect")),
    ];
    for (line, meant) in [
        ("GET [client]", [true, true, true, true]),
        ("GET [client OK]", [true, false, false, false]),
        ("GET [client OK error]", [false, true, false, false]),
        ("GET [client OK error: panic]", [false, true, false, false]),
        ("GET [client 404 error]", [false, false, true, false]),
        ("GET [client 404 error: 404]", [false, false, true, false]),
        ("GET [client 404]", [false, false, false, false]),
        ("GET [client error]", [false, true, true, true]),
        ("GET [client error: connect]", [false, false, false, true]),
        ("GET [server]", [false, false, false, false]),
        ("POST [client]", [false, false, false, false]),
        ("GET", [false, false, false, false]),
    ] {
        let means = |telemetry: &Recorder| telemetry.difference(line).is_none();
        assert_eq!(found.each_ref().map(means), meant, "{line}");
    }
}

#[test]
fn a_plain_name_means_an_internal_span_however_it_ended() {
    for status in [Status::Unset, Status::Ok, Status::error("no")] {
        recorded("work", SpanKind::Internal, &[], status).assert_tree("work");
    }
}

#[test]
fn brackets_that_are_no_notation_belong_to_the_name() {
    for name in [
        "list [all]",
        "list [client",
        "list [sever 200]",
        "list [client 200 300]",
        "list[client]",
        "[] [client] x",
    ] {
        recorded(name, SpanKind::Internal, &[], Status::Unset).assert_tree(name);
    }
    let telemetry = recorded("a [b]", SpanKind::Client, &[], Status::Unset);
    telemetry.assert_tree("a [b] [client]");
    let generic = client(None, Some("Vec<[u8; 4]>"));
    generic.assert_tree("GET [client error: Vec<[u8; 4]>]");
}
