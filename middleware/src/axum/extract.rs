//! [`CurrentSpan`] as an extractor.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use opentelemetry::Context;

use crate::axum::extensions::matched_path;
use crate::current::CurrentSpan;

/// Extracts the span of the request; without a [`ServerLayer`](crate::ServerLayer), the current
/// context.
///
/// On the way it tells the span which route was matched, which a layer around the `Router` cannot
/// see. (A second [`ServerLayer`](crate::ServerLayer) inside the `Router` does that for all
/// handlers.)
///
/// ```
/// use axum::{Router, extract::Path, routing::get};
/// use campanile_middleware::{CurrentSpan, ServerLayer};
/// use opentelemetry::KeyValue;
/// use tower::Layer;
///
/// async fn user(span: CurrentSpan, Path(id): Path<u64>) -> String {
///     span.set_attribute(KeyValue::new("app.user.id", id.cast_signed()));
///     format!("trace {}", span.span_context().trace_id())
/// }
///
/// let router: Router = Router::new().route("/users/{id}", get(user));
/// let app = ServerLayer::new().layer(router);
/// # let _ = app;
/// ```
impl<S: Sync> FromRequestParts<S> for CurrentSpan {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let Some(span) = Self::from_extensions(&parts.extensions) else {
            return Ok(Self::new(Context::current(), None));
        };
        if let Some(route) = matched_path(&parts.extensions) {
            span.set_matched_route(route);
        }
        Ok(span.clone())
    }
}
