//! What exporters over gRPC share: where to connect, the connection, and what a status means.

mod connection;
mod endpoint;
mod status;

pub(super) use self::connection::{Connection, Pings};
pub(super) use self::endpoint::Target;
pub(super) use self::status::error;
