//! The configuration, made ready.

use std::time::Duration;

use campanile_wire::otlp::write::{self, Scalar};

use super::super::latency::Layout;
use super::super::points::ATTRIBUTE;
use super::config::Config;

/// What to count, and how far.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) layout: Layout,
    /// The names of dimensions, and their labels on the client's side and on the server's.
    pub(super) dimensions: Vec<[String; 3]>,
    pub(super) peers: Vec<String>,
    pub(super) databases: Vec<String>,
    pub(super) extra_label: bool,
    pub(super) max_items: usize,
    pub(super) ttl: Duration,
    /// The key of the series for what is too much.
    pub(super) overflow: Vec<u8>,
}

impl Plan {
    /// Makes a checked configuration ready.
    pub(super) fn new(config: &Config) -> Self {
        let second = Duration::from_secs(1);
        let layout = match config.exponential_histogram_max_size {
            0 => {
                let bounds = config.buckets().into_iter().map(|bound| bound.0);
                Layout::explicit(second, &bounds.collect::<Vec<_>>())
            }
            size => Layout::exponential(second, size as usize),
        };
        let labels = |name: &String| {
            [
                name.clone(),
                format!("client_{name}"),
                format!("server_{name}"),
            ]
        };
        let mut overflow = Vec::new();
        let name = "otel.metric.overflow";
        write::attribute(&mut overflow, ATTRIBUTE, name, Scalar::Bool(true));
        Self {
            layout,
            dimensions: config.dimensions.iter().map(labels).collect(),
            peers: config.virtual_node_peer_attributes.clone(),
            databases: config.database_name_attributes.clone(),
            extra_label: config.virtual_node_extra_label,
            max_items: config.store.max_items as usize,
            ttl: config.store.ttl.0,
            overflow,
        }
    }
}
