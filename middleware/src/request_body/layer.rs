//! The layer that counts the bodies of requests.

use std::task::{Context, Poll};

use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use crate::record::RequestCounts;
use crate::request_body::CountedBody;

/// Counts the bytes and gRPC messages of request bodies for the traced layer around it.
///
/// axum and tonic servers take any body:
///
/// ```
/// use axum::{Router, routing::post};
/// use campanile_middleware::{RequestBodyLayer, ServerLayer};
///
/// let app: Router = Router::new()
///     .route("/upload", post(|body: String| async move { body.len().to_string() }))
///     .layer(RequestBodyLayer::new())
///     .layer(ServerLayer::new().with_body_sizes());
/// # let _ = app;
/// ```
///
/// A service that insists on a type of its own is given it by a `map_request` layer in between,
/// such as `|request| request.map(tonic::body::Body::new)` for a channel. Where nobody wants to
/// know, the layer costs one look into the extensions.
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "a layer does nothing until it is applied"]
#[non_exhaustive]
pub struct RequestBodyLayer;

impl RequestBodyLayer {
    /// The layer.
    pub fn new() -> Self {
        Self
    }
}

impl<S> Layer<S> for RequestBodyLayer {
    type Service = RequestBodyService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestBodyService { inner }
    }
}

/// Service made by [`RequestBodyLayer`].
#[derive(Clone, Debug)]
pub struct RequestBodyService<S> {
    inner: S,
}

impl<S, B> Service<Request<B>> for RequestBodyService<S>
where
    S: Service<Request<CountedBody<B>>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        let counts = request.extensions_mut().remove::<RequestCounts>();
        self.inner
            .call(request.map(|body| CountedBody::new(body, counts)))
    }
}
