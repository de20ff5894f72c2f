//! OTLP/JSON, both ways, straight between JSON text and protobuf bytes.
//!
//! [`decode`] reads what any sender may write and [`encode`] writes what any receiver reads:
//!
//! | | read | written |
//! |---|---|---|
//! | `traceId`, `spanId`, `parentSpanId` | hex of either case, any even length | lower-case hex |
//! | other bytes | base64, standard or URL-safe, padded or not | standard, padded |
//! | 64-bit integers | strings or numbers | strings |
//! | enums | integers; names are refused | integers |
//! | doubles | numbers, numeric strings, `"NaN"`, `"Infinity"`, `"-Infinity"` | numbers or the three words |
//! | `null` | the default; in a list, an element with the default value | never |
//! | keys | lowerCamelCase; unknown ones are skipped, one given twice is refused | in the order of the wire |
//! | defaults | | left out, except where presence is the value: oneofs, `optional`, messages |
//!
//! Senders older than OTLP 1.0 call `scopeSpans` `instrumentationLibrarySpans`, `scope`
//! `instrumentationLibrary` and so on for metrics and logs: read, never written. A oneof with two
//! values is refused. Messages nest at most [`MAX_DEPTH`](super::MAX_DEPTH) deep either way.
//!
//! Specification: <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>, and
//! <https://protobuf.dev/programming-guides/json/> for what that page leaves open.
//!
//! ```
//! use campanile_wire::otlp::{Signal, json};
//!
//! let text = br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"GET /","kind":2}]}]}]}"#;
//! let request = json::decode(Signal::Traces, text)?;
//! assert_eq!(json::encode(Signal::Traces, &request)?.as_bytes(), text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decode;
mod encode;
mod error;
mod field;
mod message;
mod scalar;
pub(crate) mod text;

pub use self::decode::decode;
pub use self::encode::encode;
pub use self::error::JsonError;

pub(super) use self::decode::decode_message;
pub(super) use self::encode::encode_message;
