//! Moves what is tracked of a request into the body of its response.

use reqwest::{Body, Response, ResponseBuilderExt as _};

use crate::record::{TracedBody, Tracked};
use crate::reqwest::failure::ByReqwest;

/// `response` with a body that ends the span.
pub(crate) fn traced(response: Response, mut tracked: Tracked) -> Response {
    let url = response.url().clone();
    let (mut head, body) = http::Response::<Body>::from(response).into_parts();
    let remaining = match &mut tracked {
        Tracked::Context(_) => None,
        Tracked::Span(guard) => {
            guard.head(&head);
            guard.announced_length(&head, &body)
        }
    };
    let body = TracedBody::<_, ByReqwest>::new(body, tracked, remaining);
    // The conversion loses the URL; an extension that only reqwest can name brings it back.
    if let Ok(named) = http::Response::builder().url(url).body(()) {
        head.extensions.extend(named.into_parts().0.extensions);
    }
    Response::from(http::Response::from_parts(head, Body::wrap(body)))
}
