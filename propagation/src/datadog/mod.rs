//! What stands in the `x-datadog-*` headers.
//!
//! The format that reads and writes them is [`crate::formats::datadog`].

mod bag;
mod decimal;
mod tags;

pub(crate) use bag::{BAGGAGE_PREFIX, Bag, read as read_bag};
pub(crate) use decimal::{id, priority};
pub(crate) use tags::{Tags, read as read_tags};

/// The most bytes of `x-datadog-tags` that are read or sent: the default of Datadog's tracers.
pub const MAX_TAGS_BYTES: usize = 512;

/// The longest `x-datadog-origin` that is read, in bytes. Origins are words such as `synthetics`;
/// no document limits them.
pub const MAX_ORIGIN_BYTES: usize = 128;
