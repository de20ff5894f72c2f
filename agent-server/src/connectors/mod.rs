//! Connectors: one folder each. To add one, write the folder, its `mod` line and its list line.

mod forward;
mod routing;

use std::sync::Arc;

use crate::component::{Connector, Entry};

/// Every connector the agent knows.
pub static CONNECTORS: &[Entry<Arc<dyn Connector>>] = &[
    Entry::of::<forward::ForwardFactory>(),
    Entry::of::<routing::RoutingFactory>(),
];
