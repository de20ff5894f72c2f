//! The layer, and what can be said about it.

use std::borrow::Cow;
use std::fmt;

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::{Tracer, TracerProvider};
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::events::Events;
use super::filter::{Admission, Admitted, Bridged, TRANSPORT};

/// A layer over `provider`, for a `tracing_subscriber` registry: [`Bridge`] with nothing changed.
///
/// ```
/// use campanile_middleware::bridge;
/// use tracing_subscriber::layer::SubscriberExt;
///
/// # let provider = opentelemetry_sdk::trace::SdkTracerProvider::default();
/// let subscriber = tracing_subscriber::registry().with(bridge::layer(&provider));
/// # drop(subscriber);
/// ```
pub fn layer<S, P>(provider: &P) -> impl Layer<S> + use<S, P>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    P: TracerProvider,
    P::Tracer: Send + Sync + 'static,
    <P::Tracer as Tracer>::Span: Send + Sync + 'static,
{
    Bridge::new(provider).into_layer()
}

/// What is carried from `tracing` to OpenTelemetry, and how. [`into_layer`](Self::into_layer) makes
/// the layer.
///
/// ```
/// use campanile_middleware::bridge::Bridge;
/// use tracing::level_filters::LevelFilter;
/// use tracing_subscriber::Layer;
/// use tracing_subscriber::layer::SubscriberExt;
///
/// # let provider = opentelemetry_sdk::trace::SdkTracerProvider::default();
/// let bridge = Bridge::new(&provider).with_ignored_targets(["h2", "hyper"]).without_location();
/// let subscriber =
///     tracing_subscriber::registry().with(bridge.into_layer().with_filter(LevelFilter::INFO));
/// # drop(subscriber);
/// ```
#[derive(Clone)]
pub struct Bridge<T> {
    tracer: T,
    ignored: Vec<Cow<'static, str>>,
    location: bool,
}

impl<T> Bridge<T>
where
    T: Tracer + Send + Sync + 'static,
    T::Span: Send + Sync + 'static,
{
    /// A bridge to the tracer of `provider` that has this crate's name.
    ///
    /// Give it the provider that the layers of the services use. The global one,
    /// `opentelemetry::global::tracer_provider()`, has to be installed before.
    #[must_use]
    pub fn new(provider: &impl TracerProvider<Tracer = T>) -> Self {
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        Self {
            tracer: provider.tracer_with_scope(scope),
            ignored: TRANSPORT.map(Cow::Borrowed).into(),
            location: true,
        }
    }

    /// Ignores spans and events with these targets, and with those below: `h2` stands for
    /// `h2::client` too.
    ///
    /// By default these are the crates that speak HTTP: `h2`, `h3`, `hyper`, `hyper_util`, `mio`,
    /// `quinn`, `reqwest`, `runtime`, `rustls`, `tokio`, `tonic`, `tower` and `want`. Without them
    /// one request over HTTP/2 makes up to 150 more spans, and so does each export. Nothing is
    /// ignored with an empty list, but what OpenTelemetry's own crates log always is.
    #[must_use]
    pub fn with_ignored_targets<I>(mut self, targets: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Cow<'static, str>>,
    {
        self.ignored = targets.into_iter().map(Into::into).collect();
        self
    }

    /// Leaves out where in the source a span or an event is: `code.file.path` and
    /// `code.line.number`.
    #[must_use]
    pub fn without_location(mut self) -> Self {
        self.location = false;
        self
    }

    /// The layer, for a registry or any other subscriber that keeps spans.
    pub fn into_layer<S>(self) -> impl Layer<S> + use<S, T>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let admission = Admission::new(self.ignored);
        let events = Events {
            location: self.location,
        };
        // Handlers run on any thread, and how long a span waited is no matter of every span.
        tracing_opentelemetry::layer()
            .with_tracer(self.tracer)
            .with_context_activation(true)
            .with_location(self.location)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(Bridged(admission.clone()))
            .and_then(events.with_filter(Admitted(admission)))
    }
}

impl<T> fmt::Debug for Bridge<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge")
            .field("ignored", &self.ignored)
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}
