//! Keeps the client's own traffic out of the program's `tracing`.
//!
//! A context without telemetry is not enough: the HTTP/2 library begins its spans without a parent,
//! and a bridge from `tracing` to OpenTelemetry makes new traces of them. Those would be sent, which
//! makes more of them, for ever. So there is no subscriber while the client's futures are polled
//! or dropped. Its lines are written in between.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tracing::dispatcher::{self, DefaultGuard, Dispatch};

/// Keeps this thread without a `tracing` subscriber until the guard is dropped.
pub(crate) fn quiet() -> Option<DefaultGuard> {
    // A program that has no subscriber may have `tracing` write to `log`, which ends for good with
    // the first subscriber, be it none.
    dispatcher::has_been_set().then(|| dispatcher::set_default(&Dispatch::none()))
}

/// A future that is polled and dropped without a `tracing` subscriber.
#[derive(Debug)]
pub(crate) struct Untraced<F>(Option<Pin<Box<F>>>);

pub(crate) fn untraced<F: Future>(future: F) -> Untraced<F> {
    Untraced(Some(Box::pin(future)))
}

impl<F: Future> Future for Untraced<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = &mut self.0 else {
            return Poll::Pending;
        };
        let _quiet = quiet();
        let polled = future.as_mut().poll(cx);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl<F> Drop for Untraced<F> {
    fn drop(&mut self) {
        let _quiet = quiet();
        self.0 = None;
    }
}

/// Spawns tasks on the worker's runtime, which ends them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Executor;

impl<F> hyper::rt::Executor<F> for Executor
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        tokio::spawn(untraced(future));
    }
}
