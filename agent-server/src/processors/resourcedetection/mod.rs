//! `resourcedetection`: adds to resources what the agent finds out about where it runs.
//!
//! Everything is found out once, when the processor is built; a payload costs no more than with
//! `resource`. What is found describes the machine, the container or the process of the *agent*: it
//! is right for senders that share them.
//!
//! | file | what |
//! |---|---|
//! | `config` | what a user writes |
//! | `detect` | the detectors in their order |
//! | `env` | `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` |
//! | `files` | what is read of the machine |
//! | `machine` | the detectors `container`, `process` and `system` |
//! | `docker` | the detector `docker` |
//! | `process` | the step |

mod config;
mod detect;
mod docker;
mod env;
mod files;
mod machine;
mod process;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::process::Detected;
use crate::component::{BuildError, Context, Factory, Processing};

pub(crate) use self::docker::Dockers;

/// The factory.
#[derive(Debug)]
pub(crate) struct ResourceDetection;

impl Factory for ResourceDetection {
    const TYPE: &'static str = "resourcedetection";
    const ABOUT: &'static str = "adds what the agent knows of its machine to resources";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, context: Context) -> Result<Processing, BuildError> {
        let found = detect::all(&config, &context.shared.dockers);
        tracing::info!("{} has found {} attributes", context.id, found.len());
        let detected = Detected::new(&found, config.r#override);
        Ok(Processing::Step(Arc::new(detected)))
    }
}
