//! Keeps axum's own type of body.

use axum::body::Body;

use crate::record::TracedBody;
use crate::record::wrap::{WrapBody, sealed};
use crate::server::ServerLayer;

/// The body of the traced service is axum's own [`Body`], as that of the service is.
///
/// Made by [`ServerLayer::for_axum`].
#[derive(Clone, Copy, Debug, Default)]
pub struct AxumBody;

impl sealed::Sealed for AxumBody {}

impl WrapBody<Body> for AxumBody {
    type Body = Body;

    #[inline]
    fn traced(body: TracedBody<Body>) -> Body {
        match body.into_untraced() {
            Ok(body) => body,
            Err(body) => Body::new(body),
        }
    }

    #[inline]
    fn untraced(body: Body) -> Body {
        body
    }
}

impl ServerLayer {
    /// The same layer for services that answer with [`axum::body::Body`], as everything in axum
    /// does.
    ///
    /// axum boxes every body that is not its own. With this, the bodies of requests that are not
    /// traced, or that are over with their head, stay as they are, so a filtered request costs
    /// nothing but the filter:
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use campanile_middleware::ServerLayer;
    /// use campanile_middleware::filter::{not, path};
    ///
    /// let layer = ServerLayer::new().for_axum().with_filter(not(path("/healthz")));
    /// let app: Router = Router::new().route("/healthz", get(|| async {})).layer(layer);
    /// # let _ = app;
    /// ```
    ///
    /// It is needed around a whole `Router` that `axum::serve` is given, which takes no other body:
    ///
    /// ```
    /// use axum::extract::Request;
    /// use axum::{Router, ServiceExt, routing::get};
    /// use campanile_middleware::ServerLayer;
    /// use tower::Layer;
    ///
    /// # async fn serve(listener: tokio::net::TcpListener) -> std::io::Result<()> {
    /// let router: Router = Router::new().route("/", get(|| async { "hello" }));
    /// let app = ServerLayer::new().for_axum().layer(router);
    /// axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await
    /// # }
    /// ```
    pub fn for_axum(self) -> ServerLayer<AxumBody> {
        ServerLayer::of(self.into_settings())
    }
}
