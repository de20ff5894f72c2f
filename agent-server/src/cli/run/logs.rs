//! The log on standard error.

use std::io::{self, IsTerminal as _};

use tracing::subscriber::set_global_default;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::Subscriber;

use crate::agent::Reloaded;
use crate::config::{Environment, LogEncoding, LogLevel, Logs};

/// Changes the level of the log that [`install`] has installed.
pub(super) struct LogLevelSwitch {
    /// Nothing where somebody else installed the log, or the environment says what is logged.
    set: Option<SetFilter>,
}

type SetFilter = Box<dyn Fn(EnvFilter) -> bool>;

impl LogLevelSwitch {
    /// Logs this level and worse from now on, where `reloaded` says that it has changed; takes that
    /// back where it cannot be done.
    pub(super) fn set(&self, level: LogLevel, reloaded: &mut Reloaded) {
        const KEY: &str = "service.telemetry.logs.level";
        let Some(at) = reloaded.applied.iter().position(|key| key == KEY) else {
            return;
        };
        let set = self.set.as_ref();
        if !set.is_some_and(|set| set(EnvFilter::new(directives(level)))) {
            let key = reloaded.applied.remove(at);
            reloaded.restart.push(key);
        }
    }
}

/// Installs the subscriber, unless the process has one. `CAMPANILE_LOG`, or else `RUST_LOG`, takes
/// the place of the configured level: `debug`, or `info,campanile_agent=trace`.
pub(super) fn install(logs: &Logs, environment: &Environment) -> LogLevelSwitch {
    let builder = Subscriber::builder()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    let filter = filter(logs, environment);
    // Fails when there is a subscriber, which the program that embeds the agent wants then.
    let (installed, set): (_, SetFilter) = match logs.encoding {
        LogEncoding::Console => {
            let builder = builder.with_env_filter(filter).with_filter_reloading();
            let handle = builder.reload_handle();
            let set = move |filter| handle.reload(filter).is_ok();
            (set_global_default(builder.finish()), Box::new(set))
        }
        LogEncoding::Json => {
            let builder = builder.json().with_env_filter(filter);
            let builder = builder.with_filter_reloading();
            let handle = builder.reload_handle();
            let set = move |filter| handle.reload(filter).is_ok();
            (set_global_default(builder.finish()), Box::new(set))
        }
    };
    let ours = installed.is_ok() && wanted(environment).is_none();
    LogLevelSwitch {
        set: ours.then_some(set),
    }
}

fn filter(logs: &Logs, environment: &Environment) -> EnvFilter {
    wanted(environment).unwrap_or_else(|| EnvFilter::new(directives(logs.level)))
}

/// What the environment says is to be logged.
fn wanted(environment: &Environment) -> Option<EnvFilter> {
    let wanted = ["CAMPANILE_LOG", "RUST_LOG"]
        .iter()
        .filter_map(|name| environment.variable(name))
        .find(|value| !value.is_empty());
    wanted.and_then(|directives| EnvFilter::try_new(directives).ok())
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
            ..Logs::default()
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
