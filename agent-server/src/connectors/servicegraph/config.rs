//! What a user writes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::checks::{default_buckets, interval, rising, within};
use crate::component::{Invalid, Validate};
use crate::config::HumanDuration;
use crate::receivers::{Unsupported, refuse};

/// Spans that may be asked to wait.
const MAX_ITEMS: u32 = 1_000_000;
/// Dimensions of one side.
const MAX_DIMENSIONS: usize = 32;

/// The configuration of `servicegraph`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Where the buckets of durations end, rising. Default 2ms, 4ms, 6ms, 8ms, 10ms, 50ms, 100ms,
    /// 200ms, 400ms, 800ms, 1s, 1400ms, 2s, 5s, 10s and 15s.
    pub(crate) latency_histogram_buckets: Option<Vec<HumanDuration>>,
    /// The most buckets of exponential histograms, which take the place of those with bounds; 0 for
    /// none. Default 0.
    pub(crate) exponential_histogram_max_size: u32,
    /// Attributes of spans, or of their resources, that tell edges apart, as `client_` and
    /// `server_` with their names. Default none.
    pub(crate) dimensions: Vec<String>,
    /// The spans that wait for the other side.
    pub(crate) store: Store,
    /// Taken, and without effect: edges are looked through whenever metrics are handed over.
    /// Default 1m.
    pub(crate) cache_loop: HumanDuration,
    /// Taken, and without effect: spans that waited too long are looked for with every payload, and
    /// whenever metrics are handed over. Default 2s.
    pub(crate) store_expiration_loop: HumanDuration,
    /// How often metrics are handed over; not 0. Default 60s.
    pub(crate) metrics_flush_interval: HumanDuration,
    /// Attributes of client spans that name a server which sends no spans, the first that is there;
    /// empty for no such servers. Default peer.service, db.name, net.sock.peer.addr,
    /// net.peer.name, rpc.service, net.sock.peer.name and server.address.
    pub(crate) virtual_node_peer_attributes: Vec<String>,
    /// Whether edges have the label `virtual_node`, which says what side sends no spans. Default
    /// false.
    pub(crate) virtual_node_extra_label: bool,
    /// Attributes of client spans that name a database, the first that is there. Default db.name.
    pub(crate) database_name_attributes: Vec<String>,
    /// Not supported: see `database_name_attributes`.
    #[serde(skip_serializing)]
    pub(crate) database_name_attribute: Unsupported,
    /// Not supported: the pipelines say where metrics go.
    #[serde(skip_serializing)]
    pub(crate) metrics_exporter: Unsupported,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            latency_histogram_buckets: None,
            exponential_histogram_max_size: 0,
            dimensions: Vec::new(),
            store: Store::default(),
            cache_loop: HumanDuration(Duration::from_secs(60)),
            store_expiration_loop: HumanDuration(Duration::from_secs(2)),
            metrics_flush_interval: HumanDuration(Duration::from_secs(60)),
            virtual_node_peer_attributes: [
                "peer.service",
                "db.name",
                "net.sock.peer.addr",
                "net.peer.name",
                "rpc.service",
                "net.sock.peer.name",
                "server.address",
            ]
            .map(str::to_owned)
            .to_vec(),
            virtual_node_extra_label: false,
            database_name_attributes: vec!["db.name".to_owned()],
            database_name_attribute: Unsupported::default(),
            metrics_exporter: Unsupported::default(),
        }
    }
}

/// The spans that wait for the other side.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Store {
    /// How many may wait; others are dropped and counted. Default 1000.
    pub(crate) max_items: u32,
    /// How long they wait. Default 2s.
    pub(crate) ttl: HumanDuration,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            max_items: 1_000,
            ttl: HumanDuration(Duration::from_secs(2)),
        }
    }
}

impl Config {
    /// Where buckets end.
    pub(super) fn buckets(&self) -> Vec<HumanDuration> {
        let buckets = self.latency_histogram_buckets.clone();
        buckets.unwrap_or_else(default_buckets)
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let unsupported = [
            ("database_name_attribute", self.database_name_attribute),
            ("metrics_exporter", self.metrics_exporter),
        ];
        let mut wrong = refuse("", &unsupported);
        if let Some(buckets) = &self.latency_histogram_buckets {
            wrong.extend(rising("latency_histogram_buckets", buckets));
        }
        let size = self.exponential_histogram_max_size;
        if size > 0 {
            let key = "exponential_histogram_max_size";
            wrong.extend(within(key, size, 2, 1_024));
            if self.latency_histogram_buckets.is_some() {
                let message = "excludes `latency_histogram_buckets`: remove one";
                wrong.push(Invalid::new(key, message));
            }
        }
        if self.dimensions.len() > MAX_DIMENSIONS {
            let message = format!("more than {MAX_DIMENSIONS} dimensions");
            wrong.push(Invalid::new("dimensions", message));
        }
        wrong.extend(within(
            "store.max_items",
            self.store.max_items,
            1,
            MAX_ITEMS,
        ));
        wrong.extend(interval(self.metrics_flush_interval));
        wrong
    }
}
