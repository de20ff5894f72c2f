//! Serving HTTP/1.1, HTTP/2 and gRPC on one listener, with limits that hold before any handler
//! runs. Receivers and extensions share it.
//!
//! | limit | value |
//! |---|---|
//! | connections | 1,024; further ones wait in the kernel's backlog |
//! | connections of one peer | 128; of IPv6, of one network of 64 bits; this machine's are not counted |
//! | TLS handshake | 5 s |
//! | first bytes | 5 s to show whether it is HTTP/1 or HTTP/2 |
//! | request head | HTTP/1: 5 s to arrive; 64 fields, 16 KiB |
//! | between requests | HTTP/1: 60 s |
//! | answers | 30 s for the peer to read some of what waits for it |
//! | HTTP/2 streams | 100 per connection |
//! | requests while they arrive | what the agent's [memory](crate::admission) has; the one too many is told to come back |
//! | HTTP/2 keep-alive | a ping each 20 s, 10 s to answer |
//!
//! [`Settings`] change what a configuration may change of them. Connections that end before their
//! first request are counted in `campanile_listener_refused_connections{listener,reason}`.
//!
//! An error of `accept` never ends the loop. When the tasks' token is cancelled the listener closes,
//! and each connection finishes the requests it has begun.
//!
//! # In a receiver
//!
//! `endpoint` is a [`ListenAddress`](crate::config::ListenAddress), so that it may be a Unix socket;
//! `tls` is an `Option<ServerTls>` and `transport` a [`Transport`](crate::receivers::Transport):
//!
//! ```text
//! let listener = serve::bind(&config.endpoint, "endpoint", &context).await?;
//! let settings = serve::Settings {
//!     tls: config.tls.as_ref().map(|tls| tls.open("tls")).transpose()?,
//!     ..serve::Settings::default()
//! };
//! let settings = config.keepalive.apply(settings); // gRPC; for HTTP `HttpTimeouts`
//! let router = config.cors.layer(config.response_headers.layer(router)); // HTTP
//! serve::http_with(listener, router, settings, &tasks);
//! ```
//!
//! Each block has a `validate(prefix)` that finds what is wrong with it.
//!
//! # Files
//!
//! | file | what |
//! |---|---|
//! | `listener`, `unix`, `peer` | TCP and Unix sockets, and who connects to them |
//! | `connection`, `crowd` | the accept loop, and how many connections each peer has |
//! | `open`, `greeting`, `stream` | TLS, and which protocol the first bytes announce |
//! | `http` | HTTP/1 and HTTP/2 |
//! | `drive`, `pulse`, `watch` | how long a connection may stay in which state |
//! | `keepalive`, `timeouts`, `cors`, `response_headers` | blocks of configuration, beside [`tls`](crate::tls) |

mod connection;
mod cors;
mod crowd;
mod deadline;
mod drive;
mod greeting;
mod http;
mod keepalive;
mod listener;
mod open;
mod peer;
mod pulse;
mod refused;
mod response_headers;
mod settings;
mod stream;
#[cfg(test)]
mod tests;
mod timeouts;
mod unix;
mod watch;

pub use self::connection::{http, http_with};
pub use self::cors::Cors;
pub(crate) use self::deadline::BodyDeadline;
pub use self::keepalive::{Keepalive, ServerParameters};
pub use self::listener::{Listener, bind};
pub use self::peer::Peer;
pub use self::response_headers::ResponseHeaders;
pub use self::settings::Settings;
pub use self::timeouts::HttpTimeouts;
