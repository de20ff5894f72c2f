//! The bridge across tasks and threads.

use std::collections::HashMap;

use opentelemetry::trace::SpanKind;
use tracing::instrument::WithSubscriber as _;
use tracing::{Dispatch, Instrument as _, info, info_span};

use super::*;
use crate::task::in_context;

#[tokio::test]
async fn a_task_in_context_is_bridged_after_the_request_is_over() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    let task = tokio::sync::Mutex::new(None);
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let wait = tokio::sync::Mutex::new(Some(wait));
    serve(&traces, async || {
        let wait = wait.lock().await.take().expect("one request");
        let late = async move {
            wait.await.expect("it is sent");
            info!("to nobody: the request is over");
            info_span!("late").in_scope(|| info!("mailed"));
        };
        *task.lock().await = Some(tokio::spawn(in_context(late)));
    })
    .await;
    let server = traces.only();
    go.send(()).expect("it waits");
    task.into_inner()
        .expect("spawned")
        .await
        .expect("it does not panic");
    let late = traces.named("late");
    assert!(is_child(&late, &server));
    assert_eq!(names(&late), ["mailed"]);
    assert!(names(&traces.of_kind(&SpanKind::Server)).is_empty());
}

#[tokio::test]
async fn a_task_in_the_current_span_has_its_context_too() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        let load = info_span!("load");
        let task = load.in_scope(|| {
            let work = async { info_span!("work").in_scope(|| ()) };
            tokio::spawn(work.in_current_span())
        });
        task.await.expect("it does not panic");
    })
    .await;
    let load = traces.named("load");
    assert!(is_child(&traces.named("work"), &load));
    assert!(is_child(&load, &traces.of_kind(&SpanKind::Server)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_at_the_same_time_keep_their_spans_and_events_apart() {
    const REQUESTS: usize = 64;
    let traces = Traces::new();
    let bridge = crate::bridge::layer(&traces.provider);
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(bridge));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..REQUESTS {
        let service = traces.server().layer(service_fn(move |_| async move {
            step(number, "outside").await;
            let load = info_span!("load", number);
            step(number, "inside").instrument(load).await;
            Ok::<_, Infallible>(Response::new(String::new()))
        }));
        let request = async move { drop(service.oneshot(get("/")).await) };
        tasks.spawn(request.with_subscriber(dispatch.clone()));
    }
    tasks.join_all().await;
    let mut numbers = HashMap::new();
    for span in traces.spans() {
        // tracing-opentelemetry makes text of unsigned numbers.
        let number = |event| value(event, "number").trim_matches('"').to_owned();
        let first = number(&span.events.events[0]);
        let name = if span.name == "load" {
            "inside"
        } else {
            "outside"
        };
        assert_eq!(names(&span), [name; 8]);
        for event in span.events.iter() {
            assert_eq!(number(event), first);
        }
        let trace = numbers.entry(first).or_insert(span.span_context.trace_id());
        assert_eq!(*trace, span.span_context.trace_id());
    }
    assert_eq!(
        (traces.spans().len(), numbers.len()),
        (2 * REQUESTS, REQUESTS)
    );
}

/// Says `name` now and again.
async fn step(number: usize, name: &'static str) {
    for _ in 0..8 {
        tokio::task::yield_now().await;
        info!(number, "{name}");
    }
}
