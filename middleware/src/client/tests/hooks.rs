//! Hooks of a client, and when its spans start.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry_sdk::trace::Sampler;

use super::words::send;
use crate::ClientLayer;
use crate::request::StartTime;
use crate::testing::words::measures::Measures;
use crate::testing::words::{Step, Traces, assert_error, get, grpc, scripted, text};

type Diary = Arc<Mutex<Vec<String>>>;

/// `layer` with hooks that write down what they see, and say so on the span.
fn watched(layer: ClientLayer, diary: &Diary) -> ClientLayer {
    let write = || {
        let diary = Arc::clone(diary);
        move |entry: String| diary.lock().expect("nobody panics here").push(entry)
    };
    let [start, response, end] = [write(), write(), write()];
    layer
        .on_start(move |span, request| {
            span.set_attribute(KeyValue::new("app.start", "said"));
            let is_told = request.headers().contains_key("traceparent");
            start(format!("start {} {is_told}", request.uri()));
        })
        .on_response(move |span, head| {
            span.set_attribute(KeyValue::new("app.response", "said"));
            response(format!("response {}", head.status()));
        })
        .on_end(move |span, ended| {
            span.set_attribute(KeyValue::new("app.end", "said"));
            span.set_name("by hook");
            end(format!("end {:?} {:?}", ended.outcome, ended.error_type));
        })
}

#[tokio::test]
async fn hooks_run_before_the_request_is_sent_at_the_response_and_at_the_end() {
    let (traces, diary) = (Traces::new(), Diary::default());
    let layer = watched(traces.client(), &diary);
    let sent = send(layer, get("http://h/p"), scripted(404, [Step::Data("x")])).await;
    assert!(sent.contains_key("traceparent"));
    let expected = [
        "start http://h/p false",
        "response 404 Not Found",
        "end Completed Some(\"404\")",
    ];
    assert_eq!(*diary.lock().unwrap(), expected);
    let span = traces.only();
    assert_eq!(span.name, "by hook");
    for key in ["app.start", "app.response", "app.end"] {
        assert_eq!(text(&span, key).as_deref(), Some("said"), "{key}");
    }
    assert_error(&span, Some("404"));
}

#[tokio::test]
async fn hooks_of_a_call_see_its_method() {
    let traces = Traces::new();
    let layer = traces.client().on_start(|span, request| {
        let method = request.grpc_method().expect("it is a call").to_owned();
        span.set_attribute(KeyValue::new("app.method", method));
    });
    send(layer, grpc("http://h:1/a.B/C"), scripted(200, [])).await;
    let method = text(&traces.only(), "app.method");
    assert_eq!(method.as_deref(), Some("a.B/C"));
}

#[tokio::test]
async fn hooks_run_for_recorded_spans_only() {
    let diary = Diary::default();
    let never = Traces::sampled_by(Sampler::AlwaysOff);
    let measures = Measures::new();
    let layer = watched(never.client(), &diary).with_meter_provider(&measures.provider);
    send(layer, get("http://h/"), scripted(200, [])).await;
    assert!(diary.lock().unwrap().is_empty());
    assert_eq!(measures.only("http.client.request.duration").count, 1);
}

#[tokio::test]
async fn a_request_may_have_started_before_it_is_sent() {
    let traces = Traces::new();
    let earlier = SystemTime::now() - Duration::from_secs(5);
    let mut request = get("http://h/");
    request.extensions_mut().insert(StartTime::new(earlier));
    send(traces.client(), request, scripted(200, [])).await;
    let span = traces.only();
    assert_eq!(span.start_time, earlier);
    let lasted = span.end_time.duration_since(earlier).unwrap();
    assert!(lasted >= Duration::from_secs(5), "{lasted:?}");
}
