//! Whose context is believed.
//!
//! A `traceparent` can be sent by anybody. Believed, it lets a stranger hide his requests
//! (`sampled=0`), have every one of them recorded (`sampled=1`), join them to traces of others,
//! and put baggage into every service behind this one. A server that strangers can reach says
//! whom it believes:
//!
//! ```
//! use campanile_middleware::ServerLayer;
//! use campanile_middleware::trust::{Cidr, Trust};
//!
//! let mesh: Vec<Cidr> = vec!["10.0.0.0/8".parse()?, "fd00::/8".parse()?];
//! let layer = ServerLayer::new().with_trust(Trust::proxies(mesh));
//! # let _ = layer;
//! # Ok::<(), campanile_middleware::trust::CidrError>(())
//! ```
//!
//! Where several layers are around one request, it is the outermost one that decides: give the
//! policy to that one.
//!
//! What is not believed is handled as [`Untrusted`] says; baggage of strangers is dropped always.
//! The other direction, which hosts a client tells its context, is
//! [`ClientLayer::with_allowed_hosts`](crate::ClientLayer::with_allowed_hosts).

mod cidr;
mod forwarding;
mod policy;
#[cfg(test)]
mod tests;

pub(crate) use self::cidr::Networks;
pub use self::cidr::{Cidr, CidrError};
pub use self::forwarding::ForwardingHeader;
pub(crate) use self::policy::Received;
pub use self::policy::{Proxies, Trust, Untrusted, When};
