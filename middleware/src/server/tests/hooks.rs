//! When hooks run, what they see, and that they never hurt a request.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use opentelemetry::KeyValue;
use opentelemetry_sdk::trace::{Sampler, SpanData};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::words::{serve, with};
use crate::testing::words::measures::Measures;
use crate::testing::words::{
    Broken, Script, Step, Traces, assert_error, get, grpc, headers, scripted, text,
};
use crate::{CurrentSpan, Ended, Outcome, ServerLayer};

/// What hooks write down. Clones share it.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    fn write(&self, entry: impl Into<String>) {
        self.0
            .lock()
            .expect("nobody panics here")
            .push(entry.into());
    }

    fn read(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics here").clone()
    }
}

/// `layer` with hooks that write down which one they are.
fn writing(layer: ServerLayer, diary: &Diary, name: &'static str) -> ServerLayer {
    let [start, response, end] = [diary.clone(), diary.clone(), diary.clone()];
    layer
        .on_start(move |_, request| start.write(format!("{name} start {}", request.path())))
        .on_response(move |_, head| response.write(format!("{name} response {}", head.status())))
        .on_end(move |_, ended| end.write(format!("{name} end {:?}", ended.outcome)))
}

#[tokio::test]
async fn hooks_run_in_their_order_at_start_response_and_end() {
    let (traces, diary) = (Traces::new(), Diary::default());
    let layer = writing(writing(traces.server(), &diary, "a"), &diary, "b");
    let handler = diary.clone();
    let service = layer.layer(service_fn(move |_: Request<()>| {
        handler.write("call");
        async { Ok::<_, Infallible>(scripted(200, [Step::Data("x")])) }
    }));
    let body = service.oneshot(get("/p")).await.unwrap().into_body();
    diary.write("body");
    body.collect().await.unwrap();
    let expected = [
        "a start /p",
        "b start /p",
        "call",
        "a response 200 OK",
        "b response 200 OK",
        "body",
        "a end Completed",
        "b end Completed",
    ];
    assert_eq!(diary.read(), expected);
}

#[tokio::test]
async fn what_hooks_say_about_the_span_is_recorded() {
    let traces = Traces::new();
    let say = |span: &CurrentSpan, key: &'static str| {
        assert!(span.is_recording());
        span.set_attribute(KeyValue::new(key, "said"));
    };
    let layer = traces
        .server()
        .on_start(move |span, _| say(span, "start"))
        .on_response(move |span, _| say(span, "response"))
        .on_end(move |span, _| say(span, "end"));
    serve(&layer, get("/"), scripted(200, [Step::Data("x")])).await;
    let span = traces.only();
    for key in ["start", "response", "end"] {
        assert_eq!(text(&span, key).as_deref(), Some("said"), "{key}");
    }
}

#[tokio::test]
async fn a_hook_may_name_the_span_and_its_route() {
    let traces = Traces::new();
    let layer = traces.server().on_start(|span, _| span.set_name("by hook"));
    let layer = layer.on_response(|span, _| span.set_route("/users/{id}"));
    serve(&layer, get("/users/7"), scripted(200, [])).await;
    let span = traces.only();
    assert_eq!(span.name, "by hook");
    assert_eq!(text(&span, "http.route").as_deref(), Some("/users/{id}"));

    let traces = Traces::new();
    let layer = traces
        .server()
        .on_start(|span, _| span.set_route("/users/{id}"));
    let layer = layer.on_end(|span, _| span.set_name("at the end"));
    serve(&layer, get("/users/7"), scripted(200, [])).await;
    assert_eq!(traces.only().name, "at the end");
}

#[tokio::test]
async fn hooks_run_for_recorded_spans_only() {
    let diary = Diary::default();
    let never = Traces::sampled_by(Sampler::AlwaysOff);
    let layer = writing(never.server(), &diary, "a");
    let layer = layer.with_meter_provider(&Measures::new().provider);
    serve(&layer, get("/"), scripted(200, [])).await;
    let unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let layer = writing(Traces::new().server(), &diary, "b");
    let request = with(get("/"), [("traceparent", unsampled)]);
    serve(&layer, request, scripted(200, [])).await;
    assert!(diary.read().is_empty(), "{:?}", diary.read());
}

/// What is known at the end of a request, to compare.
#[derive(Debug, PartialEq)]
struct Known {
    outcome: Outcome,
    status: Option<u16>,
    error_type: Option<String>,
    grpc_status: Option<&'static str>,
}

impl Known {
    fn of(ended: &Ended<'_>) -> Self {
        Self {
            outcome: ended.outcome,
            status: ended.status.as_ref().map(StatusCode::as_u16),
            error_type: ended.error_type.map(str::to_owned),
            grpc_status: ended.grpc_status,
        }
    }
}

