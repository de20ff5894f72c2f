//! What variables hold is not shown.

use super::{Report, Source, environment, load};
use crate::config::load::checked;
use crate::config::parse::parse;
use crate::registries::Registries;

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

/// What is said of an exporter that is built in, as lines and as people see it.
fn said(exporter: &str) -> (String, String) {
    let text = format!(
        "receivers: {{nop: }}\nexporters:\n  {exporter}\n\
         service: {{pipelines: {{traces: {{receivers: [nop], exporters: [otlp]}}}}}}\n"
    );
    let text = text.replace("nop", "opencensus");
    let root = parse(&Source::new("f", text)).expect("valid YAML");
    let report: Report = match checked(root, &environment(&[]), &Registries::builtin()) {
        Ok(config) => config.warnings,
        Err(report) => report,
    };
    (report.to_string(), report.render(false))
}

#[test]
fn the_line_in_question_does_not_show_a_secret_that_is_written_out() {
    for exporter in [
        "otlp: {endpoint: 'a:1', headers: {x: hunter2}, endpont: 1}",
        "otlp: {endpoint: 'a:1', headers: {x: 'hunter2', content-type: a}}",
        "otlp: {endpoint: 'a:1', headers: {x: hunter2, te: 'hunter2'}}",
        "otlp: {endpoint: 'a:1', tls: {key_pem: hunter2, kee: 1}}",
    ] {
        let (lines, shown) = said(exporter);
        assert!(!lines.contains("hunter2"), "{lines}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(
            shown.contains("headers") || shown.contains("key_pem"),
            "{shown}"
        );
    }
}

#[test]
fn a_secret_of_the_wrong_type_is_not_repeated() {
    let (lines, shown) = said("otlp: {endpoint: 'a:1', headers: {x: 424242}}");
    assert!(lines.contains("expected a string"), "{lines}");
    for text in [lines, shown] {
        assert!(!text.contains("424242"), "{text}");
    }
}

#[test]
fn a_text_that_is_no_yaml_does_not_show_what_looks_like_a_secret() {
    for text in [
        "a: {password: hunter2, b: 1\n",
        "authorization: \"Bearer hunter2\nb: 1\n",
        "api-key: 'hunter2\nb: 1\n",
    ] {
        let problem = parse(&Source::new("f", text)).expect_err("no YAML");
        let shown = Report {
            problems: vec![problem],
        };
        let shown = shown.render(false);
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_secret_that_is_written_out_is_warned_of_and_another_header_is_not() {
    let (lines, _) = said("otlp: {endpoint: 'a:1', headers: {Authorization: abc, x-tenant: abc}}");
    let expected = "f:3:52: warning: `exporters.otlp.headers.Authorization` is a secret that is \
                    written out (write `${env:NAME}` or `${file:PATH}`)";
    assert_eq!(lines, expected);
    let (lines, _) = said("otlp: {endpoint: 'a:1', headers: {Authorization: '${env:A:-}'}}");
    assert_eq!(lines, "");
}

#[test]
fn a_secret_in_a_file_that_everybody_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;

    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "hunter2").expect("written");
    let path = file.path().display();
    let exporter = format!("otlp: {{endpoint: 'a:1', headers: {{x: '${{file:{path}}}'}}}}");
    let warned = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(file.path(), permissions).expect("permitted");
        said(&exporter).0
    };
    assert_eq!(warned(0o640), "");
    let lines = warned(0o644);
    assert!(
        lines.contains("holds a secret, and its mode is 644"),
        "{lines}"
    );
    assert!(lines.contains(&format!("chmod 640 {path}")), "{lines}");
}
