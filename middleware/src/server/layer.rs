//! The layer that traces a server.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use campanile_propagation::Propagator;
use http::HeaderName;
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{Tracer, TracerProvider};
use tower_layer::Layer;

use crate::current::CurrentSpan;
use crate::describe::Side;
use crate::describe::capture::{Captured, Direction};
use crate::describe::grpc::ServedMethods;
use crate::describe::methods::KnownMethods;
use crate::filter::Filter;
use crate::hooks::Ended;
use crate::record::Wrapped;
use crate::server::measured_hosts::MeasuredHosts;
use crate::server::service::ServerService;
use crate::server::settings::ServerSettings;
use crate::settings::{Settings, TextOf};
use crate::trust::{Cidr, ForwardingHeader, Trust, Untrusted};
use crate::view::{RequestView, ResponseView};

/// Traces and measures the requests that a server receives.
///
/// Works around any `Service<http::Request<_>>`: an axum `Router`, a hyper service, a tonic server.
/// gRPC is told from HTTP by the content type of each request. A request that another
/// `ServerLayer` traces already is passed on; only its route is noted.
///
/// Where it comes from, unless told otherwise:
///
/// - the tracer: the global tracer provider at the time of the first request, so that the layer
///   may be built before the provider is installed;
/// - the meter: the global meter provider at that time; without one nothing is measured;
/// - the propagator: [`Propagator::from_env`], at that time;
/// - everything else: the [environment](crate::environment), when the layer is built.
///
/// Clones share what was resolved.
#[must_use = "a layer does nothing until it is applied"]
pub struct ServerLayer<W = Wrapped> {
    settings: Arc<ServerSettings>,
    wrap: PhantomData<fn() -> W>,
}

impl ServerLayer {
    /// A layer over the global providers, and what the environment says.
    pub fn new() -> Self {
        Self::of(Arc::new(ServerSettings::from_environment()))
    }
}

impl<W> ServerLayer<W> {
    pub(crate) fn of(settings: Arc<ServerSettings>) -> Self {
        Self {
            settings,
            wrap: PhantomData,
        }
    }

    /// The same settings, for another type of body.
    #[cfg(feature = "axum")]
    pub(crate) fn into_settings(self) -> Arc<ServerSettings> {
        self.settings
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
        telemetry.set_meter_provider(Side::Server, provider);
        self
    }

    /// Measures nothing, whatever the global meter provider is.
    pub fn without_metrics(mut self) -> Self {
        self.common().telemetry.set_no_metrics();
        self
    }

    /// Reads headers with `propagator` instead of the one that the environment names.
    pub fn with_propagator(mut self, propagator: Propagator) -> Self {
        self.common().telemetry.set_propagator(propagator);
        self
    }

    /// Traces only what `filter` accepts, and every filter before it.
    ///
    /// What is refused costs the look at it and nothing else: [`filter`](mod@crate::filter).
    pub fn with_filter(mut self, filter: impl Filter + 'static) -> Self {
        self.common().filters.push(filter);
        self
    }

    /// Believes only whom `trust` names; by default everybody. See [`trust`](mod@crate::trust).
    pub fn with_trust(mut self, trust: Trust) -> Self {
        self.server().trust = trust;
        self
    }

    /// What becomes of contexts that are not believed; by default [`Untrusted::Link`].
    pub fn with_untrusted(mut self, untrusted: Untrusted) -> Self {
        self.server().untrusted = untrusted;
        self
    }

    /// Believes `Forwarded`, or `X-Forwarded-For`, `-Proto` and `-Host`, of proxies in these
    /// networks: who the client is, and by which scheme and host it called. By default nobody's:
    /// anybody can send them.
    ///
    /// The client is the first hop, from here outwards, that is not in the networks. Where a
    /// request has both kinds of headers neither is believed, unless
    /// [`with_forwarding_header`](Self::with_forwarding_header) says which one the proxies write.
    pub fn with_trusted_proxies(mut self, networks: impl IntoIterator<Item = Cidr>) -> Self {
        self.server().proxies = networks.into_iter().collect();
        self
    }

    /// Says which header the [trusted proxies](Self::with_trusted_proxies) write; the other one is
    /// not looked at.
    pub fn with_forwarding_header(mut self, header: ForwardingHeader) -> Self {
        self.server().forwarding = Some(header);
        self
    }

    /// Says that requests come over TLS: `url.scheme` is `https` where the request itself and
    /// trusted proxies say nothing. Without it that is `http`, because TLS is not visible here.
    pub fn with_tls(mut self) -> Self {
        self.server().scheme = "https";
        self
    }

    /// Hides queries: no `url.query`, instead of one without the values of sensitive keys.
    pub fn without_queries(mut self) -> Self {
        self.common().redaction.hide_everything();
        self
    }

