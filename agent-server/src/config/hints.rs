//! What configurations of older and other agents call what is called otherwise here.
//!
//! One table: types and keys of opencensus-service (the OpenCensus Agent and Collector) and of
//! older Collectors, with what to write instead.

use super::{Problem, Report, explain, suggest};

/// Types of components: section, type, what to write.
const TYPES: [(&str, &str, &str); 15] = [
    ("exporters", "logging", "it is called `debug` now"),
    ("exporters", "stdout", "write `debug`"),
    ("exporters", "console", "write `debug`"),
    ("exporters", "jaeger_grpc", "write `jaeger`"),
    (
        "exporters",
        "jaeger_thrift",
        "send OTLP, which Jaeger takes since 1.35: `otlp`",
    ),
    (
        "exporters",
        "stackdriver",
        "send OTLP to a Collector that has it: `otlp`",
    ),
    (
        "exporters",
        "honeycomb",
        "send OTLP with your key in `headers`: `otlp`",
    ),
    (
        "exporters",
        "datadog",
        "send OTLP to Datadog's own agent: `otlp`",
    ),
    (
        "exporters",
        "aws-xray",
        "send OTLP to a Collector that has it: `otlp`",
    ),
    (
        "exporters",
        "wavefront",
        "send OTLP to a Collector that has it: `otlp`",
    ),
    (
        "exporters",
        "prometheus_remote_write",
        "write `prometheusremotewrite`",
    ),
    (
        "receivers",
        "zipkin-scribe",
        "Scribe is not spoken; Zipkin over HTTP is `zipkin`",
    ),
    (
        "receivers",
        "vmmetrics",
        "the machine's metrics are `hostmetrics`",
    ),
    (
        "processors",
        "queued_retry",
        "exporters do it themselves: `sending_queue`, `retry_on_failure`",
    ),
    ("extensions", "zpage", "write `zpages`"),
];

/// Keys: where (without names of components), key, what to write.
const KEYS: [(&str, &str, &str); 30] = [
    (
        "",
        "zpages",
        "it is an extension: `extensions: {zpages: {endpoint: 'localhost:55679'}}`, and list it under `service.extensions`",
    ),
    (
        "",
        "health-check",
        "it is an extension: `extensions: {health_check: }`, and list it under `service.extensions`",
    ),
    ("", "pipelines", "put it under `service:`"),
    ("", "telemetry", "put it under `service:`"),
    (
        "",
        "queued-exporters",
        "write each under `exporters:`, with `sending_queue` and `retry_on_failure`",
    ),
    (
        "",
        "sampling",
        "it is a processor: `probabilistic_sampler` or `tail_sampling`",
    ),
    (
        "",
        "global",
        "attributes are added by a processor: `attributes` or `resource`",
    ),
    ("", "logging-exporter", "write `exporters: {debug: }`"),
    (
        "",
        "log-level",
        "write `service: {telemetry: {logs: {level: info}}}`",
    ),
    (
        "",
        "metrics-level",
        "write `service: {telemetry: {metrics: {level: normal}}}`",
    ),
    (
        "",
        "metrics-port",
        "write `service: {telemetry: {metrics: {address: 'localhost:8888'}}}`",
    ),
    (
        "extensions.zpages",
        "port",
        "write `endpoint: localhost:55679`",
    ),
    (
        "extensions.zpages",
        "disabled",
        "leave it out of `service.extensions`",
    ),
    (
        "extensions.health_check",
        "port",
        "write `endpoint: localhost:13133`",
    ),
    (
        "receivers.opencensus",
        "address",
        "write `endpoint: localhost:55678`",
    ),
    (
        "receivers.opencensus",
        "port",
        "write `endpoint: localhost:55678`",
    ),
    (
        "receivers.opencensus",
        "tls_credentials",
        "write `tls: {cert_file: ..., key_file: ...}`",
    ),
    (
        "receivers.opencensus",
        "max-recv-msg-size-mib",
        "write `max_recv_msg_size_mib`",
    ),
    (
        "receivers.opencensus",
        "max-concurrent-streams",
        "write `max_concurrent_streams`",
    ),
    (
        "receivers.zipkin",
        "address",
        "write `endpoint: localhost:9411`",
    ),
    (
        "receivers.jaeger",
        "collector_http_port",
        "write `protocols: {thrift_http: {endpoint: 'localhost:14268'}}`",
    ),
    (
        "receivers.jaeger",
        "collector_thrift_port",
        "TChannel is not spoken; write `protocols: {thrift_http: }`",
    ),
    (
        "receivers.jaeger",
        "jaeger-thrift-http-port",
        "write `protocols: {thrift_http: {endpoint: 'localhost:14268'}}`",
    ),
    (
        "receivers.jaeger",
        "jaeger-thrift-tchannel-port",
        "TChannel is not spoken; write `protocols: {thrift_http: }`",
    ),
    (
        "exporters.jaeger",
        "collector_endpoint",
        "spans go over gRPC: `endpoint: host:14250`",
    ),
    (
        "exporters.jaeger",
        "service_name",
        "the service is that of each span's resource",
    ),
    (
        "exporters.opencensus",
        "cert-pem-file",
        "write `tls: {ca_file: ...}`",
    ),
    (
        "exporters.opencensus",
        "secure",
        "write `tls: {insecure: true}` for a connection without TLS",
    ),
    (
        "exporters.prometheus",
        "address",
        "write `endpoint: localhost:8889`",
    ),
    (
        "exporters.zipkin",
        "upload_period",
        "batches are made by the processor `batch`",
    ),
];

