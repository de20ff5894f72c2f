//! The text of `tracestate`: what other tracing systems want carried along.
//!
//! <https://www.w3.org/TR/trace-context-2/#tracestate-header>
//!
//! # What is kept beside OpenTelemetry's own type
//!
//! [`opentelemetry::trace::TraceState`] cannot hold everything a valid header can: it refuses keys
//! that Level 2 allows (two `@`, or one with more than thirteen characters after it), and forgets
//! spaces, empty members and repeated keys. So a header that would not come out of it as it went
//! in is kept in the `Context` as a [`TraceStateHeader`], beside the span context whose
//! `TraceState` has the rest.
//!
//! When a context of the same trace is injected, the two are compared, member by member:
//!
//! - The `TraceState` is what the header was read into: nobody changed it, and the header is sent
//!   on byte for byte.
//! - It has changed: members that are new, changed or moved go first, in the order of the
//!   `TraceState`; then the others in the order received, with those the `TraceState` could not
//!   hold; then everything past the 32nd is cut off.
//! - It is empty and was not: somebody cleared it, and nothing is sent.
//!
//! Spans made by an SDK keep their parent's `TraceState`, and `Context::with_span` keeps the
//! values of the context, so this holds for children. A span context taken out of its `Context`
//! and put into another one carries what `TraceState` holds.

mod grammar;
mod header;
mod list;
mod send;

pub use header::TraceStateHeader;
pub(crate) use header::read;
pub(crate) use send::{format, resend};

/// The most members a `tracestate` may have, over all its headers.
pub const MAX_MEMBERS: usize = 32;

/// The most bytes 32 members of the greatest length can take, with the commas between them.
pub const MAX_BYTES: usize = MAX_MEMBERS * (grammar::MAX_KEY + 1 + grammar::MAX_VALUE + 1) - 1;
