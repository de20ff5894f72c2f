//! The rules of [HTTP spans](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/http/http-spans.md).

use opentelemetry::trace::SpanKind;
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, HTTP_REQUEST_METHOD, HTTP_REQUEST_METHOD_ORIGINAL, HTTP_REQUEST_RESEND_COUNT,
    HTTP_RESPONSE_STATUS_CODE, HTTP_ROUTE, URL_FULL, URL_PATH, URL_QUERY, URL_SCHEME, URL_TEMPLATE,
};

use super::check::Check;
use super::facts::Facts;
use super::report::Report;

/// The value for methods that are not known.
const OTHER: &str = "_OTHER";

/// Checks a span. Tells whether its response is an error.
pub(super) fn span(check: &Check, facts: &Facts<'_>, kind: &SpanKind, report: &mut Report) -> bool {
    exchange(check, facts, kind, report);
    original_method(check, facts, report);
    url(facts, report);
    if let Some(count) = facts.int(HTTP_REQUEST_RESEND_COUNT).filter(|n| *n < 1) {
        report.value(HTTP_REQUEST_RESEND_COUNT, &count, "at least 1, or absent");
    }
    let code = facts.int(HTTP_RESPONSE_STATUS_CODE);
    if *kind == SpanKind::Server && code.is_none() && !facts.has(ERROR_TYPE) {
        report.missing(HTTP_RESPONSE_STATUS_CODE, "nothing failed, so one was sent");
    }
    code.is_some_and(|code| is_error(code, kind))
}

/// Checks what spans and data points have in common.
pub(super) fn exchange(check: &Check, facts: &Facts<'_>, kind: &SpanKind, report: &mut Report) {
    if let Some(method) = facts.text(HTTP_REQUEST_METHOD)
        && method != OTHER
        && !check.is_known_method(method)
    {
        report.value(HTTP_REQUEST_METHOD, &method, "a known method or `_OTHER`");
    }
    let code = facts.int(HTTP_RESPONSE_STATUS_CODE);
    if let Some(code) = code.filter(|code| !(100..=999).contains(code)) {
        report.value(HTTP_RESPONSE_STATUS_CODE, &code, "three digits");
    }
    error_type(code, facts.text(ERROR_TYPE), kind, report);
}

/// Compares `error.type` with the response. Anything but a status code may have failed besides.
fn error_type(code: Option<i64>, error: Option<&str>, kind: &SpanKind, report: &mut Report) {
    let is_error = code.is_some_and(|code| is_error(code, kind));
    let Some(error) = error else {
        if is_error {
            report.missing(ERROR_TYPE, "the response is an error");
        }
        return;
    };
    let is_code = error.len() == 3 && error.bytes().all(|byte| byte.is_ascii_digit());
    if !is_code {
        return;
    }
    if code.map(|code| code.to_string()).as_deref() != Some(error) {
        report.value(ERROR_TYPE, &error, "the status code of the response");
    } else if !is_error {
        report.unexpected(ERROR_TYPE, "the status code is no error to this side");
    }
}

/// Whether a response is an error: 5xx to both sides, 4xx to the client only.
fn is_error(code: i64, kind: &SpanKind) -> bool {
    code >= 500 || (code >= 400 && *kind == SpanKind::Client)
}

fn original_method(check: &Check, facts: &Facts<'_>, report: &mut Report) {
    let key = HTTP_REQUEST_METHOD_ORIGINAL;
    let Some(method) = facts.text(HTTP_REQUEST_METHOD) else {
        return;
    };
    match facts.text(key) {
        None if method == OTHER => report.missing(key, "the method is `_OTHER`"),
        None => {}
        Some(original) if original == method => report.unexpected(key, "it is the method itself"),
        Some(original) if method == OTHER && check.is_known_method(original) => {
            report.value(HTTP_REQUEST_METHOD, &method, original);
        }
        Some(original) if method != OTHER && !original.eq_ignore_ascii_case(method) => {
            report.value(key, &original, "the method in other letters");
        }
        Some(_) => {}
    }
}

fn url(facts: &Facts<'_>, report: &mut Report) {
    let wrong = |key: &str, is_right: fn(&str) -> bool| {
        let text = facts.text(key).filter(|text| !text.is_empty())?;
        (!is_right(text)).then(|| text.to_owned())
    };
    if let Some(full) = wrong(URL_FULL, |url| url.contains("://")) {
        report.value(URL_FULL, &full, "absolute");
    }
    if let Some(path) = wrong(URL_PATH, |path| !path.contains(['?', '#'])) {
        report.value(URL_PATH, &path, "a path only");
    }
    if let Some(query) = wrong(URL_QUERY, |query| !query.starts_with('?')) {
        report.value(URL_QUERY, &query, "without the question mark");
    }
    if let Some(scheme) = wrong(URL_SCHEME, is_scheme) {
        report.value(URL_SCHEME, &scheme, "a scheme in lower case");
    }
}

fn is_scheme(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte))
}

/// The name that a span should have: `{method} {target}`, or `{method}` without a target.
pub(super) fn name(facts: &Facts<'_>, kind: &SpanKind) -> String {
    let method = match facts.text(HTTP_REQUEST_METHOD) {
        None | Some(OTHER) => "HTTP",
        Some(method) => method,
    };
    let target = match kind {
        SpanKind::Client => URL_TEMPLATE,
        _ => HTTP_ROUTE,
    };
    match facts.text(target) {
        Some(target) => format!("{method} {target}"),
        None => method.to_owned(),
    }
}
