//! What is said of the built-in listeners.

use super::*;
use crate::registries::Registries;

/// The problems of a configuration with the built-in components: a pipeline from `otlp` to `otlp`.
fn problems(receiver: &str, exporter: &str) -> String {
    let text = format!(
        "receivers: {{otlp: {{protocols: {{grpc: {receiver}}}}}}}\n\
         exporters: {{otlp: {exporter}}}\n\
         service: {{pipelines: {{traces: {{receivers: [otlp], exporters: [otlp]}}}}}}\n"
    );
    let root = parse(&Source::new("f", text)).expect("valid YAML");
    match checked(root, &environment(&[]), &Registries::builtin()) {
        Ok(config) => config.warnings.to_string(),
        Err(report) => report.to_string(),
    }
}

#[test]
fn a_listener_that_knows_its_clients_is_not_warned_of() {
    let elsewhere = "{endpoint: 'collector:4317'}";
    let tls = "cert_file: /c, key_file: /k";
    let cases = [
        ("{endpoint: ':4317'}".to_owned(), true),
        (format!("{{endpoint: ':4317', tls: {{{tls}}}}}"), true),
        (
            format!("{{endpoint: ':4317', tls: {{{tls}, client_ca_file: /a}}}}"),
            false,
        ),
        ("{endpoint: /run/agent.sock}".to_owned(), false),
    ];
    for (receiver, warned) in cases {
        let found = problems(&receiver, elsewhere);
        assert_eq!(
            found.contains("from any host"),
            warned,
            "{receiver}: {found}"
        );
    }
}

#[test]
fn sending_to_the_agent_s_own_unix_socket_is_a_loop() {
    let receiver = "{endpoint: /run/agent.sock}";
    let found = problems(receiver, "{endpoint: 'unix:///run/agent.sock'}");
    assert!(found.contains("would come back"), "{found}");
    let found = problems(receiver, "{endpoint: 'unix:///run/other.sock'}");
    assert!(!found.contains("would come back"), "{found}");
}
