//! The `response_headers` block of HTTP listeners.

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use http::HeaderMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Invalid;
use crate::exporters::Headers;

/// Headers that every answer gets, name to value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(transparent)]
pub struct ResponseHeaders(Headers);

impl ResponseHeaders {
    /// Everything wrong with them, with keys below `prefix`, which ends with a dot.
    #[must_use]
    pub fn validate(&self, prefix: &str) -> Vec<Invalid> {
        self.0.validate_at(&format!("{prefix}response_headers"))
    }

    /// The router with these headers on every answer.
    pub fn layer(&self, router: Router) -> Router {
        let headers = self.0.to_map();
        if headers.is_empty() {
            return router;
        }
        router.layer(map_response(move |response| {
            std::future::ready(with(response, &headers))
        }))
    }
}

fn with(mut response: Response, headers: &HeaderMap) -> Response {
    for (name, value) in headers {
        response.headers_mut().insert(name, value.clone());
    }
    response
}
