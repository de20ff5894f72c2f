//! The spans and events of the `tracing` crate in the trace of the request (feature `tracing`).
//!
//! ```
//! use campanile_middleware::{ServerLayer, bridge};
//! use opentelemetry_sdk::trace::SdkTracerProvider;
//! use tracing::level_filters::LevelFilter;
//! use tracing_subscriber::{Layer as _, filter::EnvFilter, fmt, prelude::*};
//!
//! // The provider of the layers: `campanile_agent_client::init` installs one, and
//! // `opentelemetry::global::tracer_provider()` is that one then.
//! let provider = SdkTracerProvider::default();
//! tracing_subscriber::registry()
//!     .with(bridge::layer(&provider).with_filter(LevelFilter::INFO))
//!     .with(fmt::layer().with_filter(EnvFilter::from_default_env()))
//!     .try_init()?;
//!
//! async fn load_cart() {
//!     tracing::info_span!("load the cart").in_scope(|| tracing::info!("loaded"));
//!     tracing::info!("handled");
//! }
//! let app: axum::Router = axum::Router::new()
//!     .route("/carts/{id}", axum::routing::get(load_cart))
//!     .layer(ServerLayer::new().with_tracer_provider(&provider));
//! # drop(app);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```text
//! GET /carts/{id}          event: handled
//!   load the cart          event: loaded
//! ```
//!
//! # What becomes of what
//!
//! | in a handler, or while its body is produced | becomes |
//! |---|---|
//! | a span of `tracing` | a child of the innermost span, whoever made that: this crate, `tracing`, or code that uses OpenTelemetry |
//! | a call through [`ClientLayer`](crate::ClientLayer), a span of OpenTelemetry's API | a child of the span of `tracing` that is entered |
//! | an event | an event of the innermost span, with its fields as attributes |
//! | an event or a span with `parent: &other` | what belongs to `other` |
//!
//! An event of level `ERROR` gives a span of `tracing` the status `Error`, as
//! `tracing-opentelemetry` does. It leaves the span of the request alone, whose status is that of
//! the response. `OpenTelemetrySpanExt` of `tracing-opentelemetry` 0.34 works as usual.
//!
//! # Filters
//!
//! The spans of [`ServerLayer`](crate::ServerLayer) and [`ClientLayer`](crate::ClientLayer) do not
//! go through `tracing`: they are there without a subscriber, and at any level. For what handlers
//! trace, give each layer its filter, as above: then the log may say `warn` while the trace has
//! `info`. A filter in front of both, `registry().with(EnvFilter::..)`, decides for both, and so
//! do the features `max_level_..` of `tracing`.
//!
//! What HTTP libraries trace is ignored: one call over HTTP/2 with client and server in one process
//! is 3 spans, and 118 with theirs. [`Bridge::with_ignored_targets`] decides otherwise. While
//! [telemetry is suppressed](opentelemetry::Context::is_telemetry_suppressed) nothing is bridged:
//! exporters work there.
//!
//! # Other layers and tasks
//!
//! A span that is entered around [`ServerLayer`](crate::ServerLayer), such as that of tower-http's
//! `TraceLayer` or of an accept loop, is the parent of requests whose caller sends no context, and
//! of no others. It gets no events of handlers. Put `TraceLayer` inside, where its span is one more
//! child.
//!
//! A task that is spawned has neither context nor span.
//! [`task::in_context`](crate::task::in_context) gives it the first;
//! `Instrument::in_current_span` of `tracing` gives it the second, which brings the first along
//! when the handler has entered one.
//!
//! # Limits
//!
//! - Of an event there are 32 fields, each of up to 4096 bytes; of a span as many events as the
//!   limits of its provider allow, 128 by default. An event for a span that has ended is lost.
//! - `tracing-opentelemetry` writes unsigned numbers as text, and makes a root of a span whose
//!   named parent is filtered out.
//! - A guard of `Span::enter` that is held across an `.await` stays entered for whatever the thread
//!   does next, other requests included. Use `Instrument`.
//! - A span processor that traces when a span ends must do so under
//!   [suppression](opentelemetry::Context::enter_telemetry_suppressed_scope): where the application
//!   itself ends the current span, the event waits for the lock of that span.
//!
//! # Design
//!
//! `tracing_opentelemetry::layer()` alone gives spans the right parents, but knows its own spans
//! only: an event outside of them is dropped, and one below a span that was entered around the
//! request lands there. So a second layer takes the events whose innermost span is not one of
//! `tracing`, and a filter keeps them from the first. Both are combined by `tracing-subscriber`
//! itself: a layer of ours around the other one would have to hand on `downcast_raw`, which is
//! `unsafe`, or break `OpenTelemetrySpanExt`.

mod events;
mod fields;
mod filter;
mod layer;
#[cfg(test)]
mod tests;

pub use self::layer::{Bridge, layer};
