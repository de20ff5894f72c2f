//! What is about no signal alone, and what the variables have to say beside the file.

use super::{bad, but, good, read, with_format};
use crate::environment::{Endpoint, LogLevel, Settings};
use crate::protocol::Protocol;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn a_file_in_which_nothing_stands_wants_nothing() {
    assert_eq!(good(""), but(|_| {}));
    let empty = "resource:\npropagator:\nattribute_limits:\nlog_level:\n";
    assert_eq!(good(empty), but(|_| {}));
}

#[test]
fn the_sdk_may_be_disabled() {
    assert_eq!(
        good("disabled: true"),
        but(|settings| settings.disabled = true)
    );
    assert_eq!(good("disabled: false"), but(|_| {}));
    let (settings, warning) = bad("disabled: yes");
    assert_eq!(settings, but(|_| {}));
    assert_eq!(
        (&*warning.value, &*warning.used),
        ("disabled: yes", "false")
    );
}

#[test]
fn the_level_of_the_log_is_a_severity() {
    for (name, level) in [
        ("trace", LogLevel::Info),
        ("debug4", LogLevel::Info),
        ("info", LogLevel::Info),
        ("warn2", LogLevel::Warn),
        ("error", LogLevel::Error),
        ("fatal3", LogLevel::Error),
    ] {
        let settings = good(&format!("log_level: {name}"));
        assert_eq!(settings, but(|settings| settings.log_level = level));
    }
    let (settings, warning) = bad("log_level: loud");
    assert_eq!(settings, but(|_| {}));
    assert_eq!(
        (&*warning.value, &*warning.used),
        ("log_level: loud", "info")
    );
}

#[test]
fn attribute_limits_are_those_of_spans_and_log_records() {
    let text = "attribute_limits: {attribute_count_limit: 3, attribute_value_length_limit: 4}";
    let expected = but(|settings| {
        settings.limits.attributes_per_span = 3;
        settings.limits.attributes_per_log = 3;
        settings.limits.value_chars = Some(4);
        settings.limits.log_value_chars = Some(4);
    });
    assert_eq!(good(text), expected);
    let (settings, warning) = bad("attribute_limits: {attribute_count_limit: -1}");
    assert_eq!(settings, but(|_| {}));
    assert_eq!(warning.value, "attribute_limits.attribute_count_limit: -1");
    assert_eq!(warning.used, "128");
}

#[test]
fn attributes_of_the_resource_stand_behind_those_of_the_list() {
    let text = "
resource:
  attributes:
    - name: service.name
      value: shop
    - name: service.version
      value: 1.10
      type: string
    - {name: nothing, value: }
    - {name: empty, value: ''}
  attributes_list: service.name=list,x=a%20b
";
    let attributes = pairs(&[
        ("service.name", "list"),
        ("x", "a b"),
        ("service.name", "shop"),
        ("service.version", "1.10"),
        ("empty", ""),
    ]);
    let expected = but(|settings| settings.resource_attributes = attributes);
    assert_eq!(good(text), expected);
}

#[test]
fn an_attribute_of_another_type_is_a_text() {
    let (settings, warning) =
        bad("resource: {attributes: [{name: a, value: 1, type: int}, {name: b, value: 2}]}");
    let attributes = pairs(&[("a", "1"), ("b", "2")]);
    assert_eq!(settings.resource_attributes, attributes);
    assert_eq!(warning.value, "resource.attributes[0].type: int");
    assert_eq!(warning.used, "the value as a text");
}

#[test]
fn an_attribute_that_is_none_is_left_out() {
    for (text, value) in [
        ("{value: x}", "resource.attributes[0].name: "),
        (
            "{name: x, value: [1]}",
            "resource.attributes[0].value: a list",
        ),
        ("x", "resource.attributes[0]: x"),
    ] {
        let (settings, warning) = bad(&format!("resource: {{attributes: [{text}]}}"));
        assert_eq!(settings, but(|_| {}));
        assert_eq!(warning.value, value);
    }
    let (settings, warning) = bad("resource: {attributes_list: 'a=1,b'}");
    assert_eq!(settings, but(|_| {}));
    assert_eq!(warning.used, "none of them");
}

