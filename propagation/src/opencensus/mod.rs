//! OpenCensus's binary encoding of a span context and of tags.
//!
//! <https://github.com/census-instrumentation/opencensus-specs/blob/master/encodings/BinaryEncoding.md>
//!
//! A version byte, which is 0, and then fields: the byte of their id and a value in the form that
//! the id fixes. [`crate::formats::opencensus`] carries both in headers; here are the bytes, for
//! frameworks that hand out binary metadata as they are.
//!
//! ```
//! use campanile_propagation::opencensus::BinaryTraceContext;
//!
//! let mut bytes = [0; 29];
//! bytes[17] = 7; // the trace id, after the version and the id of its field
//! (bytes[18], bytes[26]) = (1, 8); // the span id
//! (bytes[27], bytes[28]) = (2, 1); // the options: sampled
//! let context = BinaryTraceContext::parse(&bytes)?;
//! let span = context.to_span_context().expect("there is a span id");
//! assert_eq!(BinaryTraceContext::encode(&span), Some(bytes));
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```

mod tags;
mod text;
mod trace;

pub use tags::{MAX_TAG_BYTES, MAX_TAGS_BYTES, decode_tags, encode_tags};
pub(crate) use text::{encode as encode_base64, read as read_base64};
pub use trace::{BinaryTraceContext, LENGTH};
