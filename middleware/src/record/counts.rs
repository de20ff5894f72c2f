//! What has been seen of a request's body, shared between who reads it and who reports it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes and gRPC messages of a request body, as far as it was read. Clones share them.
///
/// It lies in the extensions of a request whose body shall be counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestCounts(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    bytes: AtomicU64,
    messages: AtomicU64,
    /// A body that nobody counts is not known to be empty.
    is_counted: AtomicBool,
}

impl RequestCounts {
    /// Says that somebody will count.
    pub(crate) fn begin(&self) {
        self.0.is_counted.store(true, Ordering::Relaxed);
    }

    pub(crate) fn add_bytes(&self, bytes: u64) {
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn set_messages(&self, messages: u64) {
        self.0.messages.store(messages, Ordering::Relaxed);
    }

    /// The bytes, when somebody counted.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.read(&self.0.bytes)
    }

    /// The messages, when somebody counted.
    pub(crate) fn messages(&self) -> Option<u64> {
        self.read(&self.0.messages)
    }

    fn read(&self, count: &AtomicU64) -> Option<u64> {
        let counted = self.0.is_counted.load(Ordering::Relaxed);
        counted.then(|| count.load(Ordering::Relaxed))
    }
}
