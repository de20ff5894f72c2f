//! Bytes of bodies and messages of calls, with and without a layer that reads the request.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use opentelemetry_sdk::trace::SpanData;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::testing::words::measures::Measures;
use crate::testing::words::{Script, Step, Traces, attribute, get, grpc, headers, int, scripted};
use crate::{RequestBodyLayer, ServerLayer};

/// A gRPC message of three bytes.
const MESSAGE: &str = "\0\0\0\0\x03abc";

const REQUEST: &str = "http.request.body.size";
const RESPONSE: &str = "http.response.body.size";

/// The span, and the sums of the two size metrics, of one request.
struct Counted {
    span: SpanData,
    request: Option<f64>,
    response: Option<f64>,
}

fn sum(measures: &Measures, name: &str) -> Option<f64> {
    let series = measures.series(name);
    series.first().map(|series| series.sum)
}

/// Serves a request of `body`, which the handler reads through a [`RequestBodyLayer`].
async fn read(
    change: impl Fn(ServerLayer) -> ServerLayer,
    request: Request<()>,
    body: Vec<Step>,
    response: Response<Script>,
) -> Counted {
    let mut response = Some(response);
    let handler = service_fn(move |request: Request<crate::CountedBody<Script>>| {
        let response = response.take().expect("called once");
        async move {
            drop(request.into_body().collect().await);
            Ok::<_, Infallible>(response)
        }
    });
    let (traces, measures) = (Traces::new(), Measures::new());
    let layer = change(traces.server()).with_meter_provider(&measures.provider);
    let service = layer.layer(RequestBodyLayer::new().layer(handler));
    let request = request.map(|()| Script::new(body));
    let answer = service.oneshot(request).await.expect("it cannot fail");
    drop(answer.into_body().collect().await);
    counted(&traces, &measures)
}

/// The same without that layer.
async fn unread(
    change: impl Fn(ServerLayer) -> ServerLayer,
    request: Request<()>,
    response: Response<Script>,
) -> Counted {
    let (traces, measures) = (Traces::new(), Measures::new());
    let layer = change(traces.server()).with_meter_provider(&measures.provider);
    super::words::serve(&layer, request, response).await;
    counted(&traces, &measures)
}

fn counted(traces: &Traces, measures: &Measures) -> Counted {
    Counted {
        span: traces.only(),
        request: sum(measures, "http.server.request.body.size"),
        response: sum(measures, "http.server.response.body.size"),
    }
}

fn announcing(length: &'static str, mut request: Request<()>) -> Request<()> {
    let headers_of = headers("content-length", length);
    request.headers_mut().extend(headers_of);
    request
}

#[tokio::test]
async fn nothing_is_counted_unless_asked_for() {
    let response = scripted(200, [Step::Data("abc")]);
    let counted = unread(|layer| layer, announcing("5", get("/")), response).await;
    assert_eq!(attribute(&counted.span, REQUEST), None);
    assert_eq!(attribute(&counted.span, RESPONSE), None);
    assert_eq!((counted.request, counted.response), (None, None));
    let body = vec![Step::Data("abc")];
    let counted = read(|layer| layer, get("/"), body, scripted(200, [])).await;
    assert_eq!(attribute(&counted.span, REQUEST), None);
    assert_eq!((counted.request, counted.response), (None, None));
}

#[tokio::test]
async fn without_the_body_layer_a_request_is_as_long_as_it_announces() {
    let response = scripted(200, [Step::Data("ab"), Step::Pending, Step::Data("c")]);
    let request = announcing("5", get("/"));
    let counted = unread(ServerLayer::with_body_sizes, request, response).await;
    assert_eq!((counted.request, counted.response), (Some(5.0), Some(3.0)));
    assert_eq!(int(&counted.span, RESPONSE), Some(3));

    let counted = unread(ServerLayer::with_body_sizes, get("/"), scripted(200, [])).await;
    assert_eq!((counted.request, counted.response), (None, Some(0.0)));
}

#[tokio::test]
async fn with_the_body_layer_a_request_is_as_long_as_was_read() {
    // The header is not what was sent: it is only a claim.
    let request = announcing("999", get("/"));
    let body = vec![Step::Data("ab"), Step::Pending, Step::Data("cde")];
    let counted = read(
        ServerLayer::with_body_sizes,
        request,
        body,
        scripted(200, []),
    )
    .await;
    assert_eq!(counted.request, Some(5.0));
    assert_eq!(int(&counted.span, REQUEST), Some(5));
    assert_eq!(int(&counted.span, RESPONSE), Some(0));
}

