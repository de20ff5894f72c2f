//! HTTP: versions, schemes, names, and which status codes are errors.

use std::borrow::Cow;

use ::http::{Method, StatusCode, Uri, Version};
use opentelemetry_semantic_conventions::attribute::{
    HTTP_REQUEST_METHOD, HTTP_REQUEST_METHOD_ORIGINAL,
};

use crate::describe::methods::{self, MethodName};
use crate::describe::{Side, grpc};
use crate::names::SPAN_NAMES;
use crate::record::{Attributes, Value};

/// The name of a span without anything that has to be built.
pub(crate) fn short_name(method: &MethodName, is_grpc: bool) -> &'static str {
    match method {
        _ if is_grpc => grpc::SYSTEM,
        MethodName::Known(name) => name,
        MethodName::Other | MethodName::Own(_) => methods::OTHER_NAME,
    }
}

/// The name of a span: `{method} {target}`, or `{method}` while there is no target.
pub(crate) fn span_name(method: &MethodName, target: Option<&str>) -> Cow<'static, str> {
    let name = method.in_span_name();
    match target {
        None => Cow::Borrowed(match method {
            MethodName::Known(name) => name,
            MethodName::Other => methods::OTHER_NAME,
            MethodName::Own(name) => return Cow::Owned((**name).to_owned()),
        }),
        Some(target) => match SPAN_NAMES.keep_joined(name, target) {
            Some(kept) => Cow::Borrowed(kept),
            None => Cow::Owned([name, " ", target].concat()),
        },
    }
}

/// Writes `http.request.method`, and the original when it is not a known one.
pub(crate) fn set_method(method: &Method, name: &MethodName, out: &mut impl Attributes) {
    let value = match name {
        MethodName::Known(name) => Value::Static(name),
        MethodName::Other => {
            let original = Value::Borrowed(method.as_str());
            out.set(HTTP_REQUEST_METHOD_ORIGINAL, original);
            Value::Static(methods::OTHER)
        }
        MethodName::Own(name) => Value::Shared(name.clone()),
    };
    out.set(HTTP_REQUEST_METHOD, value);
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

/// The scheme, when it is one that many requests share: a client can make others up.
pub(crate) fn static_scheme(scheme: &str) -> Option<&'static str> {
    match scheme {
        "http" => Some("http"),
        "https" => Some("https"),
        "ws" => Some("ws"),
        "wss" => Some("wss"),
        _ => None,
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

/// Whether a response with `status` is an error to `side`: 5xx to both, 4xx to the client only. A
/// code that no class has is an error to both.
pub(crate) fn is_error(side: Side, status: StatusCode) -> bool {
    match status.as_u16() {
        100..=399 => false,
        400..=499 => side == Side::Client,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_2_is_written_without_a_minor_version() {
        let written = [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2].map(version);
        assert_eq!(written, [Some("1.0"), Some("1.1"), Some("2")]);
    }

    #[test]
    fn a_4xx_is_an_error_to_the_client_only() {
        assert!(!is_error(Side::Server, StatusCode::NOT_FOUND));
        assert!(is_error(Side::Client, StatusCode::NOT_FOUND));
        assert!(is_error(Side::Server, StatusCode::BAD_GATEWAY));
        assert!(!is_error(Side::Client, StatusCode::FOUND));
        assert!(is_error(Side::Server, StatusCode::from_u16(777).unwrap()));
    }
}
