//! What references become.

use serde_json::{Value, json};

use super::{environment, load, tree};
use crate::component::Invalid;
use crate::config::configure::{Piece, configure};
use crate::config::expand::expand;
use crate::config::{Components, Report};

fn expanded(text: &str, variables: &[(&str, &str)]) -> Value {
    let mut root = tree(&format!("v: {text}\n"));
    let mut report = Report::default();
    expand(&mut root, &environment(variables), &mut report);
    assert_eq!(report.to_string(), "", "{text}");
    root.to_json()["v"].clone()
}

#[test]
fn references_become_values() {
    let variables = [
        ("A", "x"),
        ("N", "17"),
        ("EMPTY", ""),
        ("LIST", "[1, 2]"),
        ("MAP", "a: b"),
    ];
    for (text, expected) in [
        ("${env:A}", json!("x")),
        ("\"${env:A}\"", json!("x")),
        ("pre ${env:A} mid ${env:N} post", json!("pre x mid 17 post")),
        ("${env:N}", json!(17)),
        ("p${env:N}", json!("p17")),
        ("${env:NONE:-0.5}", json!(0.5)),
        ("${env:NONE:-}", Value::Null),
        ("${env:EMPTY:-full}", Value::Null),
        ("${env:A:-y}", json!("x")),
        ("${env:NONE:-a:-b}", json!("a:-b")),
        ("${env:LIST}", json!("[1, 2]")),
        ("${env:MAP}", json!("a: b")),
        ("$$", json!("$")),
        ("$${env:A}", json!("${env:A}")),
        ("$A costs $5", json!("$A costs $5")),
        (
            "[1, '${env:N}', {k: '${env:A}'}]",
            json!([1, 17, {"k": "x"}]),
        ),
    ] {
        assert_eq!(expanded(text, &variables), expected, "{text}");
    }
}

#[test]
fn what_is_expanded_is_not_expanded_again() {
    assert_eq!(
        expanded("${env:A}", &[("A", "${env:B}"), ("B", "b")]),
        json!("${env:B}")
    );
}

#[test]
fn expanded_scalars_have_the_types_of_yaml() {
    for (value, expected) in [
        ("true", json!(true)),
        ("False", json!(false)),
        ("yes", json!("yes")),
        ("~", Value::Null),
        ("null", Value::Null),
        ("-5", json!(-5)),
        ("+5", json!(5)),
        ("1e3", json!(1000.0)),
        ("1.5", json!(1.5)),
        ("99999999999999999999999", json!("99999999999999999999999")),
        ("1.2.3", json!("1.2.3")),
        ("inf", json!("inf")),
        ("-", json!("-")),
        ("0x1f", json!("0x1f")),
        ("5s", json!("5s")),
    ] {
        assert_eq!(expanded("${env:V}", &[("V", value)]), expected, "{value}");
    }
}

#[test]
fn a_file_is_its_text_without_the_newline_at_its_end() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "s3cret\n").expect("written");
    let text = format!("${{file:{}}}", file.path().display());
    assert_eq!(expanded(&text, &[]), json!("s3cret"));
}

const REST: &str = "receivers: {otlp: }\n\
                    service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}\n";

#[test]
fn a_variable_that_looks_like_a_number_is_a_text_where_a_text_is_wanted() {
    let text = "exporters: {otlp: {endpoint: '${env:N}', headers: {k: '${env:N}'}}}\n";
    let loaded = load(&format!("{text}{REST}"), &[("N", "12345")]);
    let config = loaded.expect("texts");
    let exporter = config.exporters.values().next().expect("one exporter");
    let expected = json!({"endpoint": "12345", "headers": {"k": "12345"}});
    assert_eq!(exporter.value, expected);
}

#[test]
fn any_number_of_values_may_need_mending() {
    let headers: String = (0..100).map(|n| format!("k{n}: '${{env:N}}', ")).collect();
    let text = format!("exporters: {{otlp: {{headers: {{{headers}}}}}}}\n{REST}");
    let config = load(&text, &[("N", "1")]).expect("texts");
    let exporter = config.exporters.values().next().expect("one exporter");
    assert_eq!(exporter.value["headers"]["k99"], "1");
}

#[test]
fn nothing_stands_for_the_default() {
    let text = "exporters: {otlp: {endpoint: , sending_queue: , headers: {k: v}}}\n";
    let config = load(&format!("{text}{REST}"), &[]).expect("defaults");
    let exporter = config.exporters.values().next().expect("one exporter");
    assert_eq!(
        exporter.value,
        json!({"sending_queue": {}, "headers": {"k": "v"}})
    );
}

#[test]
fn what_nothing_refers_to_is_not_part_of_the_configuration() {
    let text = "receivers: {otlp: , opencensus: }\nprocessors: {batch: }\n\
                exporters: {otlp: , otlp/two: }\nextensions: {zpages: , health_check: }\n\
                service: {extensions: [zpages], pipelines: {traces: {receivers: [otlp], \
                exporters: [otlp/two]}}}\n";
    let config = load(text, &[]).expect("valid");
    fn ids<C>(components: &Components<C>) -> String {
        let ids = components.keys().map(ToString::to_string);
        ids.collect::<Vec<_>>().join(" ")
    }
    assert_eq!(ids(&config.receivers), "otlp");
    assert_eq!(ids(&config.processors), "");
    assert_eq!(ids(&config.exporters), "otlp/two");
    assert_eq!(ids(&config.extensions), "zpages");
}

#[test]
fn a_wrong_value_that_is_needed_is_not_also_missing() {
    let root = tree("port: many\n");
    let piece = Piece {
        node: &root,
        place: &root.place,
        path: "receivers.fake",
    };
    let checked = configure(piece, |value| match value.get("port") {
        None => Err(vec![Invalid::new("port", "is needed")]),
        Some(port) if port.is_u64() => Ok(()),
        Some(_) => Err(vec![Invalid::new(
            "port",
            "invalid type: string \"many\", expected u16",
        )]),
    });
    let problems = checked.map(drop).expect_err("no port");
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected = "f:1:7: `receivers.fake.port`: expected a whole number from 0 to 65535, \
                    found string \"many\"";
    assert_eq!(problems, [expected]);
}
