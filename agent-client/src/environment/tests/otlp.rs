//! `OTEL_EXPORTER_OTLP_*`, for all signals and for each.

use super::{SIGNALS, bad, bad_of, but, good, millis};
use crate::environment::{Compression, Destination, Endpoint, Headers, Settings, Tls};
use crate::protocol::Protocol;

/// Two values of one setting: how they are written, and what they do.
struct Case<'a, T> {
    name: &'a str,
    all: (&'a str, T),
    own: (&'a str, T),
    set: fn(&mut Destination, T),
}

fn general(name: &str) -> String {
    format!("OTEL_EXPORTER_OTLP_{name}")
}

fn own(signal: &str, name: &str) -> String {
    format!("OTEL_EXPORTER_OTLP_{signal}_{name}")
}

/// The variable of all signals is for all, that of one for that one, where it wins.
fn of_all_and_of_each<T: Clone>(case: &Case<'_, T>) {
    let all = (general(case.name), case.all.0);
    let set = |settings: &mut Settings, signal, value: &T| {
        (case.set)(settings.destination_mut(signal), value.clone());
    };
    let of_all = but(|settings| {
        for (signal, _) in SIGNALS {
            set(settings, signal, &case.all.1);
        }
    });
    assert_eq!(good(&[(&all.0, all.1)]), of_all, "{}", all.0);
    for (signal, name) in SIGNALS {
        let own = (own(name, case.name), case.own.0);
        let expected = but(|settings| set(settings, signal, &case.own.1));
        assert_eq!(good(&[(&own.0, own.1)]), expected, "{}", own.0);
        let mut expected = of_all.clone();
        set(&mut expected, signal, &case.own.1);
        let both = good(&[(&all.0, all.1), (&own.0, own.1)]);
        assert_eq!(both, expected, "{}", own.0);
    }
}

/// Every name of a setting.
fn names(name: &str) -> Vec<String> {
    let own = SIGNALS.iter().map(|(_, signal)| own(signal, name));
    own.chain([general(name)]).collect()
}

fn endpoint(text: &str) -> Endpoint {
    Endpoint::parse(text).expect("it is one")
}

#[test]
fn an_endpoint_is_for_all_or_for_one() {
    of_all_and_of_each(&Case {
        name: "ENDPOINT",
        all: ("http://a:1", endpoint("http://a:1")),
        own: ("http://b:2/x", endpoint("http://b:2/x").exact()),
        set: |destination, endpoint| destination.endpoint = Some(endpoint),
    });
}

#[test]
fn the_path_of_an_own_endpoint_is_taken_as_it_is() {
    let settings = good(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1/x"),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://b:2/x"),
    ]);
    let path = |destination: &Destination| destination.endpoint().http_path("/v1/logs");
    assert_eq!(path(&settings.traces), "/x/v1/logs");
    assert_eq!(path(&settings.logs), "/x");
}

#[test]
fn an_endpoint_that_is_none_is_the_default() {
    for name in names("ENDPOINT") {
        for value in ["ftp://a:1", "http://", "http://a:x", "/v1/traces"] {
            let warning = bad(&name, value);
            assert_eq!(warning.value, value);
            assert!(warning.used.starts_with("http://127.0.0.1:4317"));
        }
        let warning = bad(&name, "a:1");
        let way_out = "OTEL_EXPORTER_OTLP_INSECURE=true";
        assert!(warning.accepted.contains(way_out), "{warning}");
        let warning = bad(&name, "http://user:secret@a:1");
        assert!(!warning.to_string().contains("secret"), "{warning}");
    }
}

