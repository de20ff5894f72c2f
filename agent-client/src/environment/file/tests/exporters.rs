//! `otlp_grpc` and `otlp_http`.

use super::{bad, but, good};
use crate::environment::{Compression, Destination, Endpoint, Headers, Tls};
use crate::protocol::Protocol;

/// A file with an exporter of log records.
fn logs(exporter: &str) -> String {
    format!("logger_provider: {{processors: [batch: {{exporter: {{{exporter}}}}}]}}")
}

/// Where log records go, from a file in which everything is understood.
fn destination(exporter: &str) -> Destination {
    let settings = good(&logs(exporter));
    let destination = settings.logs.clone();
    let expected = but(|settings| settings.logs = destination.clone());
    assert_eq!(settings, expected);
    destination
}

fn http() -> Destination {
    Destination {
        protocol: Protocol::OtlpHttp,
        ..Destination::default()
    }
}

#[test]
fn an_exporter_without_settings_goes_to_the_default() {
    assert_eq!(destination("otlp_grpc: "), Destination::default());
    assert_eq!(destination("otlp_http: {}"), http());
}

#[test]
fn every_setting_of_an_exporter_is_taken() {
    let common = "headers_list: 'a=1,b=x%20y', headers: [{name: a, value: 2}, {name: c, value: }], \
                  compression: gzip, timeout: 70";
    let expected = |protocol, endpoint, certificate| Destination {
        protocol,
        endpoint: Some(Endpoint::parse(endpoint).expect("it is one").exact()),
        headers: Headers::parse_list("a=2,b=x%20y").0,
        timeout: std::time::Duration::from_millis(70),
        compression: Compression::Gzip,
        tls: Tls {
            certificate,
            client_certificate: Some("/c".into()),
            client_key: Some("/k".into()),
        },
        ..Destination::default()
    };
    let text = format!(
        "otlp_http: {{endpoint: 'http://a:1/x', encoding: json, {common}, \
         tls: {{ca_file: /a, cert_file: /c, key_file: /k}}}}"
    );
    let json = expected(Protocol::OtlpHttpJson, "http://a:1/x", Some("/a".into()));
    assert_eq!(destination(&text), json);
    let text = format!(
        "otlp_grpc: {{endpoint: 'a:1', {common}, \
         tls: {{cert_file: /c, key_file: /k, insecure: true}}}}"
    );
    let grpc = expected(Protocol::Otlp, "http://a:1", None);
    assert_eq!(destination(&text), grpc);
}

#[test]
fn the_path_of_an_endpoint_is_part_of_it() {
    let destination = destination("otlp_http: {endpoint: 'http://a:1/x/v1/logs'}");
    let path = destination.endpoint().http_path("/v1/logs");
    assert_eq!(path, "/x/v1/logs");
}

#[test]
fn an_endpoint_that_is_none_is_the_default_without_headers() {
    for (text, is_http) in [
        ("otlp_grpc: {endpoint: 'a:1', headers_list: 'a=1'}", false),
        (
            "otlp_http: {endpoint: 'ftp://a', headers_list: 'a=1'}",
            true,
        ),
        ("otlp_http: {endpoint: '', encoding: protobuf}", true),
    ] {
        let (settings, warning) = bad(&logs(text));
        let expected = if is_http {
            http()
        } else {
            Destination::default()
        };
        assert_eq!(settings.logs, expected, "{text}");
        assert!(warning.used.ends_with("without headers"), "{warning}");
        let end = "batch.exporter.otlp_";
        assert!(warning.value.contains(end), "{warning}");
    }
}

#[test]
fn insecure_is_for_grpc_alone() {
    let (_, warning) = bad(&logs("otlp_http: {tls: {insecure: true}}"));
    let path = "logger_provider.processors[0].batch.exporter.otlp_http.tls.insecure";
    assert_eq!(warning.value, path);
}

#[test]
fn secrets_are_never_shown() {
    for text in [
        "otlp_grpc: {headers_list: 'se cret=1'}",
        "otlp_grpc: {headers_list: 'a=%0asecret'}",
        "otlp_grpc: {headers: [{name: a, value: \"secret\\n\"}]}",
        "otlp_grpc: {headers: [{name: host, value: secret}]}",
        "otlp_grpc: {endpoint: 'http://me:secret@a:1'}",
    ] {
        let (settings, warning) = bad(&logs(text));
        assert_eq!(settings.logs, Destination::default());
        let shown = format!("{warning} {settings:?}");
        assert!(!shown.contains("cret"), "{shown}");
    }
}

#[test]
fn a_bad_value_of_an_exporter_is_the_default() {
    for (text, value, used) in [
        ("compression: br", "compression: br", "none"),
        ("timeout: 1s", "timeout: 1s", "10000"),
        ("encoding: xml", "encoding: xml", "protobuf"),
        ("tls: 5", "tls: 5", "nothing"),
        (
            "tls: {key_file: /k}",
            "tls.cert_file: only one of two",
            "no client certificate",
        ),
        ("headers: 5", "headers: 5", "nothing"),
    ] {
        let (settings, warning) = bad(&logs(&format!("otlp_http: {{{text}}}")));
        assert_eq!(settings.logs, http());
        let path = "logger_provider.processors[0].batch.exporter.otlp_http";
        assert_eq!(warning.value, format!("{path}.{value}"));
        assert_eq!(warning.used, used);
    }
}
