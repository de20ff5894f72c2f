//! A middleware that follows redirects around the layer: every hop is a request that was sent.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use tower::{ServiceBuilder, ServiceExt as _, service_fn};
use tower_http::follow_redirect::FollowRedirectLayer;

use crate::ResendLayer;
use crate::testing::words::{Traces, assert_error, int, text};

/// Sends everybody from `/old` to `/new`, which says what it was sent.
async fn moved(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::default());
    if request.uri().path() == "/old" {
        *response.status_mut() = StatusCode::FOUND;
        let location = http::HeaderValue::from_static("/new");
        response.headers_mut().insert("location", location);
    } else {
        let sent = request.headers().get_all("traceparent");
        let sent: Vec<&[u8]> = sent.iter().map(http::HeaderValue::as_bytes).collect();
        *response.body_mut() = Full::from(sent.join(&b' '));
    }
    Ok(response)
}

#[tokio::test]
async fn every_hop_has_a_span_of_its_own() {
    let traces = Traces::new();
    let service = ServiceBuilder::new()
        .layer(ResendLayer::new())
        .layer(FollowRedirectLayer::new())
        .layer(traces.client())
        .service(service_fn(moved));
    let request = Request::get("http://h/old").body(Full::default()).unwrap();
    let response = service.oneshot(request).await.unwrap();
    let sent = response.into_body().collect().await.unwrap().to_bytes();

    let [first, second] = &traces.spans()[..] else {
        panic!("there are two requests");
    };
    assert_eq!(text(first, "url.full").as_deref(), Some("http://h/old"));
    assert_eq!(int(first, "http.response.status_code"), Some(302));
    assert_error(first, None);
    assert_eq!(text(second, "url.full").as_deref(), Some("http://h/new"));
    assert_eq!(int(second, "http.response.status_code"), Some(200));
    let resends = [first, second].map(|span| int(span, "http.request.resend_count"));
    assert_eq!(resends, [None, Some(1)]);
    let ids = &second.span_context;
    let expected = format!("00-{}-{}-01", ids.trace_id(), ids.span_id());
    assert_eq!(sent, expected, "the second is told its own span only");
}
