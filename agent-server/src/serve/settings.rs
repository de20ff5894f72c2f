//! What a listener's configuration may change.

use std::time::Duration;

use crate::auth::Gate;
use crate::tls::Acceptor;

/// What a listener's configuration may change of the limits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a handler may take to answer.
    pub answer: Option<Duration>,
    /// Who may send; `None` for everybody.
    pub auth: Option<Gate>,
    /// How long a request's body may take to arrive; `None` for the receivers' own limit.
    pub body: Option<Duration>,
    /// How long the head of an HTTP/1 request may take to arrive.
    pub head: Duration,
    /// How long an HTTP/1 connection may be without a request.
    pub idle_http1: Option<Duration>,
    /// How long an HTTP/2 connection may be without a request.
    pub idle_http2: Option<Duration>,
    /// Whether an HTTP/1 connection may carry more than one request.
    pub keep_alive: bool,
    /// How old a connection may be; then it finishes what it has begun.
    pub max_age: Option<Duration>,
    /// How long it may take to finish.
    pub max_age_grace: Option<Duration>,
    /// Connections at a time; further ones wait in the kernel's backlog.
    pub max_connections: usize,
    /// Connections that one peer may have; of IPv6, one network of 64 bits.
    pub max_connections_per_peer: usize,
    /// Whether the peers on this machine count as one, too: they all have one address.
    pub counts_loopback: bool,
    /// HTTP/2 streams that one connection may have open at a time.
    pub max_concurrent_streams: u32,
    /// How often an HTTP/2 peer is asked whether it is there.
    pub ping_interval: Duration,
    /// How long it may take to say so.
    pub ping_timeout: Duration,
    /// How long a peer may not read what is sent to it.
    pub stall: Duration,
    /// TLS, if the listener speaks it.
    pub tls: Option<Acceptor>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            answer: None,
            auth: None,
            body: None,
            head: Duration::from_secs(5),
            idle_http1: Some(Duration::from_secs(60)),
            idle_http2: None,
            keep_alive: true,
            max_age: None,
            max_age_grace: None,
            max_connections: 1_024,
            max_connections_per_peer: 128,
            counts_loopback: false,
            max_concurrent_streams: 100,
            ping_interval: Duration::from_secs(20),
            ping_timeout: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            tls: None,
        }
    }
}
