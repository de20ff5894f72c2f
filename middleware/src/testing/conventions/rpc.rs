//! The rules of [gRPC spans](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/rpc/grpc.md).

use opentelemetry::trace::SpanKind;
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, RPC_METHOD, RPC_METHOD_ORIGINAL, RPC_RESPONSE_STATUS_CODE, RPC_SYSTEM_NAME,
};

use super::check::Check;
use super::facts::Facts;
use super::report::Report;

const SYSTEM: &str = "grpc";

const CANCELLED: &str = "CANCELLED";

/// The value for methods that are not recognized.
const OTHER: &str = "_OTHER";

/// The statuses that are errors to a server, too.
const SERVER_ERRORS: [&str; 6] = [
    "DATA_LOSS",
    "DEADLINE_EXCEEDED",
    "INTERNAL",
    "UNAVAILABLE",
    "UNIMPLEMENTED",
    "UNKNOWN",
];

/// The other statuses of [the protocol](https://grpc.io/docs/guides/status-codes/).
const OTHER_STATUSES: [&str; 11] = [
    "ABORTED",
    "ALREADY_EXISTS",
    "CANCELLED",
    "FAILED_PRECONDITION",
    "INVALID_ARGUMENT",
    "NOT_FOUND",
    "OK",
    "OUT_OF_RANGE",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "UNAUTHENTICATED",
];

/// Checks a span. Tells whether its status is an error.
pub(super) fn span(check: &Check, facts: &Facts<'_>, kind: &SpanKind, report: &mut Report) -> bool {
    call(check, facts, kind, report);
    original_method(facts, report);
    let status = facts.text(RPC_RESPONSE_STATUS_CODE);
    status.is_some_and(|status| must_be_error(check, status, kind))
}

/// Checks what spans and data points have in common.
pub(super) fn call(check: &Check, facts: &Facts<'_>, kind: &SpanKind, report: &mut Report) {
    if let Some(system) = facts.text(RPC_SYSTEM_NAME).filter(|name| *name != SYSTEM) {
        report.value(RPC_SYSTEM_NAME, &system, "`grpc`");
    }
    if let Some(method) = facts.text(RPC_METHOD).filter(|method| !is_method(method)) {
        report.value(RPC_METHOD, &method, "`package.Service/Method` or `_OTHER`");
    }
    let status = facts.text(RPC_RESPONSE_STATUS_CODE);
    if let Some(status) = status.filter(|status| !is_status(status)) {
        report.value(RPC_RESPONSE_STATUS_CODE, &status, "the name of a status");
    }
    if let Some(status) = status {
        error_type(check, status, facts.text(ERROR_TYPE), kind, report);
    }
}

/// Compares `error.type` with the status. Anything but a status may have failed besides.
fn error_type(
    check: &Check,
    status: &str,
    error: Option<&str>,
    kind: &SpanKind,
    report: &mut Report,
) {
    match error {
        None if must_be_error(check, status, kind) => {
            report.missing(ERROR_TYPE, "the status is an error");
        }
        Some(error) if error == status && !is_error(status, kind) => {
            report.unexpected(ERROR_TYPE, "the status is no error to this side");
        }
        Some(error) if error != status && is_status(error) => {
            report.value(ERROR_TYPE, &error, "the status of the call");
        }
        _ => {}
    }
}

fn original_method(facts: &Facts<'_>, report: &mut Report) {
    let key = RPC_METHOD_ORIGINAL;
    match (facts.text(RPC_METHOD), facts.text(key)) {
        (Some(OTHER), None) => report.missing(key, "the method is `_OTHER`"),
        (Some(method), Some(original)) if method == original => {
            report.unexpected(key, "it is the method itself");
        }
        _ => {}
    }
}

/// Whether a call failed before it got a status: then nobody could record one.
pub(super) fn has_no_status(facts: &Facts<'_>) -> bool {
    facts
        .text(ERROR_TYPE)
        .is_some_and(|error| !is_status(error))
}

/// The name that a span should have: the method, or the system without one.
pub(super) fn name(facts: &Facts<'_>) -> String {
    let method = facts.text(RPC_METHOD).filter(|method| *method != OTHER);
    method.unwrap_or(SYSTEM).to_owned()
}

/// Whether a status without an error is wrong.
fn must_be_error(check: &Check, status: &str, kind: &SpanKind) -> bool {
    is_error(status, kind) && !(check.cancelled_calls && status == CANCELLED)
}

/// Whether a status is an error: any but OK to a client, six to a server.
fn is_error(status: &str, kind: &SpanKind) -> bool {
    SERVER_ERRORS.contains(&status) || (*kind == SpanKind::Client && status != "OK")
}

fn is_status(text: &str) -> bool {
    SERVER_ERRORS.contains(&text) || OTHER_STATUSES.contains(&text)
}

fn is_method(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    text == OTHER
        || matches!(parts[..], [service, method] if !service.is_empty() && !method.is_empty())
}
