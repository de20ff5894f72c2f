//! What the command line says.

use std::path::PathBuf;

use clap::Parser;

use super::program::Program;
use super::subject::Subject;
use crate::measure::Result;

/// Options of the suite `agent`.
#[derive(Debug, Parser)]
#[command(name = "bench agent")]
pub(super) struct Options {
    /// The agent to measure, instead of the one that is built for it.
    #[arg(long)]
    pub(super) agent: Option<PathBuf>,
    /// A rotel to compare with.
    #[arg(long)]
    rotel: Option<PathBuf>,
    /// An OpenTelemetry Collector to compare with.
    #[arg(long)]
    otelcol: Option<PathBuf>,
    /// Only cases whose name contains this.
    #[arg(long = "case", value_name = "TEXT")]
    cases: Vec<String>,
    /// How often each case is run.
    #[arg(long, default_value_t = 3)]
    pub(super) rounds: u32,
}

impl Options {
    pub(super) fn parse(arguments: &[&str]) -> Result<Self> {
        Ok(Self::try_parse_from(["agent"].iter().chain(arguments))?)
    }

    /// Whether a case is to be run.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.cases.is_empty() || self.cases.iter().any(|part| name.contains(part))
    }

    /// Ours, then theirs.
    pub(super) fn subjects(&self, program: &Program) -> Vec<Subject> {
        let ours = Subject::Campanile(program.path().to_owned());
        let rotel = self.rotel.clone().map(Subject::Rotel);
        let otelcol = self.otelcol.clone().map(Subject::Otelcol);
        [Some(ours), rotel, otelcol].into_iter().flatten().collect()
    }
}
