//! Tower layers that trace HTTP and gRPC servers and clients with OpenTelemetry.
//!
//! # The smallest program
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use campanile_middleware::ServerLayer;
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> std::io::Result<()> {
//!     // Install a tracer provider here; until there is one, nothing is recorded.
//!     let app = Router::new()
//!         .route("/users/{id}", get(|| async { "hello" }))
//!         .layer(ServerLayer::new());
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     axum::serve(listener, app).await
//! }
//! ```
//!
//! Each request now has a SERVER span named `GET /users/{id}`, the child of the span that the
//! caller names in its headers. Several layers around one request still make one span, by the
//! settings of the outermost one. While the
//! handler runs and its body is produced, the span is the current one
//! ([`opentelemetry::Context::current`]), so whatever else is traced becomes its child.
//!
//! # Clients
//!
//! [`ClientLayer`] goes around any Tower client of HTTP requests. It starts a CLIENT span under the
//! current one and sends its context along:
//!
//! ```
//! use campanile_middleware::ClientLayer;
//! use tower::{Layer, Service, service_fn};
//!
//! # async fn send(_: http::Request<String>) -> Result<http::Response<String>, std::io::Error> {
//! #     Ok(http::Response::default())
//! # }
//! let mut client = ClientLayer::new().layer(service_fn(send));
//! let response = client.call(http::Request::new("hello".to_owned()));
//! # drop(response);
//! ```
//!
//! For `reqwest` there is `TraceMiddleware` (feature `reqwest`).
//!
//! # gRPC
//!
//! The same two layers serve tonic. A request whose content type is `application/grpc` is described
//! by the RPC conventions, with the status of the call from headers or trailers:
//!
//! ```
//! use campanile_middleware::{ClientLayer, ServerLayer};
//! use tonic::transport::{Channel, Server};
//! use tower::Layer;
//!
//! # let _runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # let _entered = _runtime.enter();
//! let server = Server::builder().layer(ServerLayer::new());
//!
//! let uri: http::Uri = "http://127.0.0.1:50051".parse()?;
//! let channel = Channel::builder(uri.clone()).connect_lazy();
//! // Give this to the generated client. The channel adds the host below the layer, so say it here.
//! let channel = ClientLayer::new().with_origin(uri).layer(channel);
//! # let _ = (server, channel);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # When a span starts and ends
//!
//! It starts when the layer's `call` runs (earlier, where [`request::StartTime`] or
//! [`ServerLayer::with_start_header`] say so), and ends exactly once:
//!
//! | what happens | ends | `error.type`, and status `Error` |
//! |---|---|---|
//! | the body gives its last frame | with that frame, its trailers included | HTTP: the status code, when it is 5xx, or 4xx on a client; gRPC: the status name, when it is an error to that side |
//! | the body gives as many bytes as its size hint or `Content-Length` says (not gRPC) | with the last byte | the same |
//! | there is no body: `HEAD`, 204, 304, or a body at its end | at the response head | the same |
//! | 101, or a `CONNECT` that succeeds | at the response head | the same |
//! | the service returns an error | then | the name of the error's type; `_OTHER` when it is boxed; of `reqwest`: `timeout`, `connect`, `redirect` |
//! | the body returns an error | then | the same |
//! | future or body is dropped, server | then | HTTP: the status code when it is 5xx, else `cancelled`; gRPC without a status: none, the status is `CANCELLED` |
//! | future or body is dropped, client | then | none but what the response already said: to let go is no error; gRPC without a status is `CANCELLED` |
//! | a gRPC call fails or is dropped after its `grpc-timeout` | then | `DEADLINE_EXCEEDED`, which is the status too |
//! | handler, future or body panics | while it unwinds | `panic` |
//!
//! A response body that a client never reads keeps its span open until the body is dropped. What a
//! handler spawns does not stretch the span, though it may go on to use its context: [`task`].
//!
//! Errors of a gRPC server are `UNKNOWN`, `DEADLINE_EXCEEDED`, `UNIMPLEMENTED`, `INTERNAL`,
//! `UNAVAILABLE` and `DATA_LOSS`; on a client all but `OK`. A response without a status is judged by
//! its HTTP code. The status `Ok` is never set: that is for the application.
//!
//! # What a span says
//!
//! Names, attributes and status follow the OpenTelemetry
//! [semantic conventions 1.44](https://github.com/open-telemetry/semantic-conventions/tree/v1.44.0).
//! What a request does not say is absent from the span. No header is captured but `User-Agent`.
//! Credentials in URLs and the values of seven signature keys of queries become `REDACTED`
//! ([other keys](ServerLayer::with_sensitive_query_keys),
//! [hashes](ServerLayer::with_hashed_query_values), [no queries](ServerLayer::without_queries)).
//! Methods that HTTP does not know are `_OTHER`, and no text
//! is longer than 4,096 bytes. Addresses are those of the connection:
//! `Forwarded` headers are believed only of
//! [trusted proxies](ServerLayer::with_trusted_proxies).
//!
//! - **Route.** Inside an axum `Router` (`Router::layer`, `Router::route_layer`) the layer knows the
//!   matched route. A layer around the `Router` cannot see it; a second [`ServerLayer`] inside tells
//!   it, and so does the [`CurrentSpan`] extractor in a handler.
//!   [`CurrentSpan::set_route`] works with any framework. What `nest_service` serves has no route to
//!   axum either. (A layer around a whole `Router` that is
//!   given to `axum::serve` has to keep its type of body: [`for_axum`](ServerLayer::for_axum).)
//! - **Name.** `{method} {route}`, `{method} {url.template}` on a client, the method of a gRPC
//!   call; otherwise what [`request::SpanName`], [`ServerLayer::with_span_name`] or
//!   [`CurrentSpan::set_name`] say.
//! - **Peer.** `client.address` needs axum's
//!   `into_make_service_with_connect_info::<SocketAddr>()`; tonic over plain TCP has it by itself;
//!   other servers say it with [`request::Peer`]. Clients know it with the feature `hyper` or `reqwest`.
//!
//! # Tuning
//!
//! Everything is a method of the layer, none of them fails, and the [environment] sets the
//! defaults:
//!
//! | to | use |
//! |---|---|
//! | trace some requests and not others | [`with_filter`](ServerLayer::with_filter), [`filter`]; [`request::Suppress`] |
//! | believe only some callers | [`with_trust`](ServerLayer::with_trust), [`trust`] |
//! | keep the context from third parties | [`ClientLayer::with_allowed_hosts`], [`request::NoPropagation`] |
//! | record more of a request | [`with_request_attributes`](ServerLayer::with_request_attributes), [`with_request_headers`](ServerLayer::with_request_headers), [`with_body_sizes`](ServerLayer::with_body_sizes) with [`RequestBodyLayer`] |
//! | run code of your own | [`on_start`](ServerLayer::on_start), [`on_response`](ServerLayer::on_response), [`on_end`](ServerLayer::on_end) |
//! | tell attempts apart | [`ResendLayer`] around a retry layer |
//! | see how long a client waits for its connections | [`ConnectorLayer`] around its connector |
//! | tell callers their trace | [`with_server_timing`](ServerLayer::with_server_timing) |
//! | pay nothing for what is filtered out, in axum | [`for_axum`](ServerLayer::for_axum) |
//! | see `tracing` in the trace | `bridge` (feature `tracing`) |
//! | test what is traced | `testing` (feature `testing`) |
//!
//! Hooks see a [`RequestView`], a [`ResponseView`] and what [`Ended`] says, never the body:
//!
//! ```
//! use campanile_middleware::ServerLayer;
//! use campanile_middleware::filter::{grpc_health_check, not, path};
//! use opentelemetry::KeyValue;
//!
//! let layer = ServerLayer::new()
//!     .with_filter(not(path("/healthz")))
//!     .with_filter(not(grpc_health_check()))
//!     .on_start(|span, request| {
//!         if request.headers().contains_key("x-canary") {
//!             span.set_attribute(KeyValue::new("app.canary", true));
//!         }
//!     })
//!     .on_end(|span, ended| {
//!         span.set_attribute(KeyValue::new("app.slow", ended.duration.as_millis() > 500));
//!     });
//! # let _ = layer;
//! ```
//!
//! # Metrics
//!
//! The same layers measure, with the clock and the outcome of the span, sampled or not:
//! `http.server.request.duration` and `http.client.request.duration`, `http.server.active_requests`
//! and `http.client.active_requests`, `rpc.server.call.duration` and `rpc.client.call.duration`,
//! and, [where asked for](ServerLayer::with_body_sizes), the sizes of bodies. Buckets are those of
//! the conventions. Nothing is measured until there is a meter provider.
//!
//! No client can make series up: methods are known ones, and `_OTHER` where the server refuses them;
//! routes and templates are the application's; gRPC methods are such as a service has answered for;
//! schemes are what [`with_tls`](ServerLayer::with_tls) or a trusted proxy says; hosts are left out
//! on servers unless they are [named](ServerLayer::with_hosts_in_metrics). Every set has a bound
//! (1,024 routes, 1,024 gRPC methods, 128 hosts of clients with their ports, 512 templates), beyond
//! which a value is `_OTHER` or absent. What is left are products, of routes, their methods,
//! statuses and versions of HTTP: give the SDK a view with a greater limit where they are more than
//! its 2,000.
//!
//! # Where things come from
//!
//! Tracer, meter and propagator are resolved when the first request arrives: the global providers,
//! and the propagators that `OTEL_PROPAGATORS` names. (A meter provider without any state is taken for
//! the one that stands in for a missing one.) So a layer may be built before the provider
//! is installed, but a request served before that fixes the layer to recording nothing. To depend
//! on no globals, give all to the layer:
//!
//! ```
//! use campanile_middleware::ServerLayer;
//! use campanile_propagation::Propagator;
//! use opentelemetry_sdk::metrics::SdkMeterProvider;
//! use opentelemetry_sdk::trace::SdkTracerProvider;
//!
//! let layer = ServerLayer::new()
//!     .with_tracer_provider(&SdkTracerProvider::default())
//!     .with_meter_provider(&SdkMeterProvider::default())
//!     .with_propagator(Propagator::w3c());
//! # let _ = layer;
//! ```
//!
//! A header that cannot be read never hurts the request: it gets a new trace. Without a provider,
//! or when the trace is not sampled, the context still flows from server to client. Under
//! [`with_telemetry_suppressed`](opentelemetry::Context::with_telemetry_suppressed) nothing is
//! traced or sent: exporters work there.
//!
//! Attributes are built before the sampler is asked, so that it can look at them, except below a
//! parent that was not sampled: there they are built only if the span records after all.
//!
//! # What is asked of a service
//!
//! Nothing that Tower does not ask: no `Clone`, `Send` or `'static`, nothing of its error, which is
//! passed on as it is. Futures and bodies are named types without boxes; `size_hint`,
//! `is_end_stream` and trailers are those of the inner body.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `axum` (default) | [`CurrentSpan`] as an extractor; routes and peer addresses; [`for_axum`](ServerLayer::for_axum) |
//! | `hyper` | peer addresses of hyper-util's clients |
//! | `reqwest` | [`ClientLayer`] around a `reqwest::Client`, `TraceMiddleware` for `reqwest-middleware` |
//! | `testing` | `testing`: a recorder for tests, and the check of the semantic conventions |
//! | `tokio` | `task::spawn`, `task::spawn_blocking` |
//! | `tonic` | peer addresses of tonic servers |
//! | `tracing` | `bridge`: the spans and events of `tracing` in the trace |
//!
//! # Limits
//!
//! - The server's `url.scheme` is `http` unless the URI, a trusted proxy or
//!   [`with_tls`](ServerLayer::with_tls) says otherwise: TLS is not visible.
//! - The `rpc.method` of a server is recorded at its end, unless
//!   [`with_grpc_methods`](ServerLayer::with_grpc_methods) says which there are. In metrics a method
//!   is `_OTHER` until a service has answered for it.
//! - tonic over TLS does not tell the peer's address; [`request::Peer`] does.
//! - There are no exemplars. DNS, TCP and TLS are one span, `connect`, not three.
//! - A provider, context or span of another version of `opentelemetry` is not seen: use the one
//!   that is [re-exported](opentelemetry).
//! - gRPC-Web is traced as HTTP: its status is inside the body.
//! - What looks like a gRPC call is described and measured as one, of the method `_OTHER`, also by a
//!   server that serves none; it is an error only where its answer is 5xx.
//! - A timeout around [`ClientLayer`] drops its future, which is no error; put the timeout inside,
//!   where it is one.
//! - A client's parent is the span that is current when its `call` runs. `tower::buffer` calls what
//!   is inside it from a task of its own: put [`ClientLayer`] around the buffer, or
//!   [`request::Parent`] into the request.
//! - Redirects that a client follows by itself (`reqwest`) are part of one span; those that a layer
//!   around [`ClientLayer`] follows have a span each.
//! - Names are kept for the life of the process, at most 6,000 of at most 256 bytes.

#[cfg(feature = "axum")]
mod axum;
#[cfg(not(feature = "axum"))]
#[path = "axum/absent.rs"]
mod axum;
#[cfg(feature = "tracing")]
pub mod bridge;
mod client;
mod connect;
mod current;
mod describe;
pub mod environment;
pub mod filter;
mod hooks;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(not(feature = "hyper"))]
#[path = "hyper/absent.rs"]
mod hyper;
mod metrics;
mod names;
mod record;
pub mod request;
mod request_body;
#[cfg(feature = "reqwest")]
mod reqwest;
mod server;
mod settings;
pub mod task;
mod telemetry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(feature = "tonic")]
mod tonic;
#[cfg(not(feature = "tonic"))]
#[path = "tonic/absent.rs"]
mod tonic;
pub mod trust;
mod view;

/// The OpenTelemetry API that the layers use. Take it from here to be sure of the same version:
/// contexts and providers of another one are not seen.
pub use opentelemetry;

/// The header formats, of which [`ServerLayer::with_propagator`] and
/// [`ClientLayer::with_propagator`] take one or several.
pub use campanile_propagation as propagation;

#[cfg(feature = "axum")]
pub use self::axum::AxumBody;
pub use self::client::{ClientLayer, ClientService, ResendLayer, ResendService, Resends};
pub use self::connect::{ConnectFuture, ConnectorLayer, ConnectorService};
pub use self::current::CurrentSpan;
pub use self::hooks::Ended;
pub use self::record::{ByType, NameError, Outcome, ResponseFuture, TracedBody, WrapBody, Wrapped};
pub use self::request_body::{CountedBody, RequestBodyLayer, RequestBodyService};
#[cfg(feature = "reqwest")]
pub use self::reqwest::{ReqwestFuture, TraceMiddleware};
pub use self::server::{ServerLayer, ServerService};
pub use self::view::{RequestView, ResponseView};

/// The example of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
