//! What exporters over gRPC share: where to connect, the connection, the call, and what a status means.

mod connection;
mod endpoint;
mod status;
mod unary;

pub(super) use self::connection::{Connection, Pings};
pub(super) use self::endpoint::Target;
pub(super) use self::status::error;
pub(super) use self::unary::{Message, call};