    /// Names spans. Where `name` gives none, the name is as always: `{method} {route}`, or the
    /// service and method of a gRPC call. A name must have few values.
    ///
    /// One request is named by [`request::SpanName`](crate::request::SpanName) further out, or by
    /// [`CurrentSpan::set_name`] in the handler.
    pub fn with_span_name(
        mut self,
        name: impl Fn(&RequestView<'_>) -> Option<Cow<'static, str>> + Send + Sync + 'static,
    ) -> Self {
        self.common().span_name = Some(TextOf::new(name));
        self
    }

    /// Records what the conventions leave to choice, by its name there: `client.port`,
    /// `http.request.body.size` (as announced), `network.transport`, `user_agent.synthetic.type`,
    /// and `http.request.header.<name>`. Other names are told in a warning
    /// of `tracing`.
    ///
    /// Headers are added to those that are captured already.
    pub fn with_request_attributes<N: AsRef<str>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.common().ask_for(names);
        self
    }

    /// Records these request headers as `http.request.header.<name>` (gRPC:
    /// `rpc.request.metadata.<name>`) instead of those that the environment names. By default
    /// none: headers hold secrets. The values of `Authorization`, `Cookie` and whatever is marked
    /// as sensitive are `REDACTED` even so. At most 64 headers, 16 values each, 1024 bytes each.
    pub fn with_request_headers(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.common().request_headers = Captured::new(Direction::Request, names);
        self
    }

    /// Records these response headers as `http.response.header.<name>` (gRPC:
    /// `rpc.response.metadata.<name>`). As [`with_request_headers`](Self::with_request_headers).
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

    /// Shows `REDACTED-` and a hash in the place of sensitive query values, so that equal ones can
    /// be told from others in `url.query`. The key of the hash is random, and the same for the whole
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

    /// Says which gRPC methods, `package.Service/Method`, are served: calls of others are
    /// `_OTHER` from the start.
    ///
    /// Without it only the answer shows whether there is such a method: `rpc.method` is recorded
    /// at the end, where samplers do not see it, and is `_OTHER` when the answer is
    /// `UNIMPLEMENTED`.
    pub fn with_grpc_methods<M: AsRef<str>>(
        mut self,
        methods: impl IntoIterator<Item = M>,
    ) -> Self {
        self.server().grpc_methods = ServedMethods::new(methods);
        self
    }

    /// Counts the bytes of bodies: `http.response.body.size` on spans, and the metrics
    /// `http.server.request.body.size` and `http.server.response.body.size`.
    ///
    /// Of a request it is what `Content-Length` announces; with
    /// [`RequestBodyLayer`](crate::RequestBodyLayer) inside, what was read.
    pub fn with_body_sizes(mut self) -> Self {
        self.common().body_sizes = true;
        self
    }

    /// Counts the messages of gRPC calls: `grpc.response.messages`, and with
    /// [`RequestBodyLayer`](crate::RequestBodyLayer) inside `grpc.request.messages`. The
    /// conventions have no names for them.
    pub fn with_message_counts(mut self) -> Self {
        self.common().message_counts = true;
        self
    }

    /// Tells callers which span served them, in the response's `server-timing`, where that span is
    /// recorded: [`campanile_propagation::server_timing`] says by which draft, and to whom not to.
    pub fn with_server_timing(mut self) -> Self {
        self.common().server_timing = true;
        self
    }

    /// Starts spans when a proxy in front had the request, by this header of its (such as
    /// `x-request-start`): a time of the Unix epoch. Believed only of the
    /// [trusted proxies](Self::with_trusted_proxies), and not when it lies in the future or more
    /// than an hour ago. One request is told by [`request::StartTime`](crate::request::StartTime).
    pub fn with_start_header(mut self, name: HeaderName) -> Self {
        self.server().start_header = Some(name);
        self
    }

    /// Tells these hosts apart in metrics (`shop.example`, or `shop.example:8443` for that port
    /// only); all others are `_OTHER`. By default metrics say nothing of hosts: who makes hosts up
    /// would make series.
    pub fn with_hosts_in_metrics<H: AsRef<str>>(
        mut self,
        hosts: impl IntoIterator<Item = H>,
    ) -> Self {
        self.server().measured_hosts = Some(MeasuredHosts::new(hosts));
        self
    }

    /// Calls `hook` when a span has started, before the service is called.
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

    /// Calls `hook` when the service has answered, before the body is sent.
    pub fn on_response(
        mut self,
        hook: impl Fn(&CurrentSpan, &ResponseView<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.common().hooks.push_response(hook);
        self
    }

    /// Calls `hook` when the request has ended, however it did, just before the span ends: what
    /// the hook sets on the span is still recorded.
    pub fn on_end(
        mut self,
        hook: impl Fn(&CurrentSpan, &Ended<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.common().hooks.push_end(hook);
        self
    }

    fn server(&mut self) -> &mut ServerSettings {
        Arc::make_mut(&mut self.settings)
    }

    fn common(&mut self) -> &mut Settings {
        self.server().common_mut()
    }
}

impl Default for ServerLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<W> Clone for ServerLayer<W> {
    fn clone(&self) -> Self {
        Self::of(Arc::clone(&self.settings))
    }
}

impl<W> fmt::Debug for ServerLayer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerLayer")
            .field("settings", &self.settings)
            .finish()
    }
}

impl<S, W> Layer<S> for ServerLayer<W> {
    type Service = ServerService<S, W>;

    fn layer(&self, inner: S) -> Self::Service {
        ServerService::new(inner, Arc::clone(&self.settings))
    }
}
