//! The layer that traces a client.

use std::borrow::Cow;
use std::sync::Arc;

use campanile_propagation::Propagator;
use http::{HeaderName, Uri};
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{Tracer, TracerProvider};
use tower_layer::Layer;

use crate::client::hosts::Hosts;
use crate::client::service::ClientService;
use crate::client::settings::ClientSettings;
use crate::current::CurrentSpan;
use crate::describe::Side;
use crate::describe::capture::{Captured, Direction};
use crate::describe::methods::KnownMethods;
use crate::filter::Filter;
use crate::hooks::Ended;
use crate::settings::{Settings, TextOf};
use crate::view::{RequestView, ResponseView};

/// Traces and measures the requests that a client sends.
///
/// Works around any `Service<http::Request<_>>`: a hyper-util client, a tonic `Channel`; with the
/// feature `reqwest` around a `reqwest::Client` too. The parent of the span is
/// [`opentelemetry::Context::current`] at the time of `call`; the span's own context goes into the
/// headers, in the place of whatever they said before.
///
/// Inside a retry layer each attempt has its span; [`ResendLayer`](crate::ResendLayer) says which
/// one it is. Around a retry layer one span covers all attempts.
///
/// Tracer, meter and propagator are resolved as those of [`ServerLayer`](crate::ServerLayer) are,
/// and one request is told apart from others by what lies in its extensions:
/// [`request`](mod@crate::request).
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is applied"]
pub struct ClientLayer {
    pub(crate) settings: Arc<ClientSettings>,
}

impl ClientLayer {
    /// A layer over the global providers, and what the environment says.
    pub fn new() -> Self {
        Self {
            settings: Arc::new(ClientSettings::from_environment()),
        }
    }

    /// Records with a tracer of `provider` instead of the global one.
    pub fn with_tracer_provider<P>(mut self, provider: &P) -> Self
    where
        P: TracerProvider,
        P::Tracer: Send + Sync + 'static,
        <P::Tracer as Tracer>::Span: Send + Sync + 'static,
    {
        self.common().telemetry.set_tracer_provider(provider);
        self
    }

    /// Measures with a meter of `provider` instead of the global one.
    pub fn with_meter_provider(mut self, provider: &impl MeterProvider) -> Self {
        let telemetry = &mut self.common().telemetry;
        telemetry.set_meter_provider(Side::Client, provider);
        self
    }

    /// Measures nothing, whatever the global meter provider is.
    pub fn without_metrics(mut self) -> Self {
        self.common().telemetry.set_no_metrics();
        self
    }

    /// Writes headers with `propagator` instead of the one that the environment names.
    pub fn with_propagator(mut self, propagator: Propagator) -> Self {
        self.common().telemetry.set_propagator(propagator);
        self
    }

    /// Says where requests go whose URI has no host.
    ///
    /// A tonic channel adds the host below this layer, so without this its spans have no
    /// `server.address`.
    pub fn with_origin(mut self, origin: Uri) -> Self {
        self.client().origin = Some(origin);
        self
    }

    /// Traces only what `filter` accepts, and every filter before it:
    /// [`filter`](mod@crate::filter).
    pub fn with_filter(mut self, filter: impl Filter + 'static) -> Self {
        self.common().filters.push(filter);
        self
    }

