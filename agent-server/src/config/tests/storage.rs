//! `file_storage` names the data directory, as in a Collector's configuration.

use std::path::Path;

use crate::config::{Acknowledge, Config, Environment, Inputs, Report};
use crate::registries::Registries;

fn load(extensions: &str, queue: &str, service: &str) -> Result<Config, Report> {
    let text = format!(
        "receivers: {{otlp: }}
extensions: {{{extensions}}}
exporters: {{otlp: {{endpoint: 'backend:4317', sending_queue: {{{queue}}}}}}}
service:
  {service}
  pipelines: {{traces: {{receivers: [otlp], exporters: [otlp]}}}}
"
    );
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    let inputs = Inputs {
        files: vec![file.path().to_owned()],
        ..Inputs::default()
    };
    inputs.load(&Environment::default(), &Registries::builtin())
}

#[test]
fn a_listed_file_storage_is_the_data_directory() {
    let with = |fsync| {
        let extensions = format!("file_storage: {{directory: /tmp/kept, fsync: {fsync}}}");
        let config = load(
            &extensions,
            "storage: file_storage",
            "extensions: [file_storage]",
        );
        config
            .map_err(|report| report.to_string())
            .expect("valid")
            .service
    };
    let service = with(false);
    assert_eq!(
        service.data.directory.as_deref(),
        Some(Path::new("/tmp/kept"))
    );
    assert_eq!(service.pipelines[0].acknowledge, Acknowledge::Written);
    assert_eq!(with(true).pipelines[0].acknowledge, Acknowledge::Synced);
}

#[test]
fn a_storage_that_is_not_listed_and_a_second_directory_are_refused() {
    let report = load("file_storage: ", "storage: file_storage", "extensions: []");
    let report = report.expect_err("not listed").to_string();
    assert!(
        report.contains("`file_storage` is no `file_storage` among"),
        "{report}"
    );
    let extensions = "file_storage/a: {directory: /tmp/a}, file_storage/b: {directory: /tmp/b}";
    let service = "extensions: [file_storage/a, file_storage/b]";
    let report = load(extensions, "", service).expect_err("two").to_string();
    assert!(
        report.contains("one data directory, and /tmp/a is it already"),
        "{report}"
    );
    let service = "extensions: [file_storage/a]\n  data: {directory: /tmp/c}";
    let report = load(extensions, "", service).expect_err("two").to_string();
    assert!(report.contains("/tmp/c is it already"), "{report}");
}