#[tokio::test]
async fn what_was_read_before_an_error_counts() {
    let body = vec![Step::Data("ab"), Step::Fail];
    let response = scripted(200, [Step::Data("abc"), Step::Fail]);
    let counted = read(ServerLayer::with_body_sizes, get("/"), body, response).await;
    assert_eq!((counted.request, counted.response), (Some(2.0), Some(3.0)));
}

#[tokio::test]
async fn a_size_that_was_asked_for_twice_is_said_once() {
    let ask = |layer: ServerLayer| layer.with_body_sizes().with_request_attributes([REQUEST]);
    let body = vec![Step::Data("abc")];
    let counted = read(ask, announcing("3", get("/")), body, scripted(200, [])).await;
    assert_eq!(int(&counted.span, REQUEST), Some(3));
}

#[tokio::test]
async fn a_response_without_a_body_has_no_bytes() {
    for (method, status) in [(Method::GET, 204), (Method::HEAD, 200), (Method::GET, 304)] {
        let mut request = get("/");
        *request.method_mut() = method;
        let response = scripted(status, [Step::Data("never read")]);
        let counted = unread(ServerLayer::with_body_sizes, request, response).await;
        assert_eq!(int(&counted.span, RESPONSE), Some(0), "{status}");
        assert_eq!(counted.response, Some(0.0), "{status}");
    }
}

#[tokio::test]
async fn messages_of_both_directions_are_counted_however_they_are_cut() {
    let body = vec![
        Step::Data(MESSAGE),
        Step::Data("\0\0\0"),
        Step::Data("\0\0"),
    ];
    let trailers = Step::Trailers(headers("grpc-status", "0"));
    let response = scripted(200, [Step::Data(MESSAGE), trailers]);
    let call = grpc("/a.B/C");
    let counted = read(ServerLayer::with_message_counts, call, body, response).await;
    assert_eq!(int(&counted.span, "grpc.request.messages"), Some(2));
    assert_eq!(int(&counted.span, "grpc.response.messages"), Some(1));
}

#[tokio::test]
async fn without_the_body_layer_only_the_response_is_counted() {
    let response = scripted(200, [Step::Data(MESSAGE)]);
    let counted = unread(ServerLayer::with_message_counts, grpc("/a.B/C"), response).await;
    assert_eq!(attribute(&counted.span, "grpc.request.messages"), None);
    assert_eq!(int(&counted.span, "grpc.response.messages"), Some(1));
}

#[tokio::test]
async fn who_asks_for_messages_gets_no_sizes_and_the_other_way_round() {
    let body = || vec![Step::Data(MESSAGE)];
    let response = || scripted(200, [Step::Data(MESSAGE)]);
    let counted = read(
        ServerLayer::with_message_counts,
        get("/"),
        body(),
        response(),
    )
    .await;
    assert_eq!(attribute(&counted.span, REQUEST), None);
    assert_eq!(attribute(&counted.span, RESPONSE), None);
    assert_eq!((counted.request, counted.response), (None, None));
    let counted = read(
        ServerLayer::with_body_sizes,
        grpc("/a.B/C"),
        body(),
        response(),
    )
    .await;
    assert_eq!(attribute(&counted.span, "grpc.request.messages"), None);
    assert_eq!(attribute(&counted.span, "grpc.response.messages"), None);
}

#[tokio::test]
async fn an_unsampled_request_is_counted_for_metrics() {
    let measures = Measures::new();
    let traces = Traces::sampled_by(opentelemetry_sdk::trace::Sampler::AlwaysOff);
    let layer = traces.server().with_meter_provider(&measures.provider);
    let handler = service_fn(
        |request: Request<crate::CountedBody<Full<Bytes>>>| async move {
            let read = request.into_body().collect().await?;
            Ok::<_, Infallible>(Response::new(Full::new(read.to_bytes())))
        },
    );
    let service = layer
        .with_body_sizes()
        .layer(RequestBodyLayer::new().layer(handler));
    let request = get("/").map(|()| Full::new(Bytes::from("four")));
    let answer = service.oneshot(request).await.unwrap();
    answer.into_body().collect().await.unwrap();
    assert_eq!(sum(&measures, "http.server.request.body.size"), Some(4.0));
    assert_eq!(sum(&measures, "http.server.response.body.size"), Some(4.0));
}
