//! What was found, as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::{Config, Report, Severity};

/// What `campanile validate --format json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Document {
    /// Whether the agent would start.
    valid: bool,
    /// How many of what there are; empty if it is not valid.
    components: BTreeMap<String, usize>,
    /// What is wrong or odd.
    pub(super) problems: Vec<Found>,
}

/// One problem.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    severity: &'static str,
    message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// From 1, as `column`, which counts characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl Document {
    pub(super) fn new(report: &Report, config: Option<&Config>) -> Self {
        let problems = report.problems.iter().map(|problem| {
            let place = problem.place.as_ref();
            Found {
                severity: match problem.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                },
                message: problem.message.clone(),
                help: problem.help.clone(),
                file: place.map(|place| place.source.name.clone()),
                line: place.map(|place| place.line),
                column: place.map(|place| place.column),
            }
        });
        let counts = config.map(counts).into_iter().flatten();
        Self {
            valid: config.is_some(),
            components: counts
                .map(|(count, what)| (format!("{what}s"), count))
                .collect(),
            problems: problems.collect(),
        }
    }
}

/// How many of what a configuration has.
pub(super) fn counts(config: &Config) -> [(usize, &'static str); 6] {
    [
        (config.receivers.len(), "receiver"),
        (config.processors.len(), "processor"),
        (config.exporters.len(), "exporter"),
        (config.connectors.len(), "connector"),
        (config.extensions.len(), "extension"),
        (config.service.pipelines.len(), "pipeline"),
    ]
}
