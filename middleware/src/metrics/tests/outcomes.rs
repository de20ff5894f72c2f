//! Each way a request can end is measured once, and as its span has it.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use opentelemetry_sdk::trace::{Sampler, SpanData};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::testing::words::measures::{Measures, Series};
use crate::testing::words::{Script, Step, Traces, get, grpc, headers, scripted, text};
use crate::{ClientLayer, ServerLayer};

/// How the service of a test answers.
#[derive(Clone, Debug)]
enum Answer {
    Fail,
    Panic,
    Respond(u16, Vec<Step>),
    Stall,
}

impl Answer {
    async fn give(self) -> Result<Response<Script>, std::fmt::Error> {
        match self {
            Self::Fail => Err(std::fmt::Error),
            Self::Panic => panic!("as asked"),
            Self::Respond(status, steps) => Ok(scripted(status, steps)),
            Self::Stall => std::future::pending().await,
        }
    }
}

/// Every way to end.
fn answers() -> Vec<Answer> {
    vec![
        Answer::Fail,
        Answer::Panic,
        Answer::Stall,
        Answer::Respond(200, vec![]),
        Answer::Respond(200, vec![Step::Data("a")]),
        Answer::Respond(200, vec![Step::Data("a"), Step::Data("let go")]),
        Answer::Respond(200, vec![Step::Fail]),
        Answer::Respond(200, vec![Step::Panic]),
        Answer::Respond(200, vec![Step::Trailers(headers("grpc-status", "13"))]),
        Answer::Respond(204, vec![]),
        Answer::Respond(101, vec![]),
        Answer::Respond(404, vec![]),
        Answer::Respond(503, vec![]),
    ]
}

/// Sends `request`, reads one frame of the answer, and lets go of what is left.
fn drive<L>(layer: &L, answer: &Answer, request: Request<()>)
where
    L: tower::Layer<Handler>,
    L::Service: tower::Service<Request<()>, Response = Response<crate::TracedBody<Script>>>,
{
    let answer = answer.clone();
    let handler: Handler = service_fn(Box::new(move |_| Box::pin(answer.clone().give())));
    let service = layer.layer(handler);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime without drivers");
    drop(catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let asked = std::pin::pin!(service.oneshot(request));
            let waited = futures_poll_once(asked).await?;
            let mut body = waited.ok()?.into_body();
            body.frame().await?.ok()
        })
    })));
}

type Handling = std::pin::Pin<Box<dyn Future<Output = Result<Response<Script>, std::fmt::Error>>>>;
type Handler = tower::util::ServiceFn<Box<dyn Fn(Request<()>) -> Handling>>;

/// The output of `future`, if it is ready when first polled.
async fn futures_poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
        std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

/// Asserts that the metrics say what the span says.
#[track_caller]
fn assert_agreement(span: &SpanData, series: &Series, answer: &Answer) {
    let lasted = span.end_time.duration_since(span.start_time);
    let lasted = lasted.expect("spans end after their start");
    assert_eq!(series.sum, lasted.as_secs_f64(), "one clock: {answer:?}");
    assert_eq!(series.count, 1, "{answer:?}");
    for key in [
        "error.type",
        "http.response.status_code",
        "rpc.response.status_code",
    ] {
        let of_span = span.attributes.iter().find(|kv| kv.key.as_str() == key);
        let of_span = of_span.map(|kv| &kv.value);
        assert_eq!(series.attributes.get(key), of_span, "{key}: {answer:?}");
    }
}

#[test]
fn the_metrics_of_a_server_agree_with_its_spans() {
    for answer in answers() {
        let (traces, measures) = (Traces::new(), Measures::new());
        let layer = traces.server().with_meter_provider(&measures.provider);
        drive::<ServerLayer>(&layer, &answer, get("/"));
        let active = measures.only("http.server.active_requests");
        assert_eq!(active.sum, 0.0, "{answer:?}");
        let series = measures.only("http.server.request.duration");
        assert_agreement(&traces.only(), &series, &answer);

        let (traces, measures) = (Traces::new(), Measures::new());
        let layer = traces.server().with_meter_provider(&measures.provider);
        drive::<ServerLayer>(&layer, &answer, grpc("/a.B/C"));
        let series = measures.only("rpc.server.call.duration");
        assert_agreement(&traces.only(), &series, &answer);
    }
}