#[test]
fn the_default_endpoint_is_that_of_the_protocol() {
    let pairs = [("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];
    let destination = good(&pairs).metrics;
    let endpoint = destination.endpoint().to_string();
    assert_eq!(endpoint, "http://127.0.0.1:4318");
}

#[cfg(feature = "tls")]
#[test]
fn an_endpoint_may_ask_for_tls() {
    let settings = good(&[("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "https://a:1")]);
    assert_eq!(settings.logs.endpoint().to_string(), "https://a:1");
}

#[cfg(not(feature = "tls"))]
#[test]
fn without_the_feature_an_endpoint_with_tls_is_none() {
    let warning = bad("OTEL_EXPORTER_OTLP_ENDPOINT", "https://a:1");
    assert!(warning.accepted.contains("feature \"tls\""), "{warning}");
}

#[cfg(unix)]
#[test]
fn an_endpoint_may_be_a_socket() {
    let settings = good(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "unix:/run/a")]);
    assert_eq!(settings.logs.endpoint().to_string(), "unix:/run/a");
}

#[test]
fn an_insecure_endpoint_needs_no_scheme() {
    let expected = |settings: &Settings, signal| {
        let destination = settings.destination(signal);
        assert_eq!(destination.endpoint().to_string(), "http://a:1");
    };
    let all = ("OTEL_EXPORTER_OTLP_INSECURE", "True");
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "a:1");
    let settings = good(&[all, endpoint]);
    for (signal, name) in SIGNALS {
        expected(&settings, signal);
        let (insecure, endpoint) = (own(name, "INSECURE"), own(name, "ENDPOINT"));
        let settings = good(&[(&insecure, "true"), (&endpoint, "a:1")]);
        expected(&settings, signal);
        let off = [all, (&insecure, "false"), (&endpoint, "a:1")];
        let (settings, _) = bad_of(&off, &endpoint);
        assert_eq!(settings, Settings::default());
    }
}

#[test]
fn the_obsolete_names_of_insecure_count_after_the_new_ones() {
    for (old, name) in [("SPAN", "TRACES"), ("METRIC", "METRICS")] {
        let (old, new) = (own(old, "INSECURE"), own(name, "INSECURE"));
        let endpoint = own(name, "ENDPOINT");
        let all = ("OTEL_EXPORTER_OTLP_INSECURE", "false");
        let mut pairs = vec![all, (&old, "true"), (&endpoint, "a:1")];
        let signal = SIGNALS.iter().find(|(_, own)| *own == name);
        let (signal, _) = signal.expect("it is one");
        let settings = good(&pairs);
        let to = settings.destination(*signal).endpoint();
        assert_eq!(to.to_string(), "http://a:1");
        pairs.push((&new, "false"));
        let (settings, _) = bad_of(&pairs, &endpoint);
        assert_eq!(settings, Settings::default());
        assert_eq!(bad(&old, "yes").used, "false");
    }
}

#[test]
fn insecure_is_true_or_false() {
    for name in names("INSECURE") {
        assert_eq!(bad(&name, "yes").used, "false");
    }
}

#[test]
fn headers_are_for_all_or_for_one() {
    of_all_and_of_each(&Case {
        name: "HEADERS",
        all: ("a=1,b=x%20y", Headers::parse_list("a=1,b=x%20y").0),
        own: ("Key = c%2Cd", Headers::parse_list("key=c%2Cd").0),
        set: |destination, headers| destination.headers = headers,
    });
}

#[test]
fn a_bad_header_is_left_out_and_none_is_shown() {
    for name in names("HEADERS") {
        let (settings, warning) = bad_of(&[(&name, "a=secret1,se cret=2")], &name);
        let (expected, _) = Headers::parse_list("a=secret1");
        let (good, none): (Vec<_>, Vec<_>) = SIGNALS
            .iter()
            .map(|(signal, _)| &settings.destination(*signal).headers)
            .partition(|headers| !headers.is_empty());
        assert!(good.iter().all(|headers| **headers == expected));
        assert_eq!(none.is_empty(), name == "OTEL_EXPORTER_OTLP_HEADERS");
        assert_eq!(
            (&*warning.value, &*warning.used),
            ("(hidden)", "the 1 good ones")
        );
        assert!(!format!("{warning} {settings:?}").contains("cret"));
    }
}

#[test]
fn headers_do_not_go_where_they_were_not_meant_to_go() {
    let headers = ("OTEL_EXPORTER_OTLP_HEADERS", "key=secret");
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://a:1");
    let (settings, warning) = bad_of(&[headers, endpoint], endpoint.0);
    assert_eq!(settings, Settings::default());
    assert!(warning.used.ends_with("without headers"), "{warning}");
}

#[test]
fn a_time_limit_is_for_all_or_for_one() {
    of_all_and_of_each(&Case {
        name: "TIMEOUT",
        all: ("100", millis(100)),
        own: ("50", millis(50)),
        set: |destination, timeout| destination.timeout = timeout,
    });
    // Zero is no limit, and thirty seconds is that of the batches.
    of_all_and_of_each(&Case {
        name: "TIMEOUT",
        all: ("0", millis(30_000)),
        own: ("20000", millis(20_000)),
        set: |destination, timeout| destination.timeout = timeout,
    });
    for name in names("TIMEOUT") {
        for value in ["-1", "10s", "0.5", "4294967296"] {
            assert_eq!(bad(&name, value).used, "10000");
        }
    }
}

#[test]
fn a_protocol_is_for_all_or_for_one() {
    of_all_and_of_each(&Case {
        name: "PROTOCOL",
        all: ("http/protobuf", Protocol::OtlpHttp),
        own: ("HTTP/json", Protocol::OtlpHttpJson),
        set: |destination, protocol| destination.protocol = protocol,
    });
    for name in names("PROTOCOL") {
        assert_eq!(good(&[(&name, "grpc")]), Settings::default());
        for value in ["http", "opencensus"] {
            assert_eq!(bad(&name, value).used, "grpc");
        }
    }
}

#[test]
fn a_bad_value_of_a_signal_leaves_that_of_all_in_force() {
    let all = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    let own = "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL";
    let (settings, warning) = bad_of(&[all, (own, "smoke")], own);
    assert_eq!(settings, good(&[all]));
    assert_eq!((&*warning.value, &*warning.used), ("smoke", all.1));
}

#[test]
fn compression_is_for_all_or_for_one() {
    of_all_and_of_each(&Case {
        name: "COMPRESSION",
        all: ("GZIP", Compression::Gzip),
        own: ("none", Compression::None),
        set: |destination, compression| destination.compression = compression,
    });
    for name in names("COMPRESSION") {
        for value in ["br", "deflate"] {
            assert_eq!(bad(&name, value).used, "none");
        }
    }
}

#[cfg(feature = "zstd")]
#[test]
fn compression_may_be_zstd() {
    let settings = good(&[("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "zstd")]);
    assert_eq!(settings.logs.compression, Compression::Zstd);
}

#[cfg(not(feature = "zstd"))]
#[test]
fn without_the_feature_zstd_is_none() {
    let warning = bad("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd");
    assert!(warning.accepted.contains("feature \"zstd\""), "{warning}");
}

#[test]
fn the_authorities_are_for_all_or_for_one() {
    of_all_and_of_each(&Case {
        name: "CERTIFICATE",
        all: ("/a.pem", "/a.pem".into()),
        own: ("b c.pem", "b c.pem".into()),
        set: |destination, path| destination.tls.certificate = Some(path),
    });
}

#[test]
fn a_client_certificate_comes_with_its_key() {
    let identity = |certificate: &str, key: &str| Tls {
        client_certificate: Some(certificate.into()),
        client_key: Some(key.into()),
        ..Tls::default()
    };
    let all = [
        ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/c"),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/k"),
    ];
    for (signal, name) in SIGNALS {
        assert_eq!(good(&all).destination(signal).tls, identity("/c", "/k"));
        let certificate = own(name, "CLIENT_CERTIFICATE");
        let key = own(name, "CLIENT_KEY");
        let pairs = [(&*certificate, "/c2"), (&*key, "/k2")];
        let expected = but(|settings| {
            settings.destination_mut(signal).tls = identity("/c2", "/k2");
        });
        assert_eq!(good(&pairs), expected);
        let mixed = good(&[all[0], all[1], pairs[1]]);
        assert_eq!(mixed.destination(signal).tls, identity("/c", "/k2"));
    }
}

#[test]
fn half_an_identity_is_none() {
    for name in names("CLIENT_CERTIFICATE") {
        assert_eq!(bad(&name, "/c").used, "no client certificate");
    }
    for name in names("CLIENT_KEY") {
        assert_eq!(bad(&name, "/k").used, "no client certificate");
    }
}