    /// Tells the context, baggage included, only to these hosts: a name (`api.example`), all names
    /// below a domain (`*.svc.cluster.local`), an address or a network (`10.0.0.0/16`), or
    /// everybody (`*`), which is the default. What is looked at is the request's URI, else
    /// [`with_origin`](Self::with_origin), without its port; where neither names a host, nobody is
    /// told.
    ///
    /// Requests to others have spans all the same; what they already have in the headers of any
    /// format that this crate knows is removed. A redirect that the client follows by itself below
    /// this layer is not seen here: `reqwest` sends the headers along, also to another host, unless
    /// its `redirect::Policy` says no.
    pub fn with_allowed_hosts<H: AsRef<str>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.client().allowed_hosts = Some(Hosts::new(hosts));
        self
    }

    /// Names spans. Where `name` gives none, the name is as always: `{method} {template}`,
    /// `{method}`, or the service and method of a gRPC call. A name must have few values.
    pub fn with_span_name(
        mut self,
        name: impl Fn(&RequestView<'_>) -> Option<Cow<'static, str>> + Send + Sync + 'static,
    ) -> Self {
        self.common().span_name = Some(TextOf::new(name));
        self
    }

    /// Says which template a URL was made from: `url.template` of spans and metrics. It must have
    /// few values. One request is told by [`request::UrlTemplate`](crate::request::UrlTemplate).
    pub fn with_url_template(
        mut self,
        template: impl Fn(&RequestView<'_>) -> Option<Cow<'static, str>> + Send + Sync + 'static,
    ) -> Self {
        self.client().url_template = Some(TextOf::new(template));
        self
    }

    /// Records what the conventions leave to choice, by its name there: `url.scheme`,
    /// `user_agent.original`, `user_agent.synthetic.type`, `http.request.body.size` (as announced)
    /// and `http.request.header.<name>`. Other names are told in a warning
    /// of `tracing`.
    pub fn with_request_attributes<N: AsRef<str>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.common().ask_for(names);
        self
    }

    /// Records these request headers. As
    /// [`ServerLayer::with_request_headers`](crate::ServerLayer::with_request_headers).
    pub fn with_request_headers(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.common().request_headers = Captured::new(Direction::Request, names);
        self
    }

    /// Records these response headers. As
    /// [`ServerLayer::with_request_headers`](crate::ServerLayer::with_request_headers).
    pub fn with_response_headers(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.common().response_headers = Captured::new(Direction::Response, names);
        self
    }

    /// Hides the values of these query keys instead of the seven default ones; with case.
    pub fn with_sensitive_query_keys<K: Into<String>>(
        mut self,
        keys: impl IntoIterator<Item = K>,
    ) -> Self {
        self.common().redaction.set_keys(keys);
        self
    }

    /// Hides queries: `url.full` ends with the path.
    pub fn without_queries(mut self) -> Self {
        self.common().redaction.hide_everything();
        self
    }

    /// Shows `REDACTED-` and a hash in the place of sensitive query values, so that equal ones can
    /// be told from others in `url.full`. The key of the hash is random, and the same for the whole
    /// life of the process: hashes of two processes are never equal. Queries that are
    /// [hidden whole](Self::without_queries) stay so.
    pub fn with_hashed_query_values(mut self) -> Self {
        self.common().redaction.hash_values();
        self
    }

    /// Tells these methods apart instead of the default ones; all others are `_OTHER`. With case,
    /// at most 64.
    pub fn with_known_methods<M: AsRef<str>>(
        mut self,
        methods: impl IntoIterator<Item = M>,
    ) -> Self {
        self.common().methods = KnownMethods::new(methods);
        self
    }

    /// Counts the bytes of bodies: `http.request.body.size` and `http.response.body.size` on spans,
    /// and the metrics `http.client.request.body.size` and `http.client.response.body.size`.
    ///
    /// Of a request it is what `Content-Length` announces, which most clients add below this layer
    /// only (`reqwest` tells it all the same, unless it is a stream); with
    /// [`RequestBodyLayer`](crate::RequestBodyLayer) inside, what was sent.
    pub fn with_body_sizes(mut self) -> Self {
        self.common().body_sizes = true;
        self
    }

    /// Counts the messages of gRPC calls. As
    /// [`ServerLayer::with_message_counts`](crate::ServerLayer::with_message_counts).
    pub fn with_message_counts(mut self) -> Self {
        self.common().message_counts = true;
        self
    }

    /// Calls `hook` when a span has started, before the request is sent.
    ///
    /// Hooks run for recorded spans, in the order in which they were added, with the span as the
    /// current one. A hook that panics never hurts the request.
    pub fn on_start(
        mut self,
        hook: impl Fn(&CurrentSpan, &RequestView<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.common().hooks.push_start(hook);
        self
    }

    /// Calls `hook` when the head of the response is there, before its body is read.
    pub fn on_response(
        mut self,
        hook: impl Fn(&CurrentSpan, &ResponseView<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.common().hooks.push_response(hook);
        self
    }

    /// Calls `hook` when the request has ended, however it did, just before the span ends.
    pub fn on_end(
        mut self,
        hook: impl Fn(&CurrentSpan, &Ended<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.common().hooks.push_end(hook);
        self
    }

    fn client(&mut self) -> &mut ClientSettings {
        Arc::make_mut(&mut self.settings)
    }

    fn common(&mut self) -> &mut Settings {
        self.client().common_mut()
    }
}

impl Default for ClientLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for ClientLayer {
    type Service = ClientService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ClientService::new(inner, Arc::clone(&self.settings))
    }
}
