//! The five outcomes, and where the context is current.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::{Ready, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt as _};
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

use crate::testing::words::{
    Script, Step, Traces, assert_error, get, in_span, int, is_child, scripted,
};

#[tokio::test]
async fn reading_the_body_to_its_end_completes_the_span() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(200, [Step::Data("a"), Step::Data("b")]))
    }));
    let response = service.oneshot(get("/")).await.unwrap();
    assert!(traces.spans().is_empty(), "the body is still to come");
    let read = response.into_body().collect().await.unwrap();
    assert_eq!(read.to_bytes(), "ab");
    let span = traces.only();
    assert_eq!(int(&span, "http.response.status_code"), Some(200));
    assert_error(&span, None);
}

#[tokio::test]
async fn an_error_of_the_service_ends_the_span_as_failed() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| {
        ready(Err::<Response<Script>, _>(std::fmt::Error))
    }));
    assert_eq!(
        service.oneshot(get("/")).await.unwrap_err(),
        std::fmt::Error
    );
    assert_error(&traces.only(), Some("core::fmt::Error"));
}

#[tokio::test]
async fn an_error_of_the_body_is_the_only_end() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(200, [Step::Data("a"), Step::Fail]))
    }));
    let response = service.oneshot(get("/")).await.unwrap();
    response.into_body().collect().await.unwrap_err();
    assert_error(
        &traces.only(),
        Some("campanile_middleware::testing::words::Broken"),
    );
}

#[test]
fn dropping_the_future_ends_the_span_as_cancelled() {
    let traces = Traces::new();
    let mut service = traces.server().layer(service_fn(|_: Request<()>| {
        pending::<Result<Response<Script>, Infallible>>()
    }));
    let mut future = Box::pin(service.call(get("/")));
    let mut cx = TaskContext::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut cx).is_pending());
    assert!(traces.spans().is_empty());
    drop(future);
    assert_error(&traces.only(), Some("cancelled"));
}

#[tokio::test]
async fn dropping_the_body_ends_the_span_as_cancelled() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(200, [Step::Data("a"), Step::Data("b")]))
    }));
    let mut body = service.oneshot(get("/")).await.unwrap().into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    let span = traces.only();
    assert_eq!(int(&span, "http.response.status_code"), Some(200));
    assert_error(&span, Some("cancelled"));
}

#[tokio::test]
async fn a_client_that_lets_go_of_a_response_is_no_error() {
    let traces = Traces::new();
    let service = traces.client().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(200, [Step::Data("a")]))
    }));
    drop(service.oneshot(get("http://h/")).await.unwrap());
    let span = traces.only();
    assert_eq!(int(&span, "http.response.status_code"), Some(200));
    assert_error(&span, None);
}

#[test]
fn a_panic_in_call_ends_the_span_as_panicked() {
    let traces = Traces::new();
    let mut service = traces.server().layer(service_fn(
        |_: Request<()>| -> Ready<Result<Response<Script>, Infallible>> { panic!("in call") },
    ));
    catch_unwind(AssertUnwindSafe(|| drop(service.call(get("/"))))).unwrap_err();
    assert_error(&traces.only(), Some("panic"));
}

#[test]
fn a_panic_that_is_caught_around_the_future_is_not_a_cancellation() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        if in_span() {
            panic!("in the handler");
        }
        Ok::<_, Infallible>(scripted(200, []))
    }));
    let mut future = Box::pin(service.oneshot(get("/")));
    let mut cx = TaskContext::from_waker(Waker::noop());
    catch_unwind(AssertUnwindSafe(|| drop(future.as_mut().poll(&mut cx)))).unwrap_err();
    drop(future);
    assert_error(&traces.only(), Some("panic"));
}

