//! What a file says, and what is said about a file.

mod exporters;
mod failures;
mod general;
mod providers;
mod unsupported;

use std::io;

use super::VARIABLE;
use crate::environment::{Settings, Warning};

const PATH: &str = "/etc/otel.yaml";

/// Settings from a file and variables.
fn read(file: Result<&str, &'static str>, variables: &[(&str, &str)]) -> (Settings, Vec<Warning>) {
    let lookup = |name: &str| {
        let mut all = [(VARIABLE, PATH)]
            .into_iter()
            .chain(variables.iter().copied());
        let found = all.find(|(variable, _)| *variable == name);
        found.map(|(_, value)| value.to_owned())
    };
    Settings::from_sources(&lookup, &|path| {
        assert_eq!(path.to_str(), Some(PATH));
        file.map(str::to_owned).map_err(io::Error::other)
    })
}

fn with_format(text: &str) -> String {
    format!("file_format: \"1.0\"\n{text}")
}

/// Settings from a file in which everything is understood.
fn good(text: &str) -> Settings {
    let (settings, warnings) = read(Ok(&with_format(text)), &[]);
    assert_eq!(warnings, [], "{text}");
    settings
}

/// Settings from a file, and the one warning about it.
fn bad(text: &str) -> (Settings, Warning) {
    warned(&with_format(text))
}

fn warned(text: &str) -> (Settings, Warning) {
    let (settings, warnings) = read(Ok(text), &[]);
    let [warning] = warnings.as_slice() else {
        panic!("{text}: {warnings:?}")
    };
    assert_eq!(warning.variable, VARIABLE);
    assert!(!warning.accepted.is_empty() && !warning.used.is_empty());
    (settings, warning.clone())
}

/// What a file means in which nothing stands, with one difference.
fn but(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings {
        propagators: "none".to_owned(),
        ..Settings::default()
    };
    settings.traces.export = false;
    settings.metrics.export = false;
    settings.logs.export = false;
    change(&mut settings);
    settings
}
