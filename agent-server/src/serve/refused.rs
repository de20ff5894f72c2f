//! Connections that ended before their first request, counted by reason.

use crate::component::Context;
use crate::ops::Counter;

const NAME: &str = "campanile_listener_refused_connections";
const HELP: &str = "Connections that ended before their first request, by reason.";

/// Why a connection was not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Its peer has enough connections already.
    Crowd,
    /// The TLS handshake failed or took too long.
    Handshake,
    /// The peer did not show which protocol it speaks.
    Silent,
    /// It speaks TLS, which this listener does not, or the other way round.
    Tls,
}

/// The counters of one listener.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    /// Requests that found no room while they arrived.
    pub(super) requests: Counter,
    crowd: Counter,
    handshake: Counter,
    silent: Counter,
    tls: Counter,
}

impl Refused {
    /// The counters of the listener at `key`.
    pub(super) fn new(context: &Context, key: &str) -> Self {
        let listener = format!("{}.{key}", context.id);
        let counter = |reason| {
            let labels = [("listener", listener.as_str()), ("reason", reason)];
            context.shared.metrics.counter(NAME, HELP, &labels)
        };
        let requests = context.shared.metrics.counter(
            "campanile_listener_refused_requests",
            "Requests for which there was no memory while they arrived.",
            &[("listener", listener.as_str())],
        );
        Self {
            requests,
            crowd: counter("crowd"),
            handshake: counter("handshake"),
            silent: counter("silent"),
            tls: counter("tls"),
        }
    }

    pub(super) fn count(&self, reason: Reason) {
        match reason {
            Reason::Crowd => self.crowd.add(1),
            Reason::Handshake => self.handshake.add(1),
            Reason::Silent => self.silent.add(1),
            Reason::Tls => self.tls.add(1),
        }
    }
}
