//! `CAMPANILE_AGENT_*`.

use super::{SIGNALS, bad, bad_of, but, good, millis};
use crate::environment::{Endpoint, Headers, Settings};
use crate::protocol::Protocol;
use crate::queue::Overflow;

const ENDPOINT: &str = "CAMPANILE_AGENT_ENDPOINT";
const PROTOCOL: &str = "CAMPANILE_AGENT_PROTOCOL";

fn opencensus() -> Settings {
    but(|settings| {
        settings.traces.protocol = Protocol::OpenCensus;
        settings.metrics.protocol = Protocol::OpenCensus;
        settings.logs.export = false;
    })
}

#[test]
fn the_protocol_is_one_of_two_in_any_case() {
    for value in ["opencensus", "OpenCensus"] {
        let settings = good(&[(PROTOCOL, value)]);
        assert_eq!(settings, opencensus());
        let endpoint = settings.traces.endpoint();
        assert_eq!(endpoint.to_string(), "http://127.0.0.1:55678");
    }
    assert_eq!(good(&[(PROTOCOL, "otlp")]), Settings::default());
    for value in ["zipkin", "grpc"] {
        assert_eq!(bad(PROTOCOL, value).used, "otlp");
    }
}

#[test]
fn otlp_at_the_agent_is_the_otlp_that_the_others_ask_for() {
    let http = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    assert_eq!(good(&[(PROTOCOL, "otlp"), http]), good(&[http]));
}

#[test]
fn opencensus_does_not_go_to_the_endpoint_of_otlp() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1");
    let settings = good(&[(PROTOCOL, "opencensus"), endpoint]);
    assert_eq!(settings.traces.endpoint, None);
    assert_eq!(settings.metrics.endpoint, None);
    // Of logs it was said where they go, and OpenCensus has no message for them.
    assert!(settings.logs.export);
    assert_eq!(settings.logs.protocol, Protocol::Otlp);
    assert_eq!(settings.logs.endpoint().to_string(), "http://a:1");
}

#[test]
fn the_endpoint_wins_over_those_of_otlp() {
    for value in ["http://a:1", "a:1", "http://a:1/"] {
        let settings = good(&[
            (ENDPOINT, value),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://b:2"),
            ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://c:3"),
        ]);
        let expected = but(|settings| {
            for (signal, _) in SIGNALS {
                let endpoint = Endpoint::parse("http://a:1").unwrap();
                settings.destination_mut(signal).endpoint = Some(endpoint);
            }
        });
        assert_eq!(settings, expected, "{value}");
    }
}

#[test]
fn the_endpoint_of_an_opencensus_agent_is_none_for_logs() {
    let endpoint = Endpoint::parse("http://a:1").unwrap();
    let mut expected = opencensus();
    expected.traces.endpoint = Some(endpoint.clone());
    expected.metrics.endpoint = Some(endpoint);
    let pairs = [(PROTOCOL, "opencensus"), (ENDPOINT, "a:1")];
    assert_eq!(good(&pairs), expected);
}

#[cfg(feature = "tls")]
#[test]
fn the_endpoint_may_ask_for_tls() {
    let settings = good(&[(ENDPOINT, "https://a:1")]);
    assert_eq!(settings.logs.endpoint().to_string(), "https://a:1");
}

#[cfg(unix)]
#[test]
fn the_endpoint_may_be_a_socket() {
    let settings = good(&[(ENDPOINT, "unix:/run/agent.sock")]);
    assert_eq!(settings.logs.endpoint().to_string(), "unix:/run/agent.sock");
}

#[test]
fn an_endpoint_that_is_none_leaves_the_others_in_force() {
    for value in ["ftp://a:1", "a:99999", "http://", "/run/agent.sock"] {
        let warning = bad(ENDPOINT, value);
        assert_eq!(warning.used, "http://127.0.0.1:4317");
    }
    let otlp = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://b:2");
    let headers = ("OTEL_EXPORTER_OTLP_HEADERS", "key=1");
    let (settings, warning) = bad_of(&[(ENDPOINT, "ftp://a"), otlp, headers], ENDPOINT);
    assert_eq!(settings, good(&[otlp, headers]));
    assert_eq!(warning.used, "http://b:2");
    assert_ne!(settings.traces.headers, Headers::default());
}

#[test]
fn a_password_in_the_endpoint_is_not_shown() {
    let warning = bad(ENDPOINT, "http://user:secret@a:1");
    assert!(!warning.to_string().contains("secret"), "{warning}");
    assert!(warning.accepted.contains("as headers"), "{warning}");
}

#[test]
fn the_pause_between_attempts_is_at_least_a_millisecond() {
    let name = "CAMPANILE_AGENT_RECONNECT_INTERVAL";
    let expected = but(|settings| settings.reconnect_interval = millis(250));
    assert_eq!(good(&[(name, "250")]), expected);
    for value in ["0", "-1", "5s", "1.5", "4294967296", "99999999999999999999"] {
        assert_eq!(bad(name, value).used, "5000");
    }
}

#[test]
fn the_longest_flush_may_be_no_time_at_all() {
    let name = "CAMPANILE_AGENT_FLUSH_TIMEOUT";
    let expected = but(|settings| settings.flush_timeout = millis(0));
    assert_eq!(good(&[(name, "0")]), expected);
    assert_eq!(bad(name, "-1").used, "500");
}

#[test]
fn the_buffer_is_at_least_64_kib() {
    let name = "CAMPANILE_AGENT_BUFFER_BYTES";
    let expected = but(|settings| settings.buffer_bytes = 65_536);
    assert_eq!(good(&[(name, "65536")]), expected);
    for value in ["65535", "0", "-1", "8MiB"] {
        assert_eq!(bad(name, value).used, "8388608");
    }
}

#[test]
fn what_gives_way_is_the_newest_or_the_oldest() {
    let name = "CAMPANILE_AGENT_DROP";
    let expected = but(|settings| settings.overflow = Overflow::DropOldest);
    assert_eq!(good(&[(name, "oldest")]), expected);
    assert_eq!(good(&[(name, "Oldest")]), expected);
    assert_eq!(good(&[(name, "newest")]), Settings::default());
    assert_eq!(bad(name, "none").used, "newest");
}
