//! Every row of the table: what is understood, and what is said when it is not.

use std::time::Duration;

use proptest::prelude::*;

use super::{Settings, TraceSampler, Warning};
use crate::protocol::Protocol;

fn read(pairs: &[(&str, &str)]) -> (Settings, Vec<Warning>) {
    Settings::from_lookup(|name| {
        let pair = pairs.iter().find(|(variable, _)| *variable == name);
        pair.map(|(_, value)| (*value).to_owned())
    })
}

/// Settings from values that are understood.
fn good(pairs: &[(&str, &str)]) -> Settings {
    let (settings, warnings) = read(pairs);
    assert_eq!(warnings, [], "{pairs:?}");
    settings
}

/// The one warning about a value that is not understood, and otherwise the defaults.
fn bad(variable: &str, value: &str) -> Warning {
    let (settings, warnings) = read(&[(variable, value)]);
    let [warning] = warnings.as_slice() else {
        panic!("{variable}={value}: {warnings:?}")
    };
    assert_eq!(warning.variable, variable);
    assert!(!warning.accepted.is_empty() && !warning.used.is_empty());
    let propagators = settings.propagators.clone();
    assert_eq!(
        settings,
        Settings {
            propagators,
            ..Settings::default()
        },
        "{variable}={value}"
    );
    warning.clone()
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn an_empty_environment_gives_the_documented_defaults() {
    let settings = good(&[]);
    assert_eq!(settings, Settings::default());
    assert_eq!(settings.protocol, Protocol::Otlp);
    assert_eq!(settings.endpoint().to_string(), "http://127.0.0.1:4317");
    assert_eq!(settings.reconnect_interval, millis(5000));
    assert_eq!(settings.buffer_bytes, 8_388_608);
    assert_eq!(settings.timeout, millis(10_000));
    assert_eq!(settings.schedule_delay, millis(1000));
    assert_eq!(
        (settings.max_batch_spans, settings.max_buffer_spans),
        (512, None)
    );
    assert_eq!(settings.sampler, TraceSampler::ParentBasedAlwaysOn);
    assert!(settings.export && !settings.disabled);
}

#[test]
fn a_value_of_blanks_counts_as_unset() {
    let names = [
        "OTEL_SDK_DISABLED",
        "OTEL_TRACES_SAMPLER",
        "CAMPANILE_AGENT_ENDPOINT",
    ];
    for name in names {
        assert_eq!(good(&[(name, "")]), Settings::default());
        assert_eq!(good(&[(name, "  ")]), Settings::default());
    }
}

#[test]
fn campanile_agent_protocol() {
    let settings = good(&[("CAMPANILE_AGENT_PROTOCOL", "opencensus")]);
    assert_eq!(settings.protocol, Protocol::OpenCensus);
    assert_eq!(settings.endpoint().to_string(), "http://127.0.0.1:55678");
    assert_eq!(
        good(&[("CAMPANILE_AGENT_PROTOCOL", "otlp")]).protocol,
        Protocol::Otlp
    );
    let warning = bad("CAMPANILE_AGENT_PROTOCOL", "zipkin");
    assert_eq!(
        warning.to_string(),
        "CAMPANILE_AGENT_PROTOCOL=\"zipkin\" is not supported: expected otlp or opencensus; \
         using otlp"
    );
}

#[test]
fn campanile_agent_endpoint() {
    for value in ["http://a:1", "a:1"] {
        let settings = good(&[
            ("CAMPANILE_AGENT_ENDPOINT", value),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://b:2"),
        ]);
        assert_eq!(settings.endpoint().to_string(), "http://a:1");
    }
    bad("CAMPANILE_AGENT_ENDPOINT", "ftp://a:1");
    assert!(
        bad("CAMPANILE_AGENT_ENDPOINT", "https://a:1")
            .accepted
            .contains("TLS")
    );
    let warning = bad("CAMPANILE_AGENT_ENDPOINT", "http://user:secret@a:1");
    assert!(!warning.to_string().contains("secret"), "{warning}");
}

#[test]
fn campanile_agent_reconnect_interval() {
    let settings = good(&[("CAMPANILE_AGENT_RECONNECT_INTERVAL", "250")]);
    assert_eq!(settings.reconnect_interval, millis(250));
    for value in ["0", "-1", "5s", "99999999999999999999"] {
        assert_eq!(
            bad("CAMPANILE_AGENT_RECONNECT_INTERVAL", value).used,
            "5000"
        );
    }
}

#[test]
fn campanile_agent_buffer_bytes() {
    assert_eq!(
        good(&[("CAMPANILE_AGENT_BUFFER_BYTES", "65536")]).buffer_bytes,
        65_536
    );
    assert_eq!(bad("CAMPANILE_AGENT_BUFFER_BYTES", "1").used, "8388608");
}

#[test]
fn otel_sdk_disabled() {
    assert!(good(&[("OTEL_SDK_DISABLED", "TRUE")]).disabled);
    assert!(!good(&[("OTEL_SDK_DISABLED", "false")]).disabled);
    assert_eq!(bad("OTEL_SDK_DISABLED", "1").used, "false");
}

#[test]
fn otel_service_name() {
    let settings = good(&[("OTEL_SERVICE_NAME", " shop ")]);
    assert_eq!(settings.service_name.as_deref(), Some("shop"));
}

#[test]
fn otel_resource_attributes() {
    let settings = good(&[("OTEL_RESOURCE_ATTRIBUTES", "a=1, b = x%2Cy ,c=,")]);
    let expected = [("a", "1"), ("b", "x,y"), ("c", "")];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(settings.resource_attributes, expected);
    for value in ["a", "=1", "a=1,b", "a=%ff"] {
        bad("OTEL_RESOURCE_ATTRIBUTES", value);
    }
}

#[test]
fn otel_traces_exporter() {
    assert!(!good(&[("OTEL_TRACES_EXPORTER", "none")]).export);
    assert!(good(&[("OTEL_TRACES_EXPORTER", "otlp")]).export);
    assert_eq!(bad("OTEL_TRACES_EXPORTER", "zipkin").used, "otlp");
}

#[test]
fn otel_propagators() {
    assert_eq!(
        good(&[("OTEL_PROPAGATORS", "baggage")]).propagators,
        "baggage"
    );
    assert_eq!(good(&[("OTEL_PROPAGATORS", "none")]).propagators, "none");
    let warning = bad("OTEL_PROPAGATORS", "tracecontext,smoke");
    assert_eq!(warning.value, "smoke");
    assert!(
        warning.accepted.contains("tracecontext, baggage"),
        "{warning}"
    );
}

#[test]
fn otel_traces_sampler() {
    let sampler = |value| good(&[("OTEL_TRACES_SAMPLER", value)]).sampler;
    assert_eq!(sampler("always_on"), TraceSampler::AlwaysOn);
    assert_eq!(sampler("always_off"), TraceSampler::AlwaysOff);
    assert_eq!(sampler("traceidratio"), TraceSampler::TraceIdRatio(1.0));
    assert_eq!(
        sampler("parentbased_always_on"),
        TraceSampler::ParentBasedAlwaysOn
    );
    assert_eq!(
        sampler("parentbased_always_off"),
        TraceSampler::ParentBasedAlwaysOff
    );
    assert_eq!(
        sampler("parentbased_traceidratio"),
        TraceSampler::ParentBasedTraceIdRatio(1.0)
    );
    assert_eq!(
        bad("OTEL_TRACES_SAMPLER", "jaeger_remote").used,
        "parentbased_always_on"
    );
}

#[test]
fn otel_traces_sampler_arg() {
    let name = "OTEL_TRACES_SAMPLER_ARG";
    let settings = good(&[("OTEL_TRACES_SAMPLER", "traceidratio"), (name, "0.25")]);
    assert_eq!(settings.sampler, TraceSampler::TraceIdRatio(0.25));
    let sampler = ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
    assert_eq!(
        good(&[sampler, (name, "0")]).sampler,
        TraceSampler::ParentBasedTraceIdRatio(0.0)
    );
    for value in ["2", "-1", "NaN", "half"] {
        let (settings, warnings) = read(&[sampler, (name, value)]);
        assert_eq!(settings.sampler, TraceSampler::ParentBasedTraceIdRatio(1.0));
        assert_eq!((warnings.len(), warnings[0].variable), (1, name));
    }
    // It is nobody's argument.
    assert_eq!(good(&[(name, "what")]), Settings::default());
}

#[test]
fn otel_exporter_otlp_endpoint() {
    let general = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1");
    let traces = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b:2/");
    assert_eq!(good(&[general]).endpoint().to_string(), "http://a:1");
    assert_eq!(
        good(&[general, traces]).endpoint().to_string(),
        "http://b:2"
    );
    let opencensus = ("CAMPANILE_AGENT_PROTOCOL", "opencensus");
    let settings = good(&[opencensus, general]);
    assert_eq!(settings.endpoint().to_string(), "http://127.0.0.1:55678");
    for name in [general.0, traces.0] {
        assert!(bad(name, "https://a:1").accepted.contains("TLS"));
        assert!(
            bad(name, "a:1")
                .accepted
                .contains("OTEL_EXPORTER_OTLP_INSECURE=true")
        );
        assert!(bad(name, "unix:/x").used.contains("http://127.0.0.1:4317"));
    }
}

#[test]
fn otel_exporter_otlp_insecure() {
    for name in [
        "OTEL_EXPORTER_OTLP_INSECURE",
        "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
    ] {
        let settings = good(&[(name, "true"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "a:1")]);
        assert_eq!(settings.endpoint().to_string(), "http://a:1");
        bad(name, "yes");
    }
    let (settings, warnings) = read(&[
        ("OTEL_EXPORTER_OTLP_INSECURE", "true"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://a:1"),
    ]);
    assert_eq!(settings, Settings::default(), "the scheme wins");
    assert_eq!(warnings.len(), 1);
}

#[test]
fn otel_exporter_otlp_headers() {
    let settings = good(&[
        ("OTEL_EXPORTER_OTLP_HEADERS", "general=1"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "key=a%20b"),
    ]);
    assert_eq!(settings.headers.map()["key"], "a b");
    assert_eq!(settings.headers.len(), 1);
    assert!(!format!("{settings:?}").contains("a b"));
    let (settings, warnings) = read(&[("OTEL_EXPORTER_OTLP_HEADERS", "a=1,se cret=2")]);
    assert_eq!(settings.headers.len(), 1);
    assert_eq!(
        (warnings.len(), warnings[0].value.as_str()),
        (1, "(hidden)")
    );
    assert!(!warnings[0].to_string().contains("cret"));
}

#[test]
fn headers_do_not_go_where_they_were_not_meant_to_go() {
    let headers = ("OTEL_EXPORTER_OTLP_HEADERS", "key=secret");
    let (settings, warnings) = read(&[headers, ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://a:1")]);
    assert!(settings.headers.is_empty());
    assert!(warnings[0].used.ends_with("without headers"));
}

#[test]
fn otel_exporter_otlp_timeout() {
    let general = ("OTEL_EXPORTER_OTLP_TIMEOUT", "100");
    assert_eq!(good(&[general]).timeout, millis(100));
    let traces = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "50");
    assert_eq!(good(&[general, traces]).timeout, millis(50));
    assert_eq!(bad("OTEL_EXPORTER_OTLP_TIMEOUT", "0").used, "10000");
    assert_eq!(
        bad("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "10s").used,
        "10000"
    );
}

#[test]
fn otel_exporter_otlp_protocol() {
    for name in [
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    ] {
        good(&[(name, "grpc")]);
        assert_eq!(bad(name, "http/protobuf").used, "grpc");
    }
}

#[test]
fn otel_bsp_schedule_delay() {
    assert_eq!(
        good(&[("OTEL_BSP_SCHEDULE_DELAY", "0")]).schedule_delay,
        millis(0)
    );
    assert_eq!(bad("OTEL_BSP_SCHEDULE_DELAY", "soon").used, "1000");
}

#[test]
fn otel_bsp_max_export_batch_size() {
    assert_eq!(
        good(&[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "7")]).max_batch_spans,
        7
    );
    assert_eq!(bad("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0").used, "512");
}

#[test]
fn otel_bsp_export_timeout() {
    assert_eq!(
        good(&[("OTEL_BSP_EXPORT_TIMEOUT", "70")]).timeout,
        millis(70)
    );
    assert_eq!(
        good(&[("OTEL_BSP_EXPORT_TIMEOUT", "70000")]).timeout,
        millis(10_000)
    );
    assert_eq!(bad("OTEL_BSP_EXPORT_TIMEOUT", "x").used, "30000");
}

#[test]
fn otel_bsp_max_queue_size() {
    assert_eq!(
        good(&[("OTEL_BSP_MAX_QUEUE_SIZE", "9")]).max_buffer_spans,
        Some(9)
    );
    assert_eq!(bad("OTEL_BSP_MAX_QUEUE_SIZE", "0").used, "no limit");
}

#[test]
fn otel_span_limits() {
    let limit = |name| good(&[(name, "3")]).limits;
    assert_eq!(
        limit("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT").attributes_per_span,
        3
    );
    assert_eq!(limit("OTEL_ATTRIBUTE_COUNT_LIMIT").attributes_per_span, 3);
    assert_eq!(limit("OTEL_SPAN_EVENT_COUNT_LIMIT").events_per_span, 3);
    assert_eq!(limit("OTEL_SPAN_LINK_COUNT_LIMIT").links_per_span, 3);
    assert_eq!(
        limit("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT").attributes_per_event,
        3
    );
    assert_eq!(
        limit("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT").attributes_per_link,
        3
    );
    assert_eq!(
        limit("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT").value_chars,
        Some(3)
    );
    assert_eq!(
        limit("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT").value_chars,
        Some(3)
    );
    for name in [
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_SPAN_EVENT_COUNT_LIMIT",
        "OTEL_SPAN_LINK_COUNT_LIMIT",
        "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
    ] {
        assert_eq!(bad(name, "-1").used, "128");
    }
    assert_eq!(
        bad("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "x").used,
        "no limit"
    );
    assert_eq!(
        bad("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "x").used,
        "no limit"
    );
}

#[test]
fn the_specific_name_wins_over_the_general_one() {
    let settings = good(&[
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "1"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "2"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "3"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4"),
    ]);
    assert_eq!(settings.limits.attributes_per_span, 2);
    assert_eq!(settings.limits.value_chars, Some(4));
}

#[test]
fn every_variable_that_is_read_stands_in_the_table() {
    let asked = std::cell::RefCell::new(Vec::new());
    // A ratio sampler, so that its argument is asked for too.
    let _ = Settings::from_lookup(|name| {
        asked.borrow_mut().push(name.to_owned());
        (name == "OTEL_TRACES_SAMPLER").then(|| "traceidratio".to_owned())
    });
    let docs = include_str!("mod.rs");
    let readme = include_str!("../../README.md");
    for name in asked.into_inner() {
        assert!(
            docs.contains(&format!("`{name}`")),
            "{name} is missing in the documentation"
        );
        assert!(
            readme.contains(&format!("`{name}`")),
            "{name} is missing in the README"
        );
    }
}

proptest! {
    #[test]
    fn no_environment_is_a_failure(values in prop::collection::vec(".{0,40}", 40)) {
        let next = std::cell::Cell::new(0);
        let (settings, warnings) = Settings::from_lookup(|_| {
            next.set(next.get() + 1);
            values.get(next.get() % values.len()).cloned()
        });
        prop_assert!(settings.endpoint().to_string().starts_with("http://"));
        for warning in warnings {
            prop_assert!(!warning.to_string().is_empty());
        }
    }
}
