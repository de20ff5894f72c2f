//! Configurations as the Collector's users write them, with the components that are built in: what
//! comes of each, in `plans/NAME.txt` beside `plans/NAME.yaml`.
//!
//! A configuration that runs is shown as its plan and its warnings, one that is refused as its
//! problems; help is left out, because it lists components.

use std::fs;
use std::path::{Path, PathBuf};

use super::{checked, environment};
use crate::config::parse::parse;
use crate::config::{Report, Source};
use crate::pipeline::Plan;
use crate::registries::Registries;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config/tests/plans")
}

/// Every configuration: its name, itself, and what is expected of it.
fn cases() -> Vec<(String, String, String)> {
    let files = fs::read_dir(directory()).expect("a directory").flatten();
    let paths = files.map(|file| file.path());
    let mut configurations: Vec<PathBuf> = paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    configurations.sort();
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let cases = configurations.iter().map(|path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        (
            name.into_owned(),
            read(path),
            read(&path.with_extension("txt")),
        )
    });
    cases.collect()
}

fn shown(text: &str) -> String {
    let root = parse(&Source::new("f", text)).expect("valid YAML");
    match checked(root, &environment(&[]), &Registries::builtin()) {
        Ok(config) => Plan::of(&config.service).to_string() + &lines(config.warnings),
        Err(report) => lines(report),
    }
}

fn lines(mut report: Report) -> String {
    for problem in &mut report.problems {
        problem.help = None;
    }
    match report.to_string() {
        text if text.is_empty() => text,
        text => text.replace("f:", "") + "\n",
    }
}

#[test]
fn what_comes_of_each_configuration_is_as_written_beside_it() {
    let mut different = String::new();
    for (name, text, expected) in cases() {
        let actual = shown(&text);
        if actual != expected {
            different += &format!("### {name}\n{actual}\n");
        }
    }
    assert!(different.is_empty(), "{different}");
}

#[test]
fn some_run_and_some_are_refused_with_the_list() {
    let count = |is: fn(&str) -> bool| cases().iter().filter(|(.., text)| is(text)).count();
    assert!(count(|text| text.contains("\n  lane -> ")) >= 4);
    assert!(count(|text| text.contains("\nnot supported: ")) >= 2);
}
