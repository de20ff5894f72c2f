//! One guard owns a span from the request to its last byte.

use std::thread;

use http::{HeaderMap, response};
use opentelemetry::{Context, ContextGuard};

use crate::describe::Exchange;
use crate::record::otel::TracerSpan;
use crate::record::outcome::Outcome;
use crate::record::recorder::RecordedSpan;

/// Ends a span exactly once, whatever happens to the request.
#[derive(Debug)]
pub(crate) struct SpanGuard<S: RecordedSpan = TracerSpan> {
    span: S,
    exchange: Exchange,
    finished: bool,
}

impl<S: RecordedSpan> SpanGuard<S> {
    /// Takes charge of `span`, which has just started.
    pub(crate) fn new(span: S, exchange: Exchange) -> Self {
        Self {
            span,
            exchange,
            finished: false,
        }
    }

    /// The context that holds the span.
    pub(crate) fn context(&self) -> &Context {
        self.span.context()
    }

    /// Makes the span's context current until the returned value is dropped, and finishes the
    /// span as panicked when that happens because of a panic.
    ///
    /// A panic that is caught outside never shows when the future is dropped later, so it has to
    /// be seen while it passes through.
    pub(crate) fn enter(&mut self) -> Entered<'_, S> {
        let attached = self.context().clone().attach();
        Entered {
            _attached: attached,
            calm: !thread::panicking(),
            guard: self,
        }
    }

    /// Notes the response head. Returns the number of body bytes it announces, if it does.
    pub(crate) fn head(&mut self, head: &response::Parts) -> Option<u64> {
        self.exchange.head(head);
        if self.exchange.ends_at_head() {
            self.finish(Outcome::Completed);
        }
        self.exchange.announced_length(&head.headers)
    }

    /// Notes the trailers, which are the last frame of a body, and finishes.
    pub(crate) fn trailers(&mut self, trailers: &HeaderMap) {
        self.exchange.trailers(trailers);
        self.finish(Outcome::Completed);
    }

    /// Ends the span with `outcome`. Every call but the first does nothing.
    pub(crate) fn finish(&mut self, outcome: Outcome) {
        if self.finished {
            return;
        }
        self.finished = true;
        if self.span.is_recording() {
            self.exchange.conclude(outcome, &mut self.span);
        }
        self.span.end();
    }
}

impl<S: RecordedSpan> Drop for SpanGuard<S> {
    fn drop(&mut self) {
        let panicked = thread::panicking();
        self.finish(if panicked {
            Outcome::Panicked
        } else {
            Outcome::Cancelled
        });
    }
}

/// The time during which a span's context is current.
#[derive(Debug)]
pub(crate) struct Entered<'a, S: RecordedSpan> {
    _attached: ContextGuard,
    calm: bool,
    guard: &'a mut SpanGuard<S>,
}

impl<S: RecordedSpan> Drop for Entered<'_, S> {
    fn drop(&mut self) {
        if self.calm && thread::panicking() {
            self.guard.finish(Outcome::Panicked);
        }
    }
}
