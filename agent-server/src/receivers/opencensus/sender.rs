//! Who a stream's spans belong to: the node rules of the protocol, without any I/O.

use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::resource::v1::Resource;

use super::translate::Origin;

/// What a stream has said of its sender so far. Dropped with the stream.
#[derive(Debug, Default)]
pub(super) struct Sender {
    require_identifier: bool,
    node: Option<Node>,
    resource: Option<Resource>,
}

/// A message that the protocol does not allow. The message is dropped and the stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Violation {
    /// The first message of the stream has no node.
    #[error("protocol violation: the first message of a stream must carry a node; it is dropped")]
    NoNode,
    /// A node has no identifier, and the agent is configured to require one.
    #[error(
        "protocol violation: the node has no identifier, which this agent requires \
         (`require_identifier`)"
    )]
    NoIdentifier,
}

impl Sender {
    /// A sender that has not said anything yet.
    pub(super) fn new(require_identifier: bool) -> Self {
        Self {
            require_identifier,
            ..Self::default()
        }
    }

    /// Takes note of what a message says of its sender: a node or resource that is present
    /// replaces the last one, even when it is empty; an absent one keeps it.
    ///
    /// # Errors
    ///
    /// When the message must be dropped.
    pub(super) fn hear(
        &mut self,
        node: Option<Node>,
        resource: Option<Resource>,
    ) -> Result<(), Violation> {
        match &node {
            None if self.node.is_none() => return Err(Violation::NoNode),
            Some(node) if self.require_identifier && node.identifier.is_none() => {
                return Err(Violation::NoIdentifier);
            }
            _ => {}
        }
        self.node = node.or(self.node.take());
        self.resource = resource.or(self.resource.take());
        Ok(())
    }

    /// Who the spans of the message just heard belong to.
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin {
            node: self.node.as_ref(),
            resource: self.resource.as_ref(),
        }
    }
}