/// Says of a key that nobody reads what to write instead.
pub(super) fn unknown_key(problem: Problem, path: &str, key: &str, accepted: &[&str]) -> Problem {
    let list = suggest::help(key, accepted);
    if let Some(glued) = explain::glued_key(key) {
        return problem.help(glued);
    }
    let whole = match path {
        "" => format!("`{key}`"),
        path => format!("`{path}.{key}`"),
    };
    explained(problem, of_key(path, key), list, || {
        suggest::closest(key, accepted).is_none().then_some(whole)
    })
}

/// Says of a type that is not there what to write instead.
pub(super) fn unknown_type(problem: Problem, section: &str, kind: &str, known: &[&str]) -> Problem {
    let what = section.trim_end_matches('s');
    let whole = format!("{what} type `{kind}`");
    explained(
        problem,
        of_type(section, kind),
        suggest::help(kind, known),
        || suggest::closest(kind, known).is_none().then_some(whole),
    )
}

/// Adds the hint, and notes what is not supported.
fn explained(
    problem: Problem,
    hint: Option<&str>,
    list: String,
    unsupported: impl FnOnce() -> Option<String>,
) -> Problem {
    let help = match hint {
        Some(hint) => format!("{hint}; {list}"),
        None => list,
    };
    Problem {
        unsupported: unsupported(),
        ..problem.help(help)
    }
}

/// Of several things that the agent does not support, the list.
pub(super) fn summary(report: &Report) -> Option<Problem> {
    let problems = report.problems.iter();
    let mut missing: Vec<&str> = problems
        .filter_map(|problem| problem.unsupported.as_deref())
        .collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.len() < 2 {
        return None;
    }
    let message = format!("not supported: {}", missing.join(", "));
    let help = "`campanile components` lists what is; rename what has another name here, and take the \
                rest out or leave it to a Collector that this agent sends to";
    Some(Problem::elsewhere(message).help(help.to_owned()))
}

/// What to write for a type that is called otherwise here.
pub(super) fn of_type(section: &str, kind: &str) -> Option<&'static str> {
    let found = TYPES.iter().find(|(s, k, _)| *s == section && *k == kind);
    found.map(|(.., hint)| *hint)
}

/// What to write for a key that is called otherwise here; `path` leads to the map that it is in.
pub(super) fn of_key(path: &str, key: &str) -> Option<&'static str> {
    let path: Vec<&str> = path.split('.').collect();
    let path: Vec<&str> = path
        .iter()
        .map(|part| part.split('/').next().unwrap_or_default())
        .collect();
    let path = path.join(".");
    let found = KEYS.iter().find(|(p, k, _)| *p == path && *k == key);
    found.map(|(.., hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registries::Registries;

    #[test]
    fn a_name_of_a_component_makes_no_difference() {
        let hint = of_key("exporters.jaeger/eu", "collector_endpoint");
        assert_eq!(hint, of_key("exporters.jaeger", "collector_endpoint"));
        assert!(hint.is_some());
        assert_eq!(of_key("exporters.otlp", "collector_endpoint"), None);
    }

    #[test]
    fn nothing_that_is_accepted_has_a_hint() {
        let registries = Registries::builtin();
        for (section, kind, _) in TYPES {
            let known = match section {
                "exporters" => registries.exporters.iter().any(|entry| entry.is(kind)),
                "extensions" => registries.extensions.iter().any(|entry| entry.is(kind)),
                "processors" => registries.processors.iter().any(|entry| entry.is(kind)),
                _ => registries.receivers.iter().any(|entry| entry.is(kind)),
            };
            assert!(!known, "{section}.{kind}");
        }
        for (path, key, _) in KEYS.iter().filter(|(path, ..)| !path.is_empty()) {
            let (section, kind) = path.split_once('.').expect("a section");
            let schema = super::super::conceal::schema(&registries, section, kind);
            let properties = schema.expect(path)["properties"].clone();
            assert!(properties.get(key).is_none(), "{path}.{key}");
        }
    }
}