#[test]
fn the_metrics_of_a_client_agree_with_its_spans() {
    for answer in answers() {
        let (traces, measures) = (Traces::new(), Measures::new());
        let layer = traces.client().with_meter_provider(&measures.provider);
        drive::<ClientLayer>(&layer, &answer, get("http://h/"));
        let active = measures.only("http.client.active_requests");
        assert_eq!(active.sum, 0.0, "{answer:?}");
        let series = measures.only("http.client.request.duration");
        assert_agreement(&traces.only(), &series, &answer);

        let (traces, measures) = (Traces::new(), Measures::new());
        let layer = traces.client().with_meter_provider(&measures.provider);
        drive::<ClientLayer>(&layer, &answer, grpc("http://h/a.B/C"));
        let series = measures.only("rpc.client.call.duration");
        assert_agreement(&traces.only(), &series, &answer);
    }
}

#[tokio::test]
async fn a_request_is_active_until_its_body_has_ended() {
    let measures = Measures::new();
    let layer = Traces::new()
        .server()
        .with_meter_provider(&measures.provider);
    let active = || measures.only("http.server.active_requests").sum;
    let service = layer.layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(200, [Step::Data("a")]))
    }));
    let mut first = Box::pin(service.clone().oneshot(get("/")));
    let second = service.oneshot(get("/")).await.unwrap();
    assert_eq!(active(), 1.0, "the first was not even polled");
    let first = first.as_mut().await.unwrap();
    assert_eq!(active(), 2.0);
    drop(first);
    assert_eq!(active(), 1.0);
    second.into_body().collect().await.unwrap();
    assert_eq!(active(), 0.0);
    assert!(measures.series("http.server.request.duration").len() == 2);
}

#[test]
fn what_is_not_sampled_is_measured_all_the_same() {
    for sampler in [Sampler::AlwaysOff, Sampler::AlwaysOn] {
        let is_sampled = matches!(sampler, Sampler::AlwaysOn);
        let (traces, measures) = (Traces::sampled_by(sampler), Measures::new());
        let layer = traces.server().with_meter_provider(&measures.provider);
        let answer = Answer::Respond(503, vec![]);
        let handled = |request: Request<()>| drive::<ServerLayer>(&layer, &answer, request);
        handled(get("/"));
        handled(grpc("/a.B/C"));
        let series = measures.only("http.server.request.duration").attributes;
        assert_eq!(series["error.type"], "503".into());
        let series = measures.only("rpc.server.call.duration").attributes;
        assert_eq!(series["rpc.method"], "a.B/C".into());
        assert_eq!(traces.spans().len(), if is_sampled { 2 } else { 0 });
    }
}

#[tokio::test]
async fn an_unsampled_request_has_its_route_in_metrics() {
    let measures = Measures::new();
    let traces = Traces::sampled_by(Sampler::AlwaysOff);
    let layer = traces.server().with_meter_provider(&measures.provider);
    let service = layer.layer(service_fn(|request: Request<()>| async move {
        let span = crate::CurrentSpan::from_extensions(request.extensions());
        span.expect("the layer left it").set_route("/users/{id}");
        Ok::<_, Infallible>(scripted(204, []))
    }));
    service.oneshot(get("/users/7")).await.unwrap();
    let series = measures.only("http.server.request.duration").attributes;
    assert_eq!(series["http.route"], "/users/{id}".into());
}

#[tokio::test]
async fn an_error_of_a_boxed_type_is_other_in_both() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let layer = traces.server().with_meter_provider(&measures.provider);
    let service = layer.layer(service_fn(|_: Request<()>| async {
        Err::<Response<Script>, tower::BoxError>("a very long story, never twice".into())
    }));
    service.oneshot(get("/")).await.unwrap_err();
    let error = text(&traces.only(), "error.type");
    assert_eq!(error.as_deref(), Some("_OTHER"));
    let series = measures.only("http.server.request.duration").attributes;
    assert_eq!(series["error.type"], "_OTHER".into());
}
