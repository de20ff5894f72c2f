//! A request before anything of it is read.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, Request, StatusCode};
use tonic::Status;

use super::Guard;

const REFUSED: &str = "this listener wants to know who sends: say so in the header that its \
                       configuration names\n";

/// Lets through who is known.
#[derive(Clone, Debug)]
pub struct Gate(Arc<dyn Guard>);

impl Gate {
    /// A gate that asks `guard`.
    #[must_use]
    pub fn new(guard: Arc<dyn Guard>) -> Self {
        Self(guard)
    }

    /// The request, if its sender is known.
    ///
    /// The question of a browser whether a page may send carries no credentials, by specification:
    /// it passes, but nothing that comes with it does.
    ///
    /// # Errors
    ///
    /// The answer to a sender that is not.
    pub(crate) async fn pass(&self, request: Request<Body>) -> Result<Request<Body>, Response> {
        let preflight = request.method() == Method::OPTIONS
            && request
                .headers()
                .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if preflight {
            return Ok(request.map(|_| Body::empty()));
        }
        if self.0.admits(request.headers()).await {
            return Ok(request);
        }
        Err(refuse(&request, self.0.challenge()))
    }
}

fn refuse(request: &Request<Body>, challenge: HeaderValue) -> Response {
    let grpc = request.headers().get(http::header::CONTENT_TYPE);
    let grpc = grpc.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"));
    let mut response = if grpc {
        Status::unauthenticated(REFUSED.trim_end()).into_http()
    } else {
        (StatusCode::UNAUTHORIZED, REFUSED).into_response()
    };
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}
