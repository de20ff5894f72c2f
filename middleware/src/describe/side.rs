//! Server or client.

use opentelemetry::trace::SpanKind;

/// Which side of a request is being described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Side {
    /// The kind of its spans.
    pub(crate) fn span_kind(self) -> SpanKind {
        match self {
            Self::Client => SpanKind::Client,
            Self::Server => SpanKind::Server,
        }
    }
}
