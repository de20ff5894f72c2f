//! What follows a request through its future and its body.

use std::thread;

use opentelemetry::{Context, ContextGuard};

use crate::current::CurrentSpan;
use crate::record::guard::SpanGuard;
use crate::record::outcome::Outcome;

/// What is to be done for a request beside serving it.
#[derive(Debug)]
pub(crate) enum Tracked {
    /// Nothing is recorded or measured, but the context is current, so that what the request
    /// causes belongs to its trace, and to the decision not to record it.
    Context(Context),
    /// A span, a measurement, or both.
    Span(SpanGuard),
}

impl Tracked {
    /// The context of the request.
    #[inline]
    pub(crate) fn context(&self) -> &Context {
        match self {
            Self::Context(context) => context,
            Self::Span(guard) => guard.context(),
        }
    }

    /// The span as handlers and hooks see it.
    #[inline]
    pub(crate) fn current(&self) -> CurrentSpan {
        match self {
            Self::Context(context) => CurrentSpan::new(context.clone(), None),
            Self::Span(guard) => guard.current(),
        }
    }

    /// Makes the context current until the returned value is dropped, and finishes the span as
    /// panicked when that happens because of a panic.
    ///
    /// A panic that is caught outside never shows when the future is dropped later, so it has to
    /// be seen while it passes through.
    #[inline]
    pub(crate) fn enter(&mut self) -> Entered<'_> {
        let attached = self.context().clone().attach();
        let guard = match self {
            Self::Context(_) => None,
            Self::Span(guard) => (!thread::panicking()).then_some(guard),
        };
        Entered {
            attached: Some(attached),
            guard,
        }
    }

    /// Whether there is nothing left to do.
    #[inline]
    pub(crate) fn is_finished(&self) -> bool {
        match self {
            Self::Context(_) => false,
            Self::Span(guard) => guard.is_finished(),
        }
    }

    /// Ends the span, if there is one.
    pub(crate) fn finish(&mut self, outcome: Outcome) {
        if let Self::Span(guard) = self {
            guard.finish(outcome);
        }
    }
}

/// The time during which the context of a request is current.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    attached: Option<ContextGuard>,
    /// None where there is no span, and where another panic is on its way already.
    guard: Option<&'a mut SpanGuard>,
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(guard) = &mut self.guard
            && thread::panicking()
        {
            // Whoever is told of the end must not find the span current, and locked.
            drop(self.attached.take());
            guard.finish(Outcome::Panicked);
        }
    }
}
