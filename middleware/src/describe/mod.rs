//! What a span says about a request: attributes, names and status, by the semantic conventions.
//!
//! Pinned to [version 1.44](https://github.com/open-telemetry/semantic-conventions/tree/v1.44.0):
//! [HTTP spans](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/http/http-spans.md)
//! and [gRPC spans](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/rpc/grpc.md).
//! Nothing here does I/O, reads a clock or fails: what cannot be read from a request is absent.

mod authority;
pub(crate) mod capture;
mod client;
mod exchange;
pub(crate) mod glob;
pub(crate) mod grpc;
pub(crate) mod http;
pub(crate) mod legacy;
pub(crate) mod methods;
pub(crate) mod optional;
pub(crate) mod peer;
pub(crate) mod redact;
mod server;
mod side;
mod sizes;

pub(crate) use self::authority::HostPort;
pub(crate) use self::client::ClientRequest;
pub(crate) use self::exchange::{Answer, Conclusion, Exchange, PANIC};
pub(crate) use self::server::ServerRequest;
pub(crate) use self::side::Side;
pub(crate) use self::sizes::Sizes;
