//! What a receiver answers to an export request.
//!
//! A success is an empty response, or one that says what was not accepted ([`PartialSuccess`]); the
//! sender must not send a partially accepted request again. A failure over HTTP is a
//! [`rpc_status`] in the body; over gRPC it is the status itself, whose `grpc-status-details-bin`
//! may ask the sender to wait ([`retry_info`]).
//!
//! Specification: <https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-response> and
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp-response>.
//!
//! ```
//! use campanile_wire::otlp::Signal;
//! use campanile_wire::otlp::response::{PartialSuccess, decode, encode, encode_json};
//!
//! let partial = Some(PartialSuccess {
//!     rejected: 2,
//!     message: "no trace id".to_owned(),
//! });
//! assert_eq!(
//!     encode_json(Signal::Traces, &partial),
//!     r#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"no trace id"}}"#
//! );
//! assert_eq!(decode(&encode(&partial))?, partial);
//! # Ok::<(), campanile_wire::protobuf::WireError>(())
//! ```

mod partial;
mod status;

pub use self::partial::{PartialSuccess, decode, decode_json, encode, encode_json};
pub use self::status::{retry_delay, retry_info, rpc_status, rpc_status_json, status_message};
