//! The embedded store: kept spans, in memory or on disk, bounded by bytes and age.

mod slot;

pub use self::slot::StoreSlot;

/// Kept spans.
#[derive(Debug)]
pub struct Store;
