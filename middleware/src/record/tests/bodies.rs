//! When a body is at its end, and what is passed through.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt as _, Empty, Full};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::TracedBody;
use crate::testing::words::{
    Script, Step, Traces, assert_error, get, grpc, headers, is_child, scripted,
};

/// Sends `request` to a server that answers with `response`.
async fn serve<B: http_body::Body>(
    traces: &Traces,
    request: Request<()>,
    response: Response<B>,
) -> Response<TracedBody<B>> {
    let mut response = Some(response);
    let service = traces.server().layer(service_fn(move |_: Request<()>| {
        let response = response.take().expect("called once");
        async move { Ok::<_, Infallible>(response) }
    }));
    service
        .oneshot(request)
        .await
        .expect("the service cannot fail")
}

#[tokio::test]
async fn a_response_without_a_body_is_complete_with_its_head() {
    for (method, status) in [
        (Method::HEAD, 200),
        (Method::GET, 204),
        (Method::GET, 304),
        (Method::GET, 101),
        (Method::CONNECT, 200),
    ] {
        let traces = Traces::new();
        let request = Request::builder()
            .method(&method)
            .uri("/")
            .body(())
            .unwrap();
        let response = serve(
            &traces,
            request,
            scripted(status, [Step::Data("never read")]),
        )
        .await;
        assert_error(&traces.only(), None);
        drop(response);
        assert_error(&traces.only(), None);
    }
}

#[tokio::test]
async fn a_refused_connect_still_has_a_body() {
    let traces = Traces::new();
    let request = Request::builder()
        .method(Method::CONNECT)
        .uri("h:80")
        .body(())
        .unwrap();
    let response = serve(&traces, request, scripted(403, [Step::Data("no")])).await;
    assert!(traces.spans().is_empty());
    response.into_body().collect().await.unwrap();
    assert_error(&traces.only(), None);
}

#[tokio::test]
async fn a_body_at_its_end_when_returned_completes_the_span() {
    let traces = Traces::new();
    drop(serve(&traces, get("/"), Response::new(Empty::<Bytes>::new())).await);
    assert_error(&traces.only(), None);
}

#[tokio::test]
async fn the_span_ends_when_a_frame_was_the_last_one() {
    let traces = Traces::new();
    let response = serve(
        &traces,
        get("/"),
        Response::new(Full::new(Bytes::from("x"))),
    )
    .await;
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    assert!(body.is_end_stream());
    assert_error(&traces.only(), None);
}

#[tokio::test]
async fn the_span_ends_with_the_last_announced_byte() {
    let traces = Traces::new();
    let mut response = scripted(200, [Step::Data("ab"), Step::Data("c")]);
    *response.headers_mut() = headers("content-length", "3");
    let mut body = serve(&traces, get("/"), response).await.into_body();
    body.frame().await.unwrap().unwrap();
    assert!(traces.spans().is_empty());
    body.frame().await.unwrap().unwrap();
    drop(body);
    assert_error(&traces.only(), None);
}

/// A body that knows its length and never says that it is at its end.
struct Sized(Script, u64);

impl http_body::Body for Sized {
    type Data = Bytes;
    type Error = crate::testing::words::Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.1)
    }
}

#[tokio::test]
async fn the_span_ends_with_the_last_byte_that_the_body_has_said_to_have() {
    let traces = Traces::new();
    let script = Script::new([Step::Data("ab"), Step::Data("c")]);
    let response = Response::new(Sized(script, 3));
    let mut body = serve(&traces, get("/"), response).await.into_body();
    body.frame().await.unwrap().unwrap();
    assert!(traces.spans().is_empty());
    body.frame().await.unwrap().unwrap();
    drop(body);
    assert_error(&traces.only(), None);
}

#[tokio::test]
async fn fewer_bytes_than_announced_are_not_the_end() {
    let traces = Traces::new();
    let mut response = scripted(200, [Step::Data("ab"), Step::Data("c")]);
    *response.headers_mut() = headers("content-length", "4");
    let mut body = serve(&traces, get("/"), response).await.into_body();
    body.frame().await.unwrap().unwrap();
    body.frame().await.unwrap().unwrap();
    drop(body);
    assert_error(&traces.only(), Some("cancelled"));
}

#[tokio::test]
async fn an_unreadable_content_length_is_ignored() {
    for length in ["-1", "x", "", "99999999999999999999"] {
        let traces = Traces::new();
        let mut response = scripted(200, [Step::Data("ab")]);
        *response.headers_mut() = headers("content-length", length);
        serve(&traces, get("/"), response)
            .await
            .into_body()
            .collect()
            .await
            .unwrap();
        assert_error(&traces.only(), None);
    }
}

#[tokio::test]
async fn trailers_are_read_before_the_span_ends_and_passed_on() {
    let traces = Traces::new();
    let trailers = headers("grpc-status", "13");
    let steps = [Step::Data("x"), Step::Trailers(trailers.clone())];
    let body = serve(&traces, grpc("/a.B/C"), scripted(200, steps))
        .await
        .into_body();
    let read = body.collect().await.unwrap();
    assert_eq!(read.trailers(), Some(&trailers));
    assert_error(&traces.only(), Some("INTERNAL"));
}

#[tokio::test]
async fn an_announced_length_does_not_cut_off_the_status_of_grpc() {
    let traces = Traces::new();
    let steps = [
        Step::Data("x"),
        Step::Trailers(headers("grpc-status", "14")),
    ];
    let mut response = scripted(200, steps);
    *response.headers_mut() = headers("content-length", "1");
    serve(&traces, grpc("/a.B/C"), response)
        .await
        .into_body()
        .collect()
        .await
        .unwrap();
    assert_error(&traces.only(), Some("UNAVAILABLE"));
}

#[tokio::test]
async fn size_hint_and_end_are_those_of_the_inner_body() {
    let traces = Traces::new();
    let body = serve(
        &traces,
        get("/"),
        Response::new(Full::new(Bytes::from("four"))),
    )
    .await;
    assert_eq!(body.body().size_hint().exact(), Some(4));
    assert!(!body.body().is_end_stream());
    let unknown = serve(&traces, get("/"), scripted(200, [Step::Data("x")])).await;
    assert_eq!(unknown.body().size_hint().exact(), None);
}

#[tokio::test]
async fn the_span_lasts_as_long_as_the_body() {
    let traces = Traces::new();
    let body = Script::new([Step::Data("a"), Step::Data("b")]).traced(&traces);
    serve(&traces, get("/"), Response::new(body))
        .await
        .into_body()
        .collect()
        .await
        .unwrap();
    let spans = traces.spans();
    let (server, children) = spans.split_last().expect("the server span ends last");
    assert_eq!(children.len(), 3);
    assert!(children.iter().all(|span| span.end_time <= server.end_time));
}

/// A body that records a span when it is dropped.
struct Farewell(Traces);

impl http_body::Body for Farewell {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.child("farewell");
    }
}

#[tokio::test]
async fn the_inner_body_is_dropped_before_the_span_ends() {
    let traces = Traces::new();
    drop(serve(&traces, get("/"), Response::new(Farewell(traces.clone()))).await);
    let spans = traces.spans();
    let names: Vec<_> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["farewell", "GET"]);
    assert!(is_child(&spans[0], &spans[1]));
}
