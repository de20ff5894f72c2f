//! What holds for the spans of both families.

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;
use opentelemetry_semantic_conventions::attribute::ERROR_TYPE;

use super::check::Check;
use super::facts::Facts;
use super::group::{Family, SpanGroup};
use super::report::Report;
use super::table::SPANS;
use super::violation::Problem;
use super::{check_attributes, http, network, rpc, secrets};

/// Checks a span that has ended.
pub(super) fn finished(check: &Check, span: &SpanData, report: &mut Report) {
    let facts = Facts::of(&span.attributes);
    secrets::check(&facts, report);
    let Some(group) = group_of(span, &facts, report) else {
        return;
    };
    check_attributes::listed(check, group.attributes, &facts, report);
    check_attributes::required(group.attributes, &facts, report);
    network::check(&facts, report);
    let error = match group.family {
        Family::Http => http::span(check, &facts, &span.span_kind, report),
        Family::Rpc => rpc::span(check, &facts, &span.span_kind, report),
    };
    status(check, span, error || facts.has(ERROR_TYPE), report);
    let expected = match group.family {
        Family::Http => http::name(&facts, &span.span_kind),
        Family::Rpc => rpc::name(&facts),
    };
    if !check.custom_names && span.name != expected {
        report.add(Problem::Name { expected });
    }
}

/// Checks what a span started with, given what it ended with.
pub(super) fn started(span: &SpanData, attributes: &[KeyValue], report: &mut Report) {
    let facts = Facts::of(&span.attributes);
    let started = Facts::of(attributes);
    let Some(group) = group_of(span, &facts, report) else {
        return;
    };
    for (key, _) in facts.iter() {
        let mut listed = group.attributes.iter();
        let wanted = listed.any(|attribute| attribute.at_start && attribute.describes(key));
        if wanted && !started.has(key) {
            report.add(Problem::Late(key.to_owned()));
        }
    }
}

/// The conventions that `span` should follow. None when there are none, or when it is of a kind
/// that they do not know, which is a violation.
fn group_of(span: &SpanData, facts: &Facts<'_>, report: &mut Report) -> Option<&'static SpanGroup> {
    let is_remote = matches!(span.span_kind, SpanKind::Client | SpanKind::Server);
    let Some(family) = family(facts) else {
        if is_remote {
            report.add(Problem::Unrecognized);
        }
        return None;
    };
    let mut groups = SPANS.iter();
    let group = groups.find(|group| group.family == family && group.kind == span.span_kind);
    if group.is_none() {
        report.add(Problem::Kind(span.span_kind.clone()));
    }
    group
}

/// RPC comes first: its spans may tell of the HTTP below.
fn family(facts: &Facts<'_>) -> Option<Family> {
    if facts.any_below("rpc.") {
        Some(Family::Rpc)
    } else if facts.any_below("http.") || facts.any_below("url.") {
        Some(Family::Http)
    } else {
        None
    }
}

/// Checks the status by
/// [Recording errors](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/general/recording-errors.md).
fn status(check: &Check, span: &SpanData, is_error: bool, report: &mut Report) {
    let wrong = |expected, why| Problem::Status { expected, why };
    match &span.status {
        Status::Ok => report.add(wrong("Unset", "only applications say Ok")),
        Status::Unset if is_error => report.add(wrong("Error", "it has failed")),
        Status::Unset => {}
        Status::Error { description } => {
            if !is_error {
                report.missing(ERROR_TYPE, "the status is Error");
            }
            if !check.descriptions && !description.is_empty() {
                report.add(Problem::Description(description.to_string()));
            }
        }
    }
}
