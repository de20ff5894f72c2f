//! Every row of the table: what is understood, and what is said when it is not.

mod agent;
mod batching;
mod general;
mod limits;
mod otlp;
mod sampler;
mod table;

use std::time::Duration;

use campanile_wire::otlp::Signal;
use proptest::prelude::*;

use super::{Settings, Warning};

/// The signals and how their variables call them.
const SIGNALS: [(Signal, &str); 3] = [
    (Signal::Logs, "LOGS"),
    (Signal::Metrics, "METRICS"),
    (Signal::Traces, "TRACES"),
];

pub(super) fn read(pairs: &[(&str, &str)]) -> (Settings, Vec<Warning>) {
    Settings::from_lookup(|name| {
        let pair = pairs.iter().find(|(variable, _)| *variable == name);
        pair.map(|(_, value)| (*value).to_owned())
    })
}

/// Settings from values that are understood.
fn good(pairs: &[(&str, &str)]) -> Settings {
    let (settings, warnings) = read(pairs);
    assert_eq!(warnings, [], "{pairs:?}");
    settings
}

/// The one warning about a value that is not understood, and otherwise the defaults.
fn bad(variable: &str, value: &str) -> Warning {
    let (settings, warning) = bad_of(&[(variable, value)], variable);
    assert_eq!(settings, Settings::default(), "{variable}={value}");
    warning
}

/// Settings from several values, and the one warning, which is about `variable`.
fn bad_of(pairs: &[(&str, &str)], variable: &str) -> (Settings, Warning) {
    let (settings, warnings) = read(pairs);
    let [warning] = warnings.as_slice() else {
        panic!("{pairs:?}: {warnings:?}")
    };
    assert_eq!(warning.variable, variable);
    assert!(!warning.value.is_empty());
    assert!(!warning.accepted.is_empty() && !warning.used.is_empty());
    (settings, warning.clone())
}

/// The defaults with one difference.
pub(super) fn but(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings);
    settings
}

pub(super) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn an_empty_environment_gives_the_documented_defaults() {
    let settings = good(&[]);
    assert_eq!(settings, Settings::default());
    for (signal, _) in SIGNALS {
        let destination = settings.destination(signal);
        assert!(destination.export);
        assert_eq!(destination.endpoint().to_string(), "http://127.0.0.1:4317");
        assert_eq!(destination.timeout, millis(10_000));
    }
    assert_eq!(settings.reconnect_interval, millis(5000));
    assert_eq!(settings.flush_timeout, millis(500));
    assert_eq!(settings.buffer_bytes, 8_388_608);
    assert_eq!(settings.collection.interval, millis(60_000));
    for batching in [settings.trace_batching, settings.log_batching] {
        assert_eq!(batching.schedule_delay, millis(1000));
        assert_eq!((batching.max_batch, batching.max_buffer), (512, None));
    }
}

#[test]
fn a_value_of_blanks_counts_as_unset() {
    for value in ["", "  ", "\t"] {
        let (settings, warnings) = Settings::from_lookup(|_| Some(value.to_owned()));
        assert_eq!((settings, warnings), (Settings::default(), Vec::new()));
    }
}

#[test]
fn a_warning_is_a_sentence() {
    assert_eq!(
        bad("CAMPANILE_AGENT_PROTOCOL", "zipkin").to_string(),
        "CAMPANILE_AGENT_PROTOCOL=\"zipkin\" is not supported: expected otlp or opencensus; \
         using otlp"
    );
}

proptest! {
    #[test]
    fn no_environment_is_a_failure(values in prop::collection::vec(".{0,40}", 100)) {
        let next = std::cell::Cell::new(0);
        let (settings, warnings) = Settings::from_lookup(|_| {
            next.set(next.get() + 1);
            values.get(next.get() % values.len()).cloned()
        });
        let settings = settings.bounded();
        prop_assert!(settings.traces.endpoint().to_string().starts_with("http://"));
        for warning in warnings {
            prop_assert!(!warning.to_string().is_empty());
        }
    }

    /// Numbers and names, which random text never hits.
    #[test]
    fn no_value_that_nearly_fits_is_a_failure(
        values in prop::collection::vec("[-+]?[0-9]{0,21}|true|none|https?://[a:@/0-9\\[\\]]{0,12}", 100),
    ) {
        let next = std::cell::Cell::new(0);
        let (settings, _) = Settings::from_lookup(|_| {
            next.set(next.get() + 1);
            values.get(next.get() % values.len()).cloned()
        });
        let settings = settings.bounded();
        prop_assert!(settings.reconnect_interval >= millis(1));
        prop_assert!(settings.collection.interval >= millis(1));
    }
}
