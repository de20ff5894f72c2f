//! The log on standard error.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::Subscriber;

use crate::config::{Environment, LogEncoding, LogLevel, Logs};

/// Installs the subscriber, unless the process has one. `CAMPANILE_LOG`, or else `RUST_LOG`, takes
/// the place of the configured level: `debug`, or `info,campanile_agent=trace`.
pub(super) fn install(logs: &Logs, environment: &Environment) {
    let builder = Subscriber::builder()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_env_filter(filter(logs, environment));
    // Fails when there is a subscriber, which the program that embeds the agent wants then.
    let _ = match logs.encoding {
        LogEncoding::Console => tracing::subscriber::set_global_default(builder.finish()),
        LogEncoding::Json => tracing::subscriber::set_global_default(builder.json().finish()),
    };
}

fn filter(logs: &Logs, environment: &Environment) -> EnvFilter {
    let wanted = ["CAMPANILE_LOG", "RUST_LOG"]
        .iter()
        .filter_map(|name| environment.variable(name))
        .find(|value| !value.is_empty());
    let wanted = wanted.and_then(|directives| EnvFilter::try_new(directives).ok());
    wanted.unwrap_or_else(|| EnvFilter::new(directives(logs.level)))
}

/// What a peer does wrong is told by the HTTP/2 library as a warning, once for each of its
/// connections: whoever connects could fill the log.
fn directives(level: LogLevel) -> String {
    match level {
        LogLevel::Debug | LogLevel::Error => level.name().to_owned(),
        LogLevel::Info | LogLevel::Warn => format!("{},h2=error", level.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_goes_before_the_configuration_and_nonsense_does_not() {
        let logs = Logs {
            level: LogLevel::Warn,
            encoding: LogEncoding::Console,
        };
        let with = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            let environment = pairs.map(|(name, value)| ((*name).into(), (*value).into()));
            filter(&logs, &environment.collect()).to_string()
        };
        assert_eq!(with(&[]), "h2=error,warn");
        assert_eq!(with(&[("RUST_LOG", "debug")]), "debug");
        assert_eq!(
            with(&[("RUST_LOG", "debug"), ("CAMPANILE_LOG", "error")]),
            "error"
        );
        assert_eq!(with(&[("CAMPANILE_LOG", "a=b=c")]), "h2=error,warn");
    }
}
