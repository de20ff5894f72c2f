//! Connectors: one folder each. To add one, write the folder, its `mod` line and its list line.
//!
//! What those that derive metrics share stands beside the folders: configuration (`checks`), time
//! (`clock`), histograms (`latency`, `exponential`), writing (`points`) and handing over (`emit`).

mod checks;
mod clock;
mod emit;
mod exponential;
mod forward;
mod latency;
mod points;
mod routing;
mod servicegraph;
mod spanmetrics;

use std::sync::Arc;

use crate::component::{Connector, Entry};

/// Every connector the agent knows.
pub static CONNECTORS: &[Entry<Arc<dyn Connector>>] = &[
    Entry::of::<forward::ForwardFactory>(),
    Entry::of::<routing::RoutingFactory>(),
    Entry::of::<servicegraph::ServiceGraphFactory>(),
    Entry::of::<spanmetrics::SpanMetricsFactory>(),
];
