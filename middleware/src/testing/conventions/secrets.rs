//! Secrets that have no place in telemetry.

use opentelemetry::{Array, Value};
use opentelemetry_semantic_conventions::attribute::{URL_FULL, URL_QUERY};

use super::facts::Facts;
use super::report::Report;

/// What stands in the place of a secret.
const REDACTED: &str = "REDACTED";

/// The query keys whose values are signatures or credentials, compared with case: the five of
/// version 1.44, and the two that version 1.41 listed and the one after 1.44 lists again.
const SENSITIVE_KEYS: [&str; 7] = [
    "AWSAccessKeyId",
    "Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Goog-Signature",
    "sig",
];

/// The headers that are credentials.
const SENSITIVE_HEADERS: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
];

/// Checks every attribute, also those of spans that follow no conventions.
pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (key, value) in facts.iter() {
        let name = key.rsplit('.').next().unwrap_or(key).to_ascii_lowercase();
        if SENSITIVE_HEADERS.contains(&name.as_str()) && !is_redacted(value) {
            report.secret(key, format!("the header {name}"));
        }
    }
    if let Some(url) = facts.text(URL_FULL) {
        userinfo(url, report);
        let query = url.split_once('?').map_or("", |(_, query)| query);
        self::query(URL_FULL, query, report);
    }
    if let Some(query) = facts.text(URL_QUERY) {
        self::query(URL_QUERY, query, report);
    }
}

fn is_redacted(value: &Value) -> bool {
    match value {
        Value::String(text) => text.as_str() == REDACTED,
        Value::Array(Array::String(texts)) => texts.iter().all(|text| text.as_str() == REDACTED),
        _ => false,
    }
}

/// Checks the user name and password before the host of `url`.
fn userinfo(url: &str, report: &mut Report) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let Some((userinfo, _)) = authority.rsplit_once('@') else {
        return;
    };
    let mut parts = userinfo.split(':');
    if !parts.all(|part| part.is_empty() || part == REDACTED) {
        report.secret(URL_FULL, "a user name or password");
    }
}

/// Checks the values of sensitive keys in `query`, however the keys are encoded.
fn query(key: &str, query: &str, report: &mut Report) {
    let query = query.split('#').next().unwrap_or(query);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let name = decoded(name);
        if SENSITIVE_KEYS.contains(&name.as_str()) && !says_nothing(value) {
            report.secret(key, format!("the value of {name}"));
        }
    }
}

/// Whether `value` is the word for what is left out, or that and a hash: the conventions know the
/// word only, but a hash of a random key gives nothing away.
fn says_nothing(value: &str) -> bool {
    let Some(hash) = value.strip_prefix(REDACTED) else {
        return false;
    };
    let digits = hash.strip_prefix('-');
    let is_hash = |text: &str| text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    hash.is_empty() || digits.is_some_and(is_hash)
}

/// `text` with percent-encoded ASCII decoded; the rest stays as it is.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte.filter(u8::is_ascii) {
            Some(byte) => {
                out.push(char::from(byte));
                out.push_str(part.get(2..).unwrap_or_default());
            }
            None => {
                out.push('%');
                out.push_str(part);
            }
        }
    }
    out
}
