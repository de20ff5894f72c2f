//! The bodies of requests, counted while they are read.
//!
//! A layer cannot look into a request's body without changing its type, which the service inside
//! may not like. So this is a layer of its own, for who wants to know: inside a
//! [`ServerLayer`](crate::ServerLayer) or [`ClientLayer`](crate::ClientLayer) that counts bodies
//! or messages, it counts what is really read or sent, also where nothing announces it.

mod body;
mod layer;
#[cfg(test)]
mod tests;

pub use self::body::CountedBody;
pub use self::layer::{RequestBodyLayer, RequestBodyService};
