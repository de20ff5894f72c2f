//! `campanile config init`: writes a configuration to begin with.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::main::Terminal;
use crate::cli::{CliError, written};

/// Arguments of `campanile config init`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// What the agent is to be
    #[arg(long, value_enum, default_value_t)]
    preset: Preset,
    /// Write to this file rather than to standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "output")]
    force: bool,
}

/// A configuration to begin with.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Preset {
    /// On every machine: takes what its programs send, keeps traces, and passes everything on
    #[default]
    Agent,
    /// For many machines: takes what agents send, over TLS, and passes it on
    Gateway,
    /// In place of the OpenCensus Agent: its ports, and those of Jaeger and Zipkin
    Opencensus,
    /// Scrapes, reads the machine, and writes to Prometheus
    Prometheus,
}

impl Preset {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Agent => include_str!("presets/agent.yaml"),
            Self::Gateway => include_str!("presets/gateway.yaml"),
            Self::Opencensus => include_str!("presets/opencensus.yaml"),
            Self::Prometheus => include_str!("presets/prometheus.yaml"),
        }
    }
}

/// Writes the preset; a file that exists stays as it is unless `--force`.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
    let text = arguments.preset.text();
    let Some(path) = &arguments.output else {
        return written(write!(terminal.out, "{text}"));
    };
    write_file(path, text, arguments.force)?;
    let path = path.display();
    let message = format!("wrote {path}; next: campanile validate --config {path}");
    // The file is there, whether or not anybody reads this.
    let _ = writeln!(terminal.err, "{message}");
    Ok(())
}

fn write_file(path: &Path, text: &str, replace: bool) -> Result<(), CliError> {
    let mut options = File::options();
    let options = match replace {
        true => options.create(true).truncate(true),
        false => options.create_new(true),
    };
    let file = options.write(true).open(path);
    let outcome = file.and_then(|mut file| file.write_all(text.as_bytes()));
    outcome.map_err(|error| {
        let shown = path.display();
        CliError::Failed(match error.kind() {
            ErrorKind::AlreadyExists => {
                format!("`{shown}` exists: choose another file, or replace it with --force")
            }
            _ => format!("cannot write `{shown}`: {error}"),
        })
    })
}
