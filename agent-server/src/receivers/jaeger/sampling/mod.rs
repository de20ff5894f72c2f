//! What clients with a remote sampler are told.
//!
//! A client asks once a minute or so by the name of its service. The answers are made once, from
//! the configuration, and there are three forms of them: JSON with the type as a word, JSON with
//! the type as a number (as the first clients want it), and protobuf. Fields are written even when
//! they are zero: `samplingRate` 0 says "never" and must not be missing.

mod answers;
mod grpc;
mod http;
mod json;
mod table;

pub(super) use self::grpc::{GET, MAX_QUESTION, grpc_answer, serve_grpc};
pub(super) use self::http::{Form, answer, serve_http};
pub(super) use self::table::{Table, table};
