//! HTTP: known methods, versions, schemes, and which status codes are errors.

use std::borrow::Cow;

use ::http::{Method, StatusCode, Uri, Version};
use opentelemetry::trace::SpanKind;
use opentelemetry_semantic_conventions::attribute::{
    HTTP_REQUEST_METHOD, HTTP_REQUEST_METHOD_ORIGINAL,
};

use crate::record::{Attributes, Value};

/// The methods that may become an attribute: RFC 9110, PATCH and QUERY.
const KNOWN_METHODS: [&str; 10] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
];

/// Any other method in `http.request.method`.
const OTHER_METHOD: &str = "_OTHER";

/// Any other method in a span's name.
const OTHER_METHOD_NAME: &str = "HTTP";

/// The known method equal to `method`, with case.
fn known(method: &Method) -> Option<&'static str> {
    KNOWN_METHODS
        .into_iter()
        .find(|known| *known == method.as_str())
}

/// The `{method}` of a span's name.
pub(crate) fn method_name(method: &Method) -> &'static str {
    known(method).unwrap_or(OTHER_METHOD_NAME)
}

/// The name of a span: `{method} {route}`, or `{method}` while there is no route.
pub(crate) fn span_name(method: &Method, route: Option<&str>) -> Cow<'static, str> {
    let method = method_name(method);
    match route {
        Some(route) => Cow::Owned([method, " ", route].concat()),
        None => Cow::Borrowed(method),
    }
}

/// Writes `http.request.method`, and the original when it is not a known one.
pub(crate) fn set_method(method: &Method, out: &mut impl Attributes) {
    match known(method) {
        Some(known) => out.set(HTTP_REQUEST_METHOD, Value::Static(known)),
        None => {
            out.set(HTTP_REQUEST_METHOD, Value::Static(OTHER_METHOD));
            out.set(
                HTTP_REQUEST_METHOD_ORIGINAL,
                Value::Borrowed(method.as_str()),
            );
        }
    }
}

/// `network.protocol.version` of `version`.
pub(crate) fn version(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_09 => Some("0.9"),
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        Version::HTTP_2 => Some("2"),
        Version::HTTP_3 => Some("3"),
        _ => None,
    }
}

/// The scheme of `uri`. Origin-form URIs have none; they came over plain HTTP as far as can be
/// seen from here.
pub(crate) fn scheme(uri: &Uri) -> &str {
    uri.scheme_str().unwrap_or("http")
}

/// The scheme as an attribute, without a copy for the usual ones.
pub(crate) fn scheme_value(uri: &Uri) -> Value<'_> {
    match scheme(uri) {
        "http" => Value::Static("http"),
        "https" => Value::Static("https"),
        other => Value::Borrowed(other),
    }
}

/// The port that `scheme` stands for.
pub(crate) fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}

/// Whether a response with `status` is an error to the side that `kind` names: 5xx to both, 4xx to
/// the client only.
pub(crate) fn is_error(kind: &SpanKind, status: StatusCode) -> bool {
    status.is_server_error() || (*kind == SpanKind::Client && status.is_client_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_compared_with_case() {
        assert_eq!(method_name(&Method::GET), "GET");
        assert_eq!(method_name(&Method::from_bytes(b"QUERY").unwrap()), "QUERY");
        assert_eq!(method_name(&Method::from_bytes(b"get").unwrap()), "HTTP");
        assert_eq!(
            method_name(&Method::from_bytes(b"EVIL123").unwrap()),
            "HTTP"
        );
    }

    #[test]
    fn http_2_is_written_without_a_minor_version() {
        let written = [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2].map(version);
        assert_eq!(written, [Some("1.0"), Some("1.1"), Some("2")]);
    }

    #[test]
    fn a_4xx_is_an_error_to_the_client_only() {
        assert!(!is_error(&SpanKind::Server, StatusCode::NOT_FOUND));
        assert!(is_error(&SpanKind::Client, StatusCode::NOT_FOUND));
        assert!(is_error(&SpanKind::Server, StatusCode::BAD_GATEWAY));
        assert!(!is_error(&SpanKind::Client, StatusCode::FOUND));
    }
}
