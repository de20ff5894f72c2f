use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;

use super::*;

fn with_status(span: SpanData, status: Status) -> SpanData {
    SpanData { status, ..span }
}

#[test]
fn right_spans_are_right() {
    assert_right([http_server(), http_client(), rpc_server(), rpc_client()]);
}

#[test]
fn errors_have_a_type_and_a_status_without_description() {
    assert_caught([
        (
            with_status(http_server(), Status::Ok),
            "the status should be Unset: only applications say Ok",
        ),
        (
            with_status(http_server(), Status::error("")),
            "`error.type` is missing: the status is Error",
        ),
        (
            with_status(failed(http_server(), "timeout"), Status::error("too late")),
            "the status is described as \"too late\", should be `error.type` only",
        ),
        (
            with(http_server(), "error.type", "timeout"),
            "the status should be Error: it has failed",
        ),
        (
            with(rpc_client(), "error.type", "timeout"),
            "the status should be Error: it has failed",
        ),
    ]);
    assert_right([failed(http_server(), "timeout")]);
}

#[test]
fn the_kind_is_server_or_client() {
    let internal = SpanData {
        span_kind: SpanKind::Internal,
        ..http_server()
    };
    assert_caught([(internal, "the kind is Internal, should be Server or Client")]);
}

#[test]
fn a_span_that_says_nothing_is_not_recognized() {
    let silent = "neither `http.request.method` nor `rpc.system.name` is there";
    assert_caught([
        (span(SpanKind::Server, "GET"), silent),
        (
            with(span(SpanKind::Client, "x"), "server.address", "db"),
            silent,
        ),
    ]);
    assert_right([span(SpanKind::Internal, "work")]);
}

#[test]
fn a_server_is_no_client() {
    let client = SpanData {
        span_kind: SpanKind::Client,
        ..http_server()
    };
    let caught = said(&named(client, "GET"));
    assert_eq!(
        caught,
        [
            "the conventions do not list `http.route` here",
            "the conventions do not list `url.path` here",
            "`url.scheme` is opt-in (stable), nobody asked for it",
            "`server.port` is missing: it is required",
            "`url.full` is missing: it is required",
        ]
    );
}
