//! `k8sattributes`: says of telemetry from which pod it is.
//!
//! Pods are listed and watched with two requests to the API server, so that no client library with
//! its generated types for everything else is needed.
//!
//! | file | what |
//! |---|---|
//! | `api` | the two requests |
//! | `watch` | the task that keeps the pods current |
//! | `pod` | a pod, as the API server writes it |
//! | `pods` | the pods that are known, bounded |
//! | `extract` | which attributes a pod gives |
//! | `process` | which pod a resource is of, and the step |

mod api;
mod config;
mod extract;
mod pod;
mod pods;
mod process;
#[cfg(test)]
mod tests;
mod watch;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::process::K8sAttributes;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct K8sAttributesFactory;

impl Factory for K8sAttributesFactory {
    const TYPE: &'static str = "k8sattributes";
    const ABOUT: &'static str = "says from which pod of Kubernetes telemetry is";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, context: Context) -> Result<Processing, BuildError> {
        Ok(Processing::Step(Arc::new(K8sAttributes::new(
            config, &context,
        )?)))
    }
}