/// Serves `request` as `answer` says, and gives what the only end hook was told, and the span.
fn ended(request: Request<()>, answer: impl FnOnce() -> Answer) -> (Known, Duration, SpanData) {
    let traces = Traces::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    let layer = traces.server().on_end(move |_, ended| {
        let known = (Known::of(ended), ended.duration);
        teller.lock().expect("nobody panics here").push(known);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime without drivers");
    let mut answer = Some(answer);
    let service = layer.layer(service_fn(move |_: Request<()>| {
        let answer = answer.take().expect("called once");
        async move { answer() }
    }));
    drop(catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let response = service.oneshot(request).await.ok()?;
            let mut body = response.into_body();
            // One frame only: what comes after it is dropped.
            body.frame().await?.ok()
        })
    })));
    let (known, duration) = told.lock().unwrap().pop().expect("the hook was called");
    assert!(told.lock().unwrap().is_empty(), "and only once");
    (known, duration, traces.only())
}

type Answer = Result<Response<Script>, std::fmt::Error>;

#[test]
fn the_end_tells_outcome_status_and_error_of_each_way_to_end() {
    let broken = std::any::type_name::<Broken>();
    let http = |status, steps: Vec<Step>| ended(get("/"), move || Ok(scripted(status, steps)));
    let known = |outcome, status, error: Option<&str>| Known {
        outcome,
        status,
        error_type: error.map(str::to_owned),
        grpc_status: None,
    };
    let failed = Outcome::Failed("core::fmt::Error");
    let table = [
        (
            http(200, vec![]),
            known(Outcome::Completed, Some(200), None),
        ),
        (
            http(503, vec![]),
            known(Outcome::Completed, Some(503), Some("503")),
        ),
        (
            http(200, vec![Step::Data("a"), Step::Data("b")]),
            known(Outcome::Cancelled, Some(200), Some("cancelled")),
        ),
        (
            http(200, vec![Step::Fail]),
            known(Outcome::BodyFailed(broken), Some(200), Some(broken)),
        ),
        (
            http(200, vec![Step::Panic]),
            known(Outcome::Panicked, Some(200), Some("panic")),
        ),
        (
            ended(get("/"), || Err(std::fmt::Error)),
            known(failed, None, Some("core::fmt::Error")),
        ),
        (
            ended(get("/"), || panic!("in the handler")),
            known(Outcome::Panicked, None, Some("panic")),
        ),
    ];
    for ((told, duration, span), expected) in table {
        assert_eq!(told, expected);
        assert_error(&span, told.error_type.as_deref());
        let lasted = span.end_time.duration_since(span.start_time).unwrap();
        assert_eq!(duration, lasted);
    }
}

#[test]
fn the_end_of_a_call_tells_its_status() {
    for (number, name, error) in [
        ("5", "NOT_FOUND", None),
        ("13", "INTERNAL", Some("INTERNAL")),
    ] {
        let trailers = Step::Trailers(headers("grpc-status", number));
        let (told, ..) = ended(grpc("/a.B/C"), || Ok(scripted(200, [trailers])));
        assert_eq!(told.grpc_status, Some(name));
        assert_eq!(told.error_type.as_deref(), error);
        assert_eq!(told.outcome, Outcome::Completed);
    }
}

#[tokio::test]
async fn a_hook_that_panics_hurts_neither_the_request_nor_other_hooks() {
    let (traces, diary) = (Traces::new(), Diary::default());
    let measures = Measures::new();
    let layer = traces
        .server()
        .with_meter_provider(&measures.provider)
        .on_start(|_, _| panic!("a hook at the start"))
        .on_response(|_, _| panic!("a hook at the response"))
        .on_end(|_, _| panic!("a hook at the end"));
    let layer = writing(layer, &diary, "next");
    let served = serve(&layer, get("/"), scripted(500, [Step::Data("x")])).await;
    assert_eq!(served.response.status, 500);
    assert_error(&traces.only(), Some("500"));
    assert_eq!(diary.read().len(), 3);
    assert_eq!(measures.only("http.server.active_requests").sum, 0.0);
    assert_eq!(measures.only("http.server.request.duration").count, 1);
}

#[test]
fn a_hook_that_panics_while_a_request_unwinds_does_not_abort() {
    let (traces, diary) = (Traces::new(), Diary::default());
    let layer = traces.server().on_end(|_, _| panic!("a hook at the end"));
    let layer = writing(layer, &diary, "next");
    let mut service = layer.layer(service_fn(|_: Request<()>| -> std::future::Ready<Answer> {
        panic!("in call")
    }));
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        drop(tower::Service::call(&mut service, get("/")));
    }));
    unwound.unwrap_err();
    assert_error(&traces.only(), Some("panic"));
    assert_eq!(diary.read(), ["next start /", "next end Panicked"]);
}
