//! A task has the context that it was given, while it runs, and leaves it to nobody.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};

use http::Response;
use http_body_util::BodyExt as _;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::SpanKind;
use opentelemetry::{Context, KeyValue};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet, yield_now};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::{InContext, in_context};
use crate::testing::words::*;

/// A context that can be told from others.
pub(super) fn context_of(name: impl Into<String>) -> Context {
    Context::new().with_baggage([KeyValue::new("name", name.into())])
}

/// The name of the current context.
pub(super) fn name() -> Option<String> {
    let current = Context::current();
    current.baggage().get("name").map(ToString::to_string)
}

/// Polls once.
fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future
        .as_mut()
        .poll(&mut TaskContext::from_waker(Waker::noop()))
}

#[tokio::test]
async fn a_spawned_task_has_the_context_of_its_spawn_at_each_poll() {
    let attached = context_of("request").attach();
    let task = tokio::spawn(in_context(async {
        let mut names = vec![name()];
        for _ in 0..3 {
            yield_now().await;
            names.push(name());
        }
        names
    }));
    drop(attached);
    let names = task.await.expect("it does not panic");
    assert_eq!(names, vec![Some("request".to_owned()); 4]);
}

#[test]
fn the_context_around_a_poll_is_restored_after_it() {
    let _attached = context_of("outer").attach();
    let inner = async {
        yield_now().await;
        name()
    };
    let mut future = Box::pin(InContext::new(inner, context_of("inner")));
    assert!(poll(&mut future).is_pending());
    assert_eq!(name().as_deref(), Some("outer"));
    assert_eq!(poll(&mut future), Poll::Ready(Some("inner".to_owned())));
    assert_eq!(name().as_deref(), Some("outer"));
    drop(future);
    assert_eq!(name().as_deref(), Some("outer"));
}

#[test]
fn a_panic_leaves_the_context_behind() {
    let inner = async { panic!("as the test wants") };
    let mut future = Box::pin(InContext::new(inner, context_of("inner")));
    let polled = catch_unwind(AssertUnwindSafe(|| poll::<InContext<_>>(&mut future)));
    assert!(polled.is_err());
    assert_eq!(name(), None);
}

#[tokio::test]
async fn tasks_of_one_thread_do_not_see_the_contexts_of_each_other() {
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        // Some tasks have none.
        let given = (number % 4 > 0).then(|| number.to_string());
        let expected = given.clone();
        let steps = async move {
            for _ in 0..8 {
                assert_eq!(name(), expected);
                yield_now().await;
            }
        };
        match given {
            Some(name) => tasks.spawn(InContext::new(steps, context_of(name))),
            None => tasks.spawn(steps),
        };
    }
    tasks.join_all().await;
    assert_eq!(name(), None);
}

/// Keeps the name of the context in which it is dropped.
struct Dropped(Arc<Mutex<Vec<Option<String>>>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.lock().expect("nobody panics").push(name());
    }
}

#[test]
fn a_future_is_dropped_in_its_context_before_between_and_after_its_polls() {
    for polls in 0..3 {
        let names = Arc::default();
        let dropped = Dropped(Arc::clone(&names));
        // A future that keeps what it owns until it is dropped itself.
        let mut left = 2;
        let inner = poll_fn(move |_| {
            let _owned = &dropped;
            left -= 1;
            if left == 0 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        let mut future = Box::pin(InContext::new(inner, context_of("inner")));
        for poll_number in 1..=polls {
            assert_eq!(poll(&mut future).is_ready(), poll_number == 2);
        }
        drop(future);
        let names = names.lock().expect("nobody panics").clone();
        assert_eq!(names, [Some("inner".to_owned())], "after {polls} polls");
    }
    assert_eq!(name(), None);
}

#[tokio::test]
async fn a_task_stretches_no_span_and_what_it_traces_later_is_a_child_all_the_same() {
    let traces = Traces::new();
    let (go, task) = serve_with_late_task(&traces).await;
    let server = traces.of_kind(&SpanKind::Server);
    go.send(()).expect("the task waits");
    task.await.expect("it does not panic");
    assert!(is_child(&traces.named("late"), &server));
    assert!(traces.named("late").start_time >= server.end_time);
}

#[tokio::test]
async fn what_a_cancelled_task_traces_is_a_child_too() {
    let traces = Traces::new();
    let (_go, task) = serve_with_late_task(&traces).await;
    // So that it waits where it is cancelled.
    yield_now().await;
    task.abort();
    assert!(task.await.expect_err("it is cancelled").is_cancelled());
    let server = traces.of_kind(&SpanKind::Server);
    assert!(is_child(&traces.named("cancelled"), &server));
}

/// Serves a request whose handler spawns a task that waits; it then records `late`, or `cancelled`
/// when it may not.
async fn serve_with_late_task(traces: &Traces) -> (oneshot::Sender<()>, JoinHandle<()>) {
    /// Traces what it could not do.
    struct Unsent(Traces);

    impl Drop for Unsent {
        fn drop(&mut self) {
            self.0.child("cancelled");
        }
    }

    let (go, wait) = oneshot::channel::<()>();
    let state = Mutex::new(Some(wait));
    let spawned = Mutex::new(None);
    let service = service_fn(async |_| {
        let wait = state
            .lock()
            .expect("nobody panics")
            .take()
            .expect("one request");
        let traces = traces.clone();
        let task = tokio::spawn(in_context(async move {
            let unsent = Unsent(traces.clone());
            if wait.await.is_ok() {
                traces.child("late");
                std::mem::forget(unsent);
            }
        }));
        *spawned.lock().expect("nobody panics") = Some(task);
        Ok::<_, Infallible>(Response::new(String::new()))
    });
    let response = traces.server().layer(service).oneshot(get("/")).await;
    response
        .expect("it never fails")
        .collect()
        .await
        .expect("it never fails");
    let task = spawned.lock().expect("nobody panics").take();
    (go, task.expect("it was spawned"))
}

#[test]
fn a_task_may_outlive_the_contexts_of_its_thread() {
    struct Kept(RefCell<Option<Pin<Box<InContext<DropsLast>>>>>);
    struct DropsLast(Arc<Mutex<bool>>);
    impl Drop for DropsLast {
        fn drop(&mut self) {
            *self.0.lock().expect("nobody panics") = true;
        }
    }
    thread_local! {
        static KEPT: Kept = const { Kept(RefCell::new(None)) };
    }
    let dropped = Arc::new(Mutex::new(false));
    let last = DropsLast(Arc::clone(&dropped));
    let ended = std::thread::spawn(move || {
        // What a thread used first is dropped last.
        KEPT.with(|_| ());
        let task = InContext::new(last, Context::current());
        KEPT.with(|kept| *kept.0.borrow_mut() = Some(Box::pin(task)));
    });
    ended.join().expect("it ends");
    assert!(*dropped.lock().expect("nobody panics"));
}
