//! A kit to test what your services trace: a [`Recorder`] in the place of an exporter, spans
//! written as a tree, and the semantic conventions as a check.
//!
//! Put the layers of a recorder around what you test, let it work, and say what the trace should
//! look like:
//!
//! ```
//! use std::convert::Infallible;
//!
//! use campanile_middleware::testing::Recorder;
//! use http::{Request, Response};
//! use http_body_util::{BodyExt, Empty};
//! use bytes::Bytes;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let telemetry = Recorder::new();
//!
//! // In the place of your own: a service, and a client that is called by its handler.
//! let backend = service_fn(|_: Request<Empty<Bytes>>| async {
//!     Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
//! });
//! let client = telemetry.client_layer().layer(backend);
//! let app = telemetry.server_layer().layer(service_fn(move |_: Request<Empty<Bytes>>| {
//!     let call = Request::get("http://stock.example/items/7").body(Empty::new());
//!     client.clone().oneshot(call.unwrap())
//! }));
//!
//! let request = Request::get("/carts/7").body(Empty::new()).unwrap();
//! let response = app.oneshot(request).await.unwrap();
//! // The span lasts as long as the body.
//! response.into_body().collect().await.unwrap();
//!
//! telemetry.assert_tree(
//!     "
//!     GET [server 200]
//!       GET [client 200]
//!     ",
//! );
//! telemetry.assert_conventions();
//! # }
//! ```
//!
//! Inside of an axum `Router` the name has a route: `GET /carts/{id} [server 200]`.
//!
//! # The tree
//!
//! Each span is a line, two spaces deeper than its parent; siblings stand in the order in which
//! they started. A span whose parent has not ended, or was never recorded here, is a root.
//!
//! | a span that | is written |
//! |---|---|
//! | a server or a client records | `GET /users/{id} [server 200]` |
//! | has the status of a gRPC call | `shop.Orders/Place [client OK]` |
//! | has the status `Error` | `GET [client 404 error]`, `shop.Orders/Place [server INTERNAL error]` |
//! | has another `error.type` than the status | `GET [server 200 error: cancelled]` |
//! | got no response | `GET [client error: connect]` |
//! | is of another kind | `orders send [producer]` |
//! | is internal, like most of your own | `load the cart`, with an error `load the cart [internal error]` |
//!
//! An expected line may say less:
//!
//! | a line | means a span of that name and |
//! |---|---|
//! | `GET [client 200]` | kind and status, without an error |
//! | `GET [client]` | kind, however it ended |
//! | `GET [client error]` | kind, with an error of any type and any status |
//! | `GET [client 200 error]` | kind and status, with an error of any type |
//! | `load the cart` | the kind internal, however it ended |
//!
//! Blank lines mean nothing, nor does what all lines are indented by. When a test fails it shows
//! both trees, with marks beside the lines that differ:
//!
//! ```
//! use campanile_middleware::testing::Recorder;
//! use opentelemetry::trace::{Tracer as _, TracerProvider as _};
//!
//! let telemetry = Recorder::new();
//! let tracer = telemetry.tracer_provider().tracer("app");
//! tracer.in_span("load the cart", |_| drop(tracer.start("count")));
//!
//! let difference = telemetry.difference("load the cart\n  sum up").unwrap();
//! assert_eq!(
//!     difference,
//!     "the spans that have ended are not the expected ones
//!
//! expected:
//!     load the cart
//!   -   sum up
//!
//! found:
//!     load the cart
//!   +   count
//! ",
//! );
//! ```
//!
//! # When spans end
//!
//! [`Recorder`] waits for nothing. A server's span ends with the last byte of its body, and over a
//! socket that may be after the client has read it: poll [`Recorder::difference`] until it is
//! none. The order of siblings that run at the same time is not certain; look at
//! [`Recorder::spans`] instead.
//!
//! # The conventions
//!
//! [`Recorder::assert_conventions`] compares every ended span and every metric with the
//! [`conventions`]. Where an application uses what they leave to choice, it says so:
//!
//! ```
//! use campanile_middleware::testing::Recorder;
//! use campanile_middleware::testing::conventions::Check;
//!
//! let telemetry = Recorder::new();
//! let check = Check::new()
//!     .allow_cancelled_calls()
//!     .allow_opt_in("http.request.header.x-request-id");
//! assert_eq!(telemetry.violations_of(&check), []);
//! ```
//!
//! # Limits
//!
//! The layers of a recorder read the [environment](crate::environment) as others do, but for
//! `OTEL_PROPAGATORS`.

pub mod conventions;
mod notation;
mod recorder;
#[cfg(test)]
mod tests;
mod tree;
#[cfg(test)]
pub(crate) mod words;

pub use self::recorder::Recorder;
