//! OTLP (opentelemetry-proto 1.11.0) as bytes: count, check, view, split and translate requests
//! without decoding them into structs.
//!
//! An export request of any signal has one shape, `resource_x = 1 { resource = 1, scope_x = 2 {
//! scope = 1, x = 2 } }`, and so two requests are joined by writing one behind the other.
//!
//! | function | what it costs | what it says |
//! |---|---|---|
//! | [`scan`] | 3 ns a field, 0.1 us a span | the framing is sound, how many items there are |
//! | [`check`] | five times that | every field decodes |
//! | [`identified`] | a copy | the same request without spans that have no ids |
//! | [`edit`] | a copy, if anything changes | what came out, which items were removed |
//! | [`group`] | a copy, if anything is to be joined | what came from one node, together |
//! | [`split`] | a copy | the same items in several requests |
//! | [`json::decode`], [`json::encode`] | 4 us, 2 us a span | OTLP/JSON and back |
//! | [`response`] | next to nothing | what the receiver answers |
//!
//! The costs are those of one core on a span of 400 bytes with eight attributes, an event, a link
//! and a resource of its own.

mod check;
pub mod edit;
mod group;
pub mod json;
pub mod response;
mod scan;
pub(crate) mod schema;
mod sift;
mod signal;
mod split;
#[cfg(test)]
pub(crate) mod tests;
pub mod view;
pub mod write;

pub use self::check::{CheckError, MAX_DEPTH, check, scan_deep};
pub use self::group::{Grouped, group};
pub use self::scan::{Counts, Limits, ScanError, scan};
pub use self::sift::identified;
pub use self::signal::Signal;
pub use self::split::{Part, split};