#[test]
fn propagators_of_both_lists_are_put_together() {
    for (text, names) in [
        (
            "{composite: [{tracecontext: }, {b3: {}}]}",
            "tracecontext,b3",
        ),
        ("{composite_list: 'xray,baggage'}", "xray,baggage"),
        (
            "{composite: [{baggage: }], composite_list: 'b3,baggage'}",
            "baggage,b3,baggage",
        ),
    ] {
        let expected = but(|settings| settings.propagators = names.to_owned());
        assert_eq!(good(&format!("propagator: {text}")), expected);
    }
}

#[test]
fn a_propagator_that_is_not_known_is_left_out() {
    let (settings, warning) = bad("propagator: {composite: [{b3: }, {smoke: }]}");
    assert_eq!(
        settings,
        but(|settings| settings.propagators = "b3".to_owned())
    );
    assert_eq!(warning.value, "propagator.composite[1].smoke");
    let (_, warning) = bad("propagator: {composite_list: 'b3,smoke'}");
    assert_eq!(warning.value, "propagator.composite_list: smoke");
    assert_eq!(warning.used, "b3");
}

#[test]
fn variables_are_put_in_and_otherwise_not_looked_at() {
    let text = with_format(
        "
log_level: ${LEVEL:-warn}
resource:
  attributes:
    - name: service.name
      value: ${OTEL_SERVICE_NAME}
    - name: unset
      value: ${UNSET}
    - name: unset-text
      value: \"${UNSET}\"
    - name: not-a-map
      value: ${MAP}
",
    );
    let variables = [
        ("OTEL_SERVICE_NAME", "shop"),
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_SAMPLER", "smoke"),
        ("OTEL_TRACES_EXPORTER", "otlp"),
        ("MAP", "a\nb: c"),
    ];
    let (settings, warnings) = read(Ok(&text), &variables);
    assert_eq!(warnings, []);
    let expected = but(|settings| {
        settings.log_level = LogLevel::Warn;
        settings.resource_attributes = pairs(&[
            ("service.name", "shop"),
            ("unset-text", ""),
            ("not-a-map", "a\nb: c"),
        ]);
    });
    assert_eq!(settings, expected);
}

#[test]
fn what_is_the_agents_own_counts_over_the_file() {
    let text = with_format("tracer_provider: {processors: [batch: {exporter: {otlp_grpc: }}]}");
    let variables = [
        ("CAMPANILE_AGENT_PROTOCOL", "opencensus"),
        ("CAMPANILE_AGENT_ENDPOINT", "a:1"),
        ("CAMPANILE_AGENT_BUFFER_BYTES", "70000"),
    ];
    let (settings, warnings) = read(Ok(&text), &variables);
    assert_eq!(warnings, []);
    let endpoint = Endpoint::parse("http://a:1").ok();
    let expected = but(|settings| {
        settings.traces.export = true;
        settings.traces.protocol = Protocol::OpenCensus;
        settings.traces.endpoint.clone_from(&endpoint);
        settings.metrics.protocol = Protocol::OpenCensus;
        settings.metrics.endpoint = endpoint;
        settings.buffer_bytes = 70_000;
    });
    assert_eq!(settings, expected);
}

#[test]
fn the_example_of_the_documentation_is_understood() {
    let example = include_str!("../example.yaml");
    let shown: String = include_str!("../../mod.rs")
        .lines()
        .skip_while(|line| *line != "//! ```yaml")
        .skip(1)
        .take_while(|line| *line != "//! ```")
        .map(|line| format!("{}\n", line.strip_prefix("//! ").unwrap_or_default()))
        .collect();
    assert_eq!(shown, example);
    let (settings, warnings) = read(Ok(example), &[("API_KEY", "secret")]);
    assert_eq!(warnings, []);
    assert!(settings.traces.export && settings.metrics.export && settings.logs.export);
    assert_eq!(settings.logs.headers.map()["authorization"], "secret");
    assert!(!format!("{settings:?}").contains("secret"));
    assert_ne!(settings, Settings::default());
}
