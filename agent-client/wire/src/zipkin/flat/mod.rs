//! Events and links of OTLP, within the texts that Zipkin has for them.
//!
//! Zipkin knows a text at a moment, and text tags. What else an event has, and a link as a whole,
//! is written behind it, separated by `|`, as the OpenTelemetry Collector does:
//!
//! | OTLP | Zipkin |
//! |---|---|
//! | event | annotation `NAME`, or `NAME\|ATTRIBUTES\|DROPPED` when there is more than a name |
//! | link | tag `otlp.link.N` = `TRACE_ID\|SPAN_ID\|TRACESTATE\|ATTRIBUTES\|DROPPED`, and `\|FLAGS` if there are any |
//!
//! `ATTRIBUTES` is a JSON object, so a text has one reading: the last `|{` behind which a whole
//! object follows. (Within an object `|{` can only be part of a string, and what begins there has
//! an odd number of quotes.)

mod attributes;
mod read;
mod write;

pub use self::read::{read_event, read_link};
pub use self::write::{write_event, write_link};
