//! What is in a file and not done.

use super::{bad, but, read, with_format};

const GOOD: &str = "batch: {exporter: {otlp_grpc: }}";

#[test]
fn one_warning_names_every_key_that_nobody_asked_for() {
    let text = format!(
        "
distribution: {{}}
resource: {{schema_url: x}}
attribute_limits: {{attribute_value_depth_limit: 3}}
tracer_provider:
  id_generator: {{random: }}
  processors:
    - {GOOD}
    - simple: {{exporter: {{console: }}}}
meter_provider:
  views: []
  readers:
    - pull: {{exporter: {{prometheus/development: }}}}
    - periodic: {{producers: [], exporter: {{otlp_http: {{max_request_size: 5}}}}}}
instrumentation/development: {{}}
"
    );
    let (settings, warning) = bad(&text);
    let mut paths: Vec<_> = warning.value.split(", ").collect();
    paths.sort_unstable();
    let expected = [
        "attribute_limits.attribute_value_depth_limit",
        "distribution",
        "instrumentation/development",
        "meter_provider.readers[0].pull",
        "meter_provider.readers[1].periodic.exporter.otlp_http.max_request_size",
        "meter_provider.readers[1].periodic.producers",
        "meter_provider.views",
        "resource.schema_url",
        "tracer_provider.id_generator",
        "tracer_provider.processors[1].simple",
    ];
    assert_eq!(paths, expected);
    assert_eq!(warning.used, "the rest of the file");
    assert!(settings.traces.export && settings.metrics.export);
}

#[test]
fn the_first_processor_that_is_supported_counts() {
    let text = format!(
        "tracer_provider: {{processors: [batch: {{exporter: {{console: }}}}, {GOOD}, {GOOD}]}}"
    );
    let (settings, warning) = bad(&text);
    assert_eq!(settings, but(|settings| settings.traces.export = true));
    let paths = "tracer_provider.processors[0].batch.exporter.console, \
                 tracer_provider.processors[2].batch";
    assert_eq!(warning.value, paths);
}

#[test]
fn a_provider_without_a_way_to_the_agent_is_warned_of() {
    for (text, key) in [
        ("tracer_provider: ", "tracer_provider.processors"),
        (
            "logger_provider: {processors: [batch: ]}",
            "logger_provider.processors",
        ),
        ("meter_provider: {readers: []}", "meter_provider.readers"),
    ] {
        let (settings, warning) = bad(text);
        assert_eq!(settings, but(|_| {}));
        assert_eq!(warning.value, format!("{key}: none that is supported"));
        assert_eq!(warning.used, "no export");
    }
}

#[test]
fn many_keys_are_counted() {
    let text: String = (0..30).map(|key| format!("key{key}: 1\n")).collect();
    let (_, warning) = bad(&text);
    assert!(warning.value.starts_with("key0, key1, "), "{warning}");
    assert!(warning.value.ends_with("key19 and 10 more"), "{warning}");
}

#[test]
fn a_section_that_is_none_is_warned_of() {
    for (text, value, accepted) in [
        ("tracer_provider: 5", "tracer_provider: 5", "a map"),
        ("resource: [1]", "resource: a list", "a map"),
        (
            "resource: {attributes: {}}",
            "resource.attributes: a map",
            "a list",
        ),
        ("log_level: {}", "log_level: a map", "one value"),
    ] {
        let (settings, warning) = bad(text);
        assert_eq!(settings, but(|_| {}));
        assert_eq!((&*warning.value, &*warning.accepted), (value, accepted));
    }
}

/// After the examples of opentelemetry-configuration.
#[test]
fn the_usual_first_file_is_understood_but_for_the_detectors() {
    let text = "
resource:
  attributes_list: ${OTEL_RESOURCE_ATTRIBUTES}
  detection/development:
    detectors: [{service: }, {host: }]
propagator:
  composite: [{tracecontext: }, {baggage: }]
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_http:
            endpoint: ${OTEL_EXPORTER_OTLP_ENDPOINT:-http://localhost:4318}/v1/traces
            tls:
              ca_file: ${OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE}
              key_file: ${OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY}
              cert_file: ${OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE}
            compression: ${OTEL_EXPORTER_OTLP_TRACES_COMPRESSION:-gzip}
  limits:
    attribute_value_length_limit: ${OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT}
    attribute_count_limit: ${OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT:-128}
";
    let text = with_format(text);
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318");
    let (settings, warnings) = read(Ok(&text), &[endpoint]);
    let endpoint = settings.traces.endpoint();
    assert_eq!(endpoint.to_string(), "http://collector:4318");
    assert_eq!(endpoint.http_path("/other"), "/v1/traces");
    assert_eq!(settings.propagators, "tracecontext,baggage");
    let [warning] = warnings.as_slice() else {
        panic!("{warnings:?}")
    };
    assert_eq!(warning.value, "resource.detection/development");
}
