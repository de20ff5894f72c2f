//! The `store` exporter: keeps spans in the agent, for its pages and `campanile traces`.
//!
//! There is one [store](crate::store) per agent. Its lane sheds: when the store cannot keep up,
//! what comes is dropped and counted, and delivery to other destinations goes on.

mod config;
mod exporter;

#[cfg(test)]
mod tests;

pub use self::config::Config;
pub use self::exporter::StoreExporter;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use crate::component::{BuildError, Context, Delivery, Factory};
use crate::store::Store;

/// Builds the exporter and opens the store.
#[derive(Debug)]
pub struct StoreFactory;

impl Factory for StoreFactory {
    const TYPE: &'static str = "store";
    const ABOUT: &'static str = "keeps spans in the agent, in memory or on disk";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    const ALONE: bool = true;
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, context: Context) -> Result<Delivery, BuildError> {
        let store = Store::open(config.settings(), &context.shared.metrics)
            .map_err(|error| BuildError::new("directory", error.to_string()))?;
        let store = Arc::new(store);
        let exporter = StoreExporter::new(store, context.shared.store);
        Ok(Delivery {
            exporter: Arc::new(exporter),
            settings: Config::delivery(),
        })
    }
}
