//! What the READMEs show is what the agent takes: every YAML block that is a configuration or a
//! part of one loads.

use std::path::{Path, PathBuf};

use crate::config::{Environment, Inputs};
use crate::registries::Registries;

/// A configuration on which a part of one can be laid, with the components that parts name.
const BASE: &str = "\
receivers:
  otlp:
  otlp/base: {protocols: {grpc: {endpoint: 'localhost:1'}}}
exporters:
  nop/base:
  otlp: {endpoint: 'backend:4317'}
  otlp/errors: {endpoint: 'backend:4317'}
  otlp/shop: {endpoint: 'backend:4317'}
  prometheus: {endpoint: 'localhost:2'}
  store:
service:
  pipelines: {traces/base: {receivers: [otlp/base], exporters: [nop/base]}}
";

const SECTIONS: [&str; 6] = [
    "connectors:",
    "exporters:",
    "extensions:",
    "processors:",
    "receivers:",
    "service:",
];

fn readmes(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            readmes(&path, found);
        } else if path.file_name().is_some_and(|name| name == "README.md") {
            found.push(path);
        }
    }
}

/// The YAML blocks whose first line that says something is a section.
fn blocks(text: &str) -> Vec<&str> {
    let blocks = text.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    blocks
        .filter(|block| {
            let mut lines = block.lines();
            let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
            first.is_some_and(|line| SECTIONS.iter().any(|section| line.starts_with(section)))
        })
        .collect()
}

/// What is wrong with `block` laid over [`BASE`].
fn wrong(block: &str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let token = file("token", "token");
    let block = block.replace("/run/secrets/token", &token.display().to_string());
    let inputs = Inputs {
        files: vec![file("base.yaml", BASE), file("readme.yaml", &block)],
        ..Inputs::default()
    };
    let variables = VARIABLES.map(|name| (name.to_owned(), "value".to_owned()));
    let environment: Environment = variables.into_iter().collect();
    let loaded = inputs.load(&environment, &Registries::builtin());
    loaded.err().map(|report| report.to_string())
}

/// What blocks take from the environment.
const VARIABLES: [&str; 4] = ["API_KEY", "INGEST_TOKEN", "PASSWORD", "TOKEN"];

#[test]
fn every_configuration_in_a_readme_loads() {
    let mut files = Vec::new();
    readmes(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    files.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let mut seen = 0;
    let mut failures = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("readable");
        for block in blocks(&text) {
            seen += 1;
            if let Some(report) = wrong(block) {
                failures += &format!("{}:\n{block}\n{report}\n\n", file.display());
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(seen >= 25, "only {seen} blocks were found");
}

#[test]
fn a_block_with_a_mistake_is_found() {
    let mistaken = blocks("a\n```yaml\n# one\nprocessors: {batch: {timeot: 1s}}\n```\nb");
    assert_eq!(mistaken.len(), 1);
    let report = wrong(mistaken[0]).expect("it is wrong");
    assert!(report.contains("timeot"), "{report}");
    assert!(blocks("```yaml\nglobal:\n```").is_empty());
}
