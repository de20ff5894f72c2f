//! Spans or metrics, grouped by what produced them.

use std::collections::HashMap;

use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::otlp::write::nested;
use prost::Message as _;

use super::resource;

/// Bytes that one request may repeat: node attributes once per resource, labels once per point.
pub(super) const MAX_REPEATED: usize = 16 << 20;

/// A message that would become far larger than it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TooLarge {
    /// More points than their labels can be repeated for.
    #[error("the metrics of one message repeat more than {MAX_REPEATED} bytes of labels")]
    Labels,
    /// Items of more different resources than the node can be repeated for.
    #[error("one message has too many different resources; send several messages")]
    Resources,
}

/// The items of each resource, in the order in which the resources appear.
pub(super) struct Groups {
    index: HashMap<Vec<u8>, usize>,
    groups: Vec<(Option<Resource>, Vec<u8>)>,
    limit: usize,
}

impl Groups {
    /// Room for as many groups as may repeat `node`.
    pub(super) fn new(node: Option<&Node>) -> Self {
        let node_size = node.map_or(0, Node::encoded_len);
        Self {
            index: HashMap::new(),
            groups: Vec::new(),
            limit: MAX_REPEATED / node_size.max(1),
        }
    }

    /// Where to write the items of `resource`, whose encoding is `key`. Labels are sorted, so that
    /// equal resources have equal keys.
    pub(super) fn group(
        &mut self,
        key: &[u8],
        resource: Option<&Resource>,
    ) -> Result<&mut Vec<u8>, TooLarge> {
        let found = self.index.get(key).copied();
        let index = found.unwrap_or(self.groups.len());
        if found.is_none() {
            if index >= self.limit {
                return Err(TooLarge::Resources);
            }
            self.index.insert(key.to_vec(), index);
            self.groups.push((resource.cloned(), Vec::new()));
        }
        Ok(&mut self.groups[index].1)
    }

    /// The export request: per group one resource with one scope without a name.
    pub(super) fn write(self, node: Option<&Node>) -> Vec<u8> {
        let size: usize = self.groups.iter().map(|(_, items)| items.len()).sum();
        let mut out = Vec::with_capacity(size + 512 * self.groups.len());
        let groups = self.groups.into_iter();
        for (own, items) in groups.filter(|(_, items)| !items.is_empty()) {
            nested(&mut out, 1, |out| {
                nested(out, 1, |out| resource::put(out, node, own.as_ref()));
                nested(out, 2, |out| out.extend_from_slice(&items));
            });
        }
        out
    }
}
