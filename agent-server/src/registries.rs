//! Which components there are to configure.

use std::sync::Arc;

use crate::component::{Connector, Delivery, Entry, Extension, Processing, Receiver};
use crate::connectors::CONNECTORS;
use crate::exporters::EXPORTERS;
use crate::extensions::EXTENSIONS;
use crate::processors::PROCESSORS;
use crate::receivers::RECEIVERS;

/// The components that an agent knows: the built-in ones, or others in tests and in programs that
/// bring their own.
#[derive(Clone, Copy, Debug)]
pub struct Registries {
    /// The connectors.
    pub connectors: &'static [Entry<Arc<dyn Connector>>],
    /// The exporters.
    pub exporters: &'static [Entry<Delivery>],
    /// The extensions.
    pub extensions: &'static [Entry<Box<dyn Extension>>],
    /// The processors.
    pub processors: &'static [Entry<Processing>],
    /// The receivers.
    pub receivers: &'static [Entry<Box<dyn Receiver>>],
}

impl Registries {
    /// The components that are built in.
    #[must_use]
    pub fn builtin() -> Self {
        Self {
            connectors: CONNECTORS,
            exporters: EXPORTERS,
            extensions: EXTENSIONS,
            processors: PROCESSORS,
            receivers: RECEIVERS,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;

    fn keeps_the_contract<C>(entries: &[Entry<C>], has_signals: bool) {
        let mut kinds = BTreeSet::new();
        for entry in entries {
            let kind = entry.kind;
            assert!(kinds.insert(kind), "two of type {kind}");
            for alias in entry.aliases {
                assert!(kinds.insert(alias), "{kind}: {alias} is another's name too");
            }
            let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(kind.chars().all(lower), "{kind}");
            let about = entry.about;
            assert!(
                !about.is_empty() && !about.ends_with('.'),
                "{kind}: {about}"
            );
            assert_eq!(entry.signals.is_empty(), !has_signals, "{kind}");

            let defaults = entry.defaults();
            assert_eq!(
                entry.effective(&json!(null)),
                Ok(defaults.clone()),
                "{kind}"
            );
            assert_eq!(entry.effective(&json!({})), Ok(defaults.clone()), "{kind}");
            assert_eq!(entry.effective(&defaults), Ok(defaults.clone()), "{kind}");
            let schema = entry.schema();
            let keys = |value: &Value| {
                let keys = value.as_object().into_iter().flatten();
                keys.map(|(key, _)| key.clone()).collect::<BTreeSet<_>>()
            };
            let known = keys(&schema["properties"]);
            assert!(keys(&defaults).is_subset(&known), "{kind}: {schema}");
            let wrong = entry.configure(&json!({"no_such_key": 1})).map(drop);
            let wrong = wrong.expect_err(kind);
            assert_eq!(wrong.len(), 1, "{kind}: {wrong:?}");
            assert_eq!(wrong[0].key, "no_such_key", "{kind}");
            assert!(
                wrong[0].message.starts_with("unknown field"),
                "{kind}: {wrong:?}"
            );
        }
    }

    #[test]
    fn every_entry_reads_its_own_defaults_and_refuses_unknown_keys() {
        let Registries {
            connectors,
            exporters,
            extensions,
            processors,
            receivers,
        } = Registries::builtin();
        keeps_the_contract(connectors, true);
        for entry in connectors {
            let takes = entry.connects.iter().map(|(takes, _)| takes);
            let takes: BTreeSet<_> = takes.collect();
            assert_eq!(takes, entry.signals.iter().collect(), "{}", entry.kind);
        }
        keeps_the_contract(exporters, true);
        keeps_the_contract(extensions, false);
        keeps_the_contract(processors, true);
        keeps_the_contract(receivers, true);
    }

    #[test]
    fn exporters_have_the_names_that_the_collector_gave_them_later() {
        for (alias, kind) in [("otlp_grpc", "otlp"), ("otlp_http", "otlphttp")] {
            let found = EXPORTERS.iter().find(|entry| entry.is(alias));
            assert_eq!(found.map(|entry| entry.kind), Some(kind));
        }
    }
}
