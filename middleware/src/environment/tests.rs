//! Each variable, and what is not understood.

use http::{Method, Request};

use super::*;
use crate::describe::methods::MethodName;
use crate::testing::words::get;
use crate::view::RequestView;

fn read_one(name: &'static str, value: &'static str) -> (Environment, Vec<String>) {
    let lookup = |asked: &str| (asked == name).then(|| value.into());
    let (environment, warnings) = read(lookup);
    (
        environment,
        warnings.iter().map(ToString::to_string).collect(),
    )
}

#[test]
fn known_methods_replace_the_default_ones() {
    let name = "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS";
    let (environment, warnings) = read_one(name, "GET, PURGE,b@d,");
    let method = |text: &str| {
        environment
            .methods
            .name(&Method::from_bytes(text.as_bytes()).unwrap())
    };
    assert_eq!(method("PURGE"), MethodName::Own("PURGE".into()));
    assert_eq!(method("POST"), MethodName::Other);
    assert_eq!(warnings.len(), 1);
    for word in [name, "\"b@d\"", "GET,PURGE", "left out"] {
        assert!(warnings[0].contains(word), "{warnings:?}");
    }
}

#[test]
fn without_a_single_good_method_the_default_ones_stay() {
    let (environment, _) = read_one("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", "b@d");
    assert_eq!(
        environment.methods.name(&Method::GET),
        MethodName::Known("GET")
    );
}

#[test]
fn captured_headers_are_told_for_each_side_and_direction_by_either_name() {
    let table = [
        (
            "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS",
            0,
        ),
        (
            "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST",
            0,
        ),
        (
            "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_RESPONSE_HEADERS",
            1,
        ),
        (
            "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE",
            1,
        ),
        (
            "OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_REQUEST_HEADERS",
            2,
        ),
        (
            "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST",
            2,
        ),
        (
            "OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_RESPONSE_HEADERS",
            3,
        ),
        (
            "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE",
            3,
        ),
    ];
    for (name, place) in table {
        let (environment, warnings) = read_one(name, "X-Tenant,b d");
        let [server, client] = [Side::Server, Side::Client].map(|side| environment.settings(side));
        let captured = [
            &server.request_headers,
            &server.response_headers,
            &client.request_headers,
            &client.response_headers,
        ];
        let filled: Vec<_> = (0..4).filter(|at| !captured[*at].is_empty()).collect();
        assert_eq!(filled, [place], "{name}");
        assert!(
            warnings.len() == 1 && warnings[0].contains("\"b d\""),
            "{warnings:?}"
        );
    }
}

#[test]
fn a_star_among_the_headers_captures_nothing_and_is_told() {
    let name = "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS";
    let (environment, warnings) = read_one(name, "x-*");
    assert!(
        environment
            .settings(Side::Server)
            .request_headers
            .is_empty()
    );
    assert!(
        warnings.len() == 1 && warnings[0].contains("x-*"),
        "{warnings:?}"
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_text_is_told() {
    use std::os::unix::ffi::OsStringExt as _;
    let garbage = || Some(std::ffi::OsString::from_vec(vec![0xff]));
    let (_, warnings) = read(|name| garbage().filter(|_| name.ends_with("KNOWN_METHODS")));
    let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    assert!(
        warnings.len() == 1 && warnings[0].contains("UTF-8"),
        "{warnings:?}"
    );
}

#[test]
fn sensitive_keys_replace_the_default_ones() {
    let name = "OTEL_INSTRUMENTATION_HTTP_SENSITIVE_QUERY_PARAMETERS";
    let (environment, _) = read_one(name, "token");
    assert_eq!(
        environment.redaction.query("token=a&sig=b"),
        "token=REDACTED&sig=b"
    );
}

fn is_traced(environment: &Environment, side: Side, request: &Request<()>) -> bool {
    environment
        .settings(side)
        .filters
        .accept(&RequestView::received(request))
}

#[test]
fn excluded_urls_are_patterns_of_paths_or_of_urls() {
    let patterns = "/healthz,/internal/*,https://*.internal/*,http://[::1]:80/*";
    let (environment, _) = read_one("OTEL_INSTRUMENTATION_HTTP_SERVER_EXCLUDED_URLS", patterns);
    let server = |uri| is_traced(&environment, Side::Server, &get(uri));
    assert!(server("/") && server("/healthz/x") && server("https://shop.example/a"));
    assert!(!server("http://[::1]:80/a"));
    assert!(!server("/healthz?now") && !server("/internal/a/b"));
    assert!(!server("https://x.internal/a") && !server("http://x.internal/a"));
    let mut origin_form = get("/a");
    let host = http::HeaderValue::from_static("x.internal");
    origin_form.headers_mut().insert("host", host);
    assert!(!is_traced(&environment, Side::Server, &origin_form));
    assert!(is_traced(&environment, Side::Client, &get("/healthz")));
    let (environment, _) = read_one("OTEL_INSTRUMENTATION_HTTP_CLIENT_EXCLUDED_URLS", patterns);
    assert!(!is_traced(&environment, Side::Client, &get("/healthz")));
}

#[test]
fn the_conventions_before_are_opted_in_to_and_others_share_the_variable() {
    let name = "OTEL_SEMCONV_STABILITY_OPT_IN";
    let (environment, warnings) = read_one(name, "database,rpc/dup,http,http/all");
    assert_eq!(
        environment.stability,
        Stability {
            http_dup: false,
            rpc_dup: true
        }
    );
    assert!(
        warnings.len() == 1 && warnings[0].contains("http/all"),
        "{warnings:?}"
    );
}
