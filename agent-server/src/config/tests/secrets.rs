//! What variables hold is not shown.

use super::load;

const SECRET: &str = "hunter2:with \"quotes\"";

fn report(text: &str) -> String {
    let rest = "receivers: {otlp: }\n\
                service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}\n";
    let variables = [
        ("SECRET", SECRET),
        ("URL", "ftp://me:hunter2@host"),
        ("PIN", "42"),
    ];
    let report = load(&format!("{text}{rest}"), &variables).expect_err("a mistake");
    let shown = report.render(false) + &report.to_string();
    for secret in ["hunter2", "quotes", "me:", "42"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    report.to_string()
}

#[test]
fn a_value_of_the_wrong_type_is_shown_as_its_reference() {
    let text = report("exporters: {otlp: {max_bytes: '${env:SECRET}'}}\n");
    let expected = "f:1:31: `exporters.otlp.max_bytes`: `${env:SECRET}` is not a size; \
                    write `64MiB` or `500kB`";
    assert_eq!(text, expected);
    report("exporters: {otlp: {headers: '${env:SECRET}'}}\n");
    report("exporters: {otlp: {headers: 'Bearer ${env:SECRET}'}}\n");
    report("exporters: {otlp: {sending_queue: {queue_size: 'x${env:PIN}'}}}\n");
}

#[test]
fn a_component_that_quotes_its_value_or_part_of_it_reveals_nothing() {
    let text = report("exporters: {otlp: {endpoint: '${env:URL}'}}\n");
    let expected = "f:1:30: `exporters.otlp.endpoint`: cannot send to `${env:URL}` \
                    (write `http://host:port`)\n\
                    f:1:30: `exporters.otlp.endpoint`: `${env:URL}` does not belong here";
    assert_eq!(text, expected);
    report("exporters: {otlp: {endpoint: '${env:URL}/${env:SECRET}'}}\n");
}

#[test]
fn a_configuration_that_is_printed_for_debugging_reveals_nothing() {
    let text = "exporters: {otlp: {endpoint: '${env:SECRET}'}}\nreceivers: {otlp: }\n\
                service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}\n";
    let config = load(text, &[("SECRET", SECRET)]).expect("valid");
    assert!(!format!("{config:?}").contains("hunter2"));
    let written = config.exporters.values().next().expect("one").written();
    assert!(!format!("{written:?}").contains("hunter2"));
}