#[tokio::test]
async fn a_panic_in_a_task_ends_the_span_as_panicked() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(200, [Step::Panic]))
    }));
    let task = tokio::spawn(async move {
        let response = service.oneshot(get("/")).await.unwrap();
        response.into_body().collect().await.unwrap();
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_error(&traces.only(), Some("panic"));
}

#[tokio::test]
async fn a_response_dropped_by_a_panic_ends_the_span_as_panicked() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(200, [Step::Data("a")]))
    }));
    let response = service.oneshot(get("/")).await.unwrap();
    let unwound = catch_unwind(AssertUnwindSafe(move || {
        let _held = response;
        panic!("around the response");
    }));
    unwound.unwrap_err();
    assert_error(&traces.only(), Some("panic"));
}

#[tokio::test]
async fn call_and_polls_run_inside_the_span() {
    let traces = Traces::new();
    let handler = traces.clone();
    let service = traces.server().layer(service_fn(move |_: Request<()>| {
        handler.child("call");
        let handler = handler.clone();
        async move {
            tokio::task::yield_now().await;
            handler.child("poll");
            let body = Script::new([Step::Pending, Step::Data("a")]).traced(&handler);
            Ok::<_, Infallible>(Response::new(body))
        }
    }));
    let response = service.oneshot(get("/")).await.unwrap();
    assert!(!in_span(), "the context is current only during polls");
    response.into_body().collect().await.unwrap();
    assert!(!in_span());

    let spans = traces.spans();
    let server = traces.of_kind(&SpanKind::Server);
    let children: Vec<_> = spans
        .iter()
        .filter(|span| is_child(span, &server))
        .collect();
    let names: Vec<_> = children.iter().map(|span| span.name.as_ref()).collect();
    assert_eq!(names, ["call", "poll", "body", "body", "body"]);
    assert!(
        children
            .iter()
            .all(|child| child.end_time <= server.end_time)
    );
}

#[tokio::test]
async fn a_context_that_outlives_the_request_does_not_stretch_the_span() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        let kept = Context::current();
        let mut response = scripted(200, []);
        response.extensions_mut().insert(kept);
        Ok::<_, Infallible>(response)
    }));
    let (head, body) = service.oneshot(get("/")).await.unwrap().into_parts();
    body.collect().await.unwrap();
    assert_eq!(
        traces.spans().len(),
        1,
        "ended although its context is still there"
    );
    let kept = head
        .extensions
        .get::<Context>()
        .expect("the handler left it");
    kept.span().end();
    traces.only();
}

#[test]
fn a_finished_future_hands_later_polls_to_the_inner_one() {
    let traces = Traces::new();
    let polls = Cell::new(0);
    let mut service = traces.server().layer(service_fn(|_: Request<()>| {
        poll_fn(|_| {
            polls.set(polls.get() + 1);
            Poll::Ready(Ok::<_, Infallible>(scripted(204, [])))
        })
    }));
    let mut future = pin!(service.call(get("/")));
    let mut cx = TaskContext::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut cx).is_ready());
    assert!(future.as_mut().poll(&mut cx).is_ready());
    assert_eq!(polls.get(), 2);
    traces.only();
}

/// Records a span when it is dropped, as a handler does that undoes what it has begun.
struct Undo(Traces);

impl Drop for Undo {
    fn drop(&mut self) {
        self.0.child("undo");
    }
}

#[test]
fn what_is_dropped_with_a_cancelled_handler_is_inside_the_span() {
    let traces = Traces::new();
    let inner = traces.clone();
    let mut service = traces.server().layer(service_fn(move |_: Request<()>| {
        let undo = Undo(inner.clone());
        async move {
            pending::<()>().await;
            drop(undo);
            Ok::<_, Infallible>(scripted(204, []))
        }
    }));
    let mut future = Box::pin(service.call(get("/")));
    let mut cx = TaskContext::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut cx).is_pending());
    drop(future);
    let server = traces.of_kind(&SpanKind::Server);
    assert!(is_child(&traces.named("undo"), &server));
    assert!(!in_span());
}
