//! The span of the request being served, for handlers and other middleware.

use std::borrow::Cow;
use std::sync::Arc;

use http::Extensions;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::describe::Side;
use crate::record::Shared;
use crate::server::RouteSlot;

/// The span of the request being served.
///
/// [`ServerLayer`](crate::ServerLayer) puts it into the extensions of every request that it traces;
/// there [`from_extensions`](Self::from_extensions) finds it. With the feature `axum` it is an
/// extractor that never rejects. The same context is current
/// ([`opentelemetry::Context::current`]) while the handler runs and while its response body is
/// produced; this type is for code that runs elsewhere, such as a spawned task.
///
/// ```
/// use campanile_middleware::CurrentSpan;
/// use opentelemetry::KeyValue;
///
/// fn handle(request: &http::Request<()>) {
///     if let Some(span) = CurrentSpan::from_extensions(request.extensions()) {
///         span.set_attribute(KeyValue::new("shop.cart.items", 3));
///         span.set_route("/carts/{id}");
///     }
/// }
/// # handle(&http::Request::new(()));
/// ```
#[derive(Clone, Debug)]
pub struct CurrentSpan {
    context: Context,
    shared: Option<Arc<Shared>>,
}

impl CurrentSpan {
    /// A span whose route may turn up; nobody asks for the route of what is not recorded.
    pub(crate) fn new(context: Context, shared: Option<Arc<Shared>>) -> Self {
        Self { context, shared }
    }

    fn slot(&self) -> Option<&RouteSlot> {
        self.shared.as_ref().map(|shared| &shared.exchange.route)
    }

    /// Where a route is left; a client has none.
    fn route(&self) -> Option<&RouteSlot> {
        let exchange = &self.shared.as_ref()?.exchange;
        (exchange.side == Side::Server).then_some(&exchange.route)
    }

    /// The span that a [`ServerLayer`](crate::ServerLayer) started for the request with these
    /// extensions.
    #[must_use]
    pub fn from_extensions(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// The context that holds the span and the baggage of the request.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Trace id, span id, flags and state of the span. Invalid when there is no span.
    #[must_use]
    pub fn span_context(&self) -> SpanContext {
        self.context.span().span_context().clone()
    }

    /// Whether attributes set on the span are kept.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.context.span().is_recording()
    }

    /// Sets an attribute of the span. Does nothing once the span has ended.
    pub fn set_attribute(&self, attribute: KeyValue) {
        self.context.span().set_attribute(attribute);
    }

    /// Names the span, instead of `{method} {route}`. A name must have few values; an empty one is
    /// no name.
    pub fn set_name(&self, name: impl Into<Cow<'static, str>>) {
        let name = name.into();
        if name.is_empty() {
            return;
        }
        if let Some(slot) = self.slot() {
            slot.set_named();
        }
        self.context.span().update_name(name);
    }

    /// Sets the route, a path template such as `/users/{id}`: `http.route`, and the second half of
    /// the span's name.
    ///
    /// Routers are not visible to a layer around them; this is how the route gets out. It wins over
    /// a route that axum matched, and must have few values: never give the path itself. Does
    /// nothing for gRPC, on a client, for an empty route, and once the span has ended.
    pub fn set_route(&self, route: impl Into<Cow<'static, str>>) {
        if let Some(slot) = self.route() {
            slot.set(route.into());
        }
    }

    /// Sets the route that a router matched. For integrations: unlike
    /// [`set_route`](Self::set_route) it does not replace what the application set itself.
    ///
    /// Nested routers call it from the outside in, each with the whole route so far.
    pub fn set_matched_route(&self, route: &str) {
        if let Some(slot) = self.route() {
            slot.set_matched(route);
        }
    }
}
