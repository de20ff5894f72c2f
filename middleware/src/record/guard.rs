//! One guard owns a span from the request to its last byte.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use http::{HeaderMap, response};
use http_body::Body;
use opentelemetry::Context;

use crate::current::CurrentSpan;
use crate::describe::optional::content_length;
use crate::describe::{Answer, Conclusion, Exchange, Sizes, legacy, peer};
use crate::hooks::Ended;
use crate::metrics::Measurement;
use crate::record::counts::RequestCounts;
use crate::record::otel::TracerSpan;
use crate::record::outcome::Outcome;
use crate::record::recorder::RecordedSpan;
use crate::record::shared::Shared;
use crate::settings::Settings;
use crate::view::ResponseView;

/// Ends a span exactly once, and with it the measurement of the same request, whatever happens.
///
/// It is moved from the service to the future and on to the body, so it is small: what is known
/// from the start lies behind one pointer, and what few ask for behind another.
#[derive(Debug)]
pub(crate) struct SpanGuard<S: RecordedSpan = TracerSpan> {
    span: S,
    shared: Arc<Shared>,
    answer: Answer,
    finished: bool,
    extras: Option<Box<Extras>>,
}

/// What is there only where it was asked for.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    measurement: Option<Measurement>,
    counts: Option<RequestCounts>,
    /// What has been seen of the response's body.
    sizes: Sizes,
}

impl Extras {
    /// These two, if there is any.
    pub(crate) fn of(
        measurement: Option<Measurement>,
        counts: Option<RequestCounts>,
    ) -> Option<Box<Self>> {
        let is_needed = measurement.is_some() || counts.is_some();
        is_needed.then(|| {
            Box::new(Self {
                measurement,
                counts,
                sizes: Sizes::default(),
            })
        })
    }
}

impl<S: RecordedSpan> SpanGuard<S> {
    /// Takes charge of `span`, which has just started.
    #[inline]
    pub(crate) fn new(span: S, shared: Arc<Shared>, extras: Option<Box<Extras>>) -> Self {
        Self {
            span,
            shared,
            answer: Answer::default(),
            finished: false,
            extras,
        }
    }

    /// The context that holds the span.
    #[inline]
    pub(crate) fn context(&self) -> &Context {
        self.span.context()
    }

    #[inline]
    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Whether anything written to the span is kept.
    #[inline]
    pub(crate) fn is_recording(&self) -> bool {
        self.span.is_recording()
    }

    #[inline]
    pub(crate) fn is_grpc(&self) -> bool {
        self.shared.exchange.is_grpc
    }

    /// Whether the span has ended. What is still polled then is no part of the request.
    #[inline]
    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Notes the response head.
    pub(crate) fn head(&mut self, head: &response::Parts) {
        let shared = &self.shared;
        self.answer.head(&shared.exchange, head);
        if self.span.is_recording() {
            let captured = &shared.settings.response_headers;
            captured.write(&head.headers, shared.exchange.is_grpc, &mut self.span);
            peer::write_of_response(shared.exchange.side, head, &mut self.span);
            if !shared.settings.hooks.is_empty() {
                let response = ResponseView::of(head);
                shared.settings.hooks.responded(&self.current(), &response);
            }
        }
        if shared.exchange.ends_at_head(self.answer) {
            self.count_response(Some(0), Some(0));
            self.finish(Outcome::Completed);
        }
    }

    /// The length of `body`: what it says itself, or what the head announces. None for gRPC, where
    /// trailers follow the last byte.
    pub(crate) fn announced_length(&self, head: &response::Parts, body: &impl Body) -> Option<u64> {
        if self.shared.exchange.is_grpc {
            return None;
        }
        let exact = body.size_hint().exact();
        exact.or_else(|| content_length(&head.headers))
    }

    /// Notes the trailers, which are the last frame of a body, and finishes.
    pub(crate) fn trailers(&mut self, trailers: &HeaderMap) {
        self.answer.trailers(&self.shared.exchange, trailers);
        self.finish(Outcome::Completed);
    }

    /// Notes how much of the response body has been seen.
    pub(crate) fn count_response(&mut self, bytes: Option<u64>, messages: Option<u64>) {
        if let Some(extras) = &mut self.extras {
            extras.sizes.response = bytes;
            extras.sizes.response_messages = messages;
        }
    }

    /// Ends the span with `outcome`. Every call but the first does nothing.
    pub(crate) fn finish(&mut self, outcome: Outcome) {
        if self.finished {
            return;
        }
        self.finished = true;
        let shared = Arc::clone(&self.shared);
        let exchange = &shared.exchange;
        let duration = shared.started.elapsed();
        let mut conclusion = exchange.conclude(self.answer, outcome, duration);
        let extras = self.extras.take();
        let sizes = extras.as_deref().map(|extras| extras.sizes(exchange));
        if self.span.is_recording() {
            self.tell_hooks(outcome, &conclusion, duration);
        }
        // After the hooks, which may set it.
        conclusion.route = exchange.route.take();
        // Before the span ends: whoever is told of that may do anything.
        if let Some(measurement) = extras.and_then(|extras| extras.measurement) {
            let sizes = sizes.unwrap_or_default();
            measurement.finish(exchange, self.answer, &conclusion, duration, sizes);
        }
        if self.span.is_recording() {
            self.write(&conclusion, sizes);
            self.span.end(shared.started.end(duration));
        }
    }

    /// Writes what the end has shown.
    fn write(&mut self, conclusion: &Conclusion, sizes: Option<Sizes>) {
        let (exchange, settings) = (&self.shared.exchange, &self.shared.settings);
        exchange.write(self.answer, conclusion, &mut self.span);
        if let Some(sizes) = sizes {
            sizes.write(exchange.is_grpc, settings, &mut self.span);
        }
        let stability = settings.stability;
        legacy::write_end(stability, exchange, self.answer, conclusion, &mut self.span);
    }

    fn tell_hooks(&self, outcome: Outcome, conclusion: &Conclusion, duration: Duration) {
        let hooks = &self.shared.settings.hooks;
        if !hooks.is_empty() {
            let ended = Ended {
                outcome,
                duration,
                status: self.answer.status,
                error_type: conclusion.error.as_deref(),
                grpc_status: conclusion.grpc_status.map(|status| status.name()),
            };
            hooks.ended(&self.current(), &ended);
        }
    }

    /// The span as handlers and hooks see it.
    pub(crate) fn current(&self) -> CurrentSpan {
        CurrentSpan::new(self.context().clone(), Some(Arc::clone(&self.shared)))
    }
}

impl Extras {
    /// Everything that was counted; of the request, what it announced where nobody counted.
    fn sizes(&self, exchange: &Exchange) -> Sizes {
        let counts = self.counts.as_ref();
        Sizes {
            request: counts
                .and_then(RequestCounts::bytes)
                .or(exchange.request_size),
            request_messages: counts.and_then(RequestCounts::messages),
            ..self.sizes
        }
    }
}

impl<S: RecordedSpan> Drop for SpanGuard<S> {
    #[inline]
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let panicked = thread::panicking();
        self.finish(if panicked {
            Outcome::Panicked
        } else {
            Outcome::Cancelled
        });
    }
}
