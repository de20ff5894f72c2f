//! `jaeger.api_v2`: the messages as structs, and gRPC stubs under the crate's features `client` and
//! `server`. Generated from `proto/jaeger` by the program in `codegen`.
//!
//! The agent reads and writes spans with [`proto`](super::proto), which is cheaper.

pub use self::generated::*;

#[allow(
    missing_docs,
    unnameable_types,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    clippy::too_many_lines,
    clippy::use_self,
    reason = "generated code"
)]
mod generated {
    include!("../generated/jaeger.api_v2.rs");
}
