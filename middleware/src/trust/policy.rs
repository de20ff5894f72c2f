//! Whom a server believes, and what it does about the others.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use campanile_propagation::trust::{without_baggage, without_trace_state};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

use crate::hooks::guarded;
use crate::server::address;
use crate::trust::cidr::{Cidr, Networks};
use crate::view::RequestView;

/// Whose context a server believes.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Trust {
    /// Everybody's: for services that only other services can reach.
    #[default]
    All,
    /// Nobody's: for services that strangers can reach directly.
    None,
    /// That of peers in these networks; made by [`Trust::proxies`].
    Proxies(Proxies),
    /// That of requests for which a function says so; made by [`Trust::when`].
    When(When),
}

/// The networks of [`Trust::proxies`].
#[derive(Clone, Debug)]
pub struct Proxies(Networks);

/// The function of [`Trust::when`].
#[derive(Clone)]
pub struct When(Arc<dyn Fn(&RequestView<'_>) -> bool + Send + Sync>);

impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("When").finish_non_exhaustive()
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("All"),
            Self::None => f.write_str("None"),
            Self::Proxies(proxies) => proxies.fmt(f),
            Self::When(when) => when.fmt(f),
        }
    }
}

impl Trust {
    /// Believes peers whose connection comes from one of these networks. A peer whose address is
    /// not known is a stranger: axum needs `into_make_service_with_connect_info`.
    pub fn proxies(networks: impl IntoIterator<Item = Cidr>) -> Self {
        Self::Proxies(Proxies(networks.into_iter().collect()))
    }

    /// Believes requests for which `is_trusted` says so, by a shared secret in a header for example.
    /// Where it panics, it has not said so.
    pub fn when(is_trusted: impl Fn(&RequestView<'_>) -> bool + Send + Sync + 'static) -> Self {
        Self::When(When(Arc::new(is_trusted)))
    }

    /// Whether everybody is believed, so that nobody needs to be looked at.
    #[inline]
    pub(crate) fn is_blind(&self) -> bool {
        matches!(self, Self::All)
    }

    /// Whether the sender of `request` is believed.
    #[inline]
    pub(crate) fn believes(&self, request: &RequestView<'_>) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Proxies(Proxies(networks)) => address::peer(request.extensions())
                .as_ref()
                .map(SocketAddr::ip)
                .is_some_and(|peer| networks.contain(peer)),
            Self::When(When(is_trusted)) => guarded(|| is_trusted(request)).unwrap_or(false),
        }
    }
}

/// What becomes of a context that is not believed. Its baggage is dropped in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Untrusted {
    /// A new trace, decided here, whose root is linked to the span that the stranger named.
    #[default]
    Link,
    /// A new trace, decided here, that knows nothing of the stranger's.
    Ignore,
    /// The stranger's trace and sampling decision go on, without baggage and `tracestate`: for
    /// browsers and apps of one's own, whose requests shall be seen in their traces.
    Continue,
}

/// A context that was received, as far as it is believed.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) parent: Context,
    pub(crate) link: Option<SpanContext>,
}

impl Untrusted {
    /// What is left of `extracted`, a stranger's context, in the place of which there is `current`.
    pub(crate) fn apply(self, extracted: &Context, current: &Context) -> Received {
        match self {
            Self::Link => Received {
                parent: current.clone(),
                link: remote(extracted),
            },
            Self::Ignore => Received {
                parent: current.clone(),
                link: None,
            },
            Self::Continue => Received {
                parent: without_trace_state(&without_baggage(extracted)),
                link: None,
            },
        }
    }
}

fn remote(extracted: &Context) -> Option<SpanContext> {
    let span = extracted.span();
    let span = span.span_context();
    (span.is_valid() && span.is_remote()).then(|| span.clone())
}
