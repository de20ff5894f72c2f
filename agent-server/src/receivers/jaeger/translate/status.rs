//! The kind and the status, which Jaeger writes as tags.

use campanile_wire::jaeger::Value;

use super::known::{Key, Known};

const UNSET: u64 = 0;
const OK: u64 = 1;
const ERROR: u64 = 2;

const SERVER: u64 = 2;

/// The `SpanKind` that `span.kind` says; another text stays a tag.
pub(super) fn kind(known: &mut Known<'_, '_>) -> u64 {
    let kind = match known.text(Key::Kind) {
        Some("internal") => 1,
        Some("server") => SERVER,
        Some("client") => 3,
        Some("producer") => 4,
        Some("consumer") => 5,
        _ => return 0,
    };
    known.take(Key::Kind);
    kind
}

/// A `StatusCode` and its message.
pub(super) fn status<'s>(known: &mut Known<'s, '_>, kind: u64) -> (u64, &'s str) {
    let failed = matches!(known.value(Key::Error), Some(Value::Bool(true)));
    if failed {
        known.take(Key::Error);
    }
    let told = known.text(Key::StatusCode).and_then(code);
    if told.is_some() {
        known.take(Key::StatusCode);
    }
    let http = || known.value(Key::HttpCode).and_then(number);
    let code = match (failed, told) {
        (true, _) => ERROR,
        (false, Some(told)) => told,
        (false, None) => http().map_or(UNSET, |code| of_http(code, kind)),
    };
    let description = known.take_text(Key::StatusDescription);
    let fallback = || known.text(Key::HttpMessage).filter(|_| code == ERROR);
    (code, description.or_else(fallback).unwrap_or_default())
}

fn code(text: &str) -> Option<u64> {
    let codes = [("UNSET", UNSET), ("OK", OK), ("ERROR", ERROR)];
    let mut codes = codes.into_iter();
    let found = codes.find(|(name, _)| text.eq_ignore_ascii_case(name));
    found.map(|(_, code)| code)
}

fn number(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Long(number) => Some(*number),
        Value::Text(text) => text.parse().ok(),
        Value::Binary(_) | Value::Bool(_) | Value::Double(_) => None,
    }
}

/// A client error is the client's, and no error of the server that found it.
fn of_http(code: i64, kind: u64) -> u64 {
    let theirs = kind == SERVER && (400..500).contains(&code);
    if theirs || (100..=398).contains(&code) {
        UNSET
    } else {
        ERROR
    }
}
