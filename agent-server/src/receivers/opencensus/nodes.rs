//! The senders that are connected.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use campanile_wire::opencensus::agent::common::v1::Node;
use prost::Message as _;

use crate::component::Context;
use crate::ops::Gauge;

/// Counts open streams and the distinct nodes on them. Its size is bounded by the number of open
/// streams.
#[derive(Clone, Debug)]
pub(super) struct Nodes {
    streams: Gauge,
    live: Gauge,
    /// Open streams per node, which stands in as its hash: the table only counts, and a client's
    /// large node must not be kept twice.
    table: Arc<Mutex<HashMap<u64, usize>>>,
    hasher: RandomState,
}

impl Nodes {
    /// The table of receiver `context.id`.
    pub(super) fn new(context: &Context) -> Self {
        let receiver = context.id.to_string();
        let labels = [("receiver", receiver.as_str())];
        let metrics = &context.shared.metrics;
        let streams = "Export streams that are open.";
        let live = "Distinct nodes on open Export streams.";
        Self {
            streams: metrics.gauge("campanile_opencensus_streams", streams, &labels),
            live: metrics.gauge("campanile_opencensus_nodes", live, &labels),
            table: Arc::default(),
            hasher: RandomState::new(),
        }
    }

    /// Registers a stream, for as long as the result lives.
    pub(super) fn open(&self) -> Presence {
        self.streams.add(1);
        Presence {
            nodes: self.clone(),
            key: None,
        }
    }

    fn enter(&self, key: u64) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        *table.entry(key).or_insert(0) += 1;
        self.live
            .set(i64::try_from(table.len()).unwrap_or(i64::MAX));
    }

    fn leave(&self, key: u64) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = table.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                table.remove(&key);
            }
        }
        self.live
            .set(i64::try_from(table.len()).unwrap_or(i64::MAX));
    }
}

/// One open stream. Its node expires when this is dropped.
#[derive(Debug)]
pub(super) struct Presence {
    nodes: Nodes,
    key: Option<u64>,
}

impl Presence {
    /// Says whose stream it is. Attributes are sorted, so that equal nodes are one.
    pub(super) fn identify(&mut self, node: &Node) {
        let key = self.nodes.hasher.hash_one(node.encode_to_vec());
        if self.key == Some(key) {
            return;
        }
        self.nodes.enter(key);
        if let Some(old) = self.key.replace(key) {
            self.nodes.leave(old);
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.nodes.leave(key);
        }
        self.nodes.streams.add(-1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::component::Shared;

    fn node(zone: &str) -> Node {
        Node {
            attributes: [("zone".to_owned(), zone.to_owned())].into(),
            ..Node::default()
        }
    }

    #[test]
    fn a_node_is_live_while_one_of_its_streams_is() {
        let id = "opencensus".parse().expect("an id");
        let nodes = Nodes::new(&Context {
            id,
            shared: Shared::default(),
        });
        let mut first = nodes.open();
        let mut second = nodes.open();
        assert_eq!((nodes.streams.get(), nodes.live.get()), (2, 0));
        first.identify(&node("a"));
        second.identify(&node("a"));
        assert_eq!(nodes.live.get(), 1);
        second.identify(&node("b"));
        assert_eq!(nodes.live.get(), 2);
        drop(second);
        assert_eq!((nodes.streams.get(), nodes.live.get()), (1, 1));
        drop(first);
        assert_eq!((nodes.streams.get(), nodes.live.get()), (0, 0));
        assert!(nodes.table.lock().expect("not poisoned").is_empty());
    }
}
