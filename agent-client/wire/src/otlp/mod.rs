//! OTLP (opentelemetry-proto 1.11.0) as bytes: count, check and view requests without decoding
//! them into structs.
//!
//! An export request of any signal has one shape, `resource_x = 1 { resource = 1, scope_x = 2 {
//! scope = 1, x = 2 } }`, and so two requests are joined by writing one behind the other.

mod scan;
mod signal;
pub mod view;
pub mod write;

pub use self::scan::{Counts, Limits, ScanError, scan};
pub use self::signal::Signal;
