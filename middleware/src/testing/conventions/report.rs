//! Collects what is wrong with one span or metric.

use std::fmt::Display;

use super::violation::{Problem, Violation};

/// The violations of one span or metric, each once.
#[derive(Debug)]
pub(super) struct Report {
    on: String,
    violations: Vec<Violation>,
}

impl Report {
    pub(super) fn about(on: String) -> Self {
        Self {
            on,
            violations: Vec::new(),
        }
    }

    /// Notes a problem, unless it is noted: data points of a metric have the same ones.
    pub(super) fn add(&mut self, problem: Problem) {
        if self.violations.iter().any(|v| v.problem == problem) {
            return;
        }
        self.violations.push(Violation {
            on: self.on.clone(),
            problem,
        });
    }

    pub(super) fn missing(&mut self, key: &str, why: &'static str) {
        let key = key.to_owned();
        self.add(Problem::Missing { key, why });
    }

    pub(super) fn unexpected(&mut self, key: &str, why: &'static str) {
        let key = key.to_owned();
        self.add(Problem::Unexpected { key, why });
    }

    pub(super) fn value(&mut self, key: &str, found: &dyn Display, expected: &str) {
        self.add(Problem::Value {
            key: key.to_owned(),
            found: found.to_string(),
            expected: expected.to_owned(),
        });
    }

    pub(super) fn secret(&mut self, key: &str, what: impl Into<String>) {
        let (key, what) = (key.to_owned(), what.into());
        self.add(Problem::Secret { key, what });
    }

    pub(super) fn into_violations(self) -> Vec<Violation> {
        self.violations
    }
}
