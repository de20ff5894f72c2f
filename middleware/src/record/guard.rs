//! One guard owns a span from the request to its last byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use http::{HeaderMap, response};
use opentelemetry::{Context, ContextGuard};
use opentelemetry_semantic_conventions::attribute::{
    HTTP_REQUEST_BODY_SIZE, NETWORK_PEER_ADDRESS, NETWORK_PEER_PORT,
};

use crate::current::CurrentSpan;
use crate::describe::{Conclusion, Exchange, Side, legacy};
use crate::hooks::Ended;
use crate::hyper;
use crate::metrics::Measurement;
use crate::record::clock::Started;
use crate::record::counts::RequestCounts;
use crate::record::otel::TracerSpan;
use crate::record::outcome::Outcome;
use crate::record::recorder::{RecordedSpan, Value};
use crate::settings::Settings;
use crate::view::ResponseView;

/// The keys of message counts, for which the conventions have none.
const REQUEST_MESSAGES: &str = "grpc.request.messages";
const RESPONSE_MESSAGES: &str = "grpc.response.messages";

/// Ends a span exactly once, and with it the measurement of the same request, whatever happens.
#[derive(Debug)]
pub(crate) struct SpanGuard<S: RecordedSpan = TracerSpan> {
    span: S,
    exchange: Exchange,
    started: Started,
    settings: Arc<Settings>,
    measurement: Option<Box<Measurement>>,
    counts: Option<RequestCounts>,
    finished: bool,
}

impl<S: RecordedSpan> SpanGuard<S> {
    /// Takes charge of `span`, which has just started.
    #[inline]
    pub(crate) fn new(
        span: S,
        exchange: Exchange,
        started: Started,
        settings: &Arc<Settings>,
    ) -> Self {
        Self {
            span,
            exchange,
            started,
            settings: Arc::clone(settings),
            measurement: None,
            counts: None,
            finished: false,
        }
    }

    /// The same, with the measurement that ends with the span.
    #[must_use]
    pub(crate) fn measured(mut self, measurement: Option<Box<Measurement>>) -> Self {
        self.measurement = measurement;
        self
    }

    /// The same, for a request whose body is counted.
    #[must_use]
    pub(crate) fn counting(mut self, counts: Option<RequestCounts>) -> Self {
        self.counts = counts;
        self
    }

    /// The context that holds the span.
    #[inline]
    pub(crate) fn context(&self) -> &Context {
        self.span.context()
    }

    #[inline]
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    #[inline]
    pub(crate) fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// Whether the span has ended. What is still polled then is no part of the request.
    #[inline]
    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Makes the span's context current until the returned value is dropped, and finishes the
    /// span as panicked when that happens because of a panic.
    ///
    /// A panic that is caught outside never shows when the future is dropped later, so it has to
    /// be seen while it passes through.
    #[inline]
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
        if self.span.is_recording() {
            let captured = &self.settings.response_headers;
            captured.write(&head.headers, self.exchange.is_grpc, &mut self.span);
            if self.exchange.side == Side::Client {
                write_peer(hyper::peer(&head.extensions), &mut self.span);
            }
            if !self.settings.hooks.is_empty() {
                let response = ResponseView::of(head);
                self.settings.hooks.responded(&self.current(), &response);
            }
        }
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

    /// Notes how much of the response body has been seen.
    pub(crate) fn count_response(&mut self, bytes: u64, messages: Option<u64>) {
        self.exchange.response_size = Some(bytes);
        self.exchange.response_messages = messages;
    }

    /// Ends the span with `outcome`. Every call but the first does nothing.
    pub(crate) fn finish(&mut self, outcome: Outcome) {
        if self.finished {
            return;
        }
        self.finished = true;
        let recording = self.span.is_recording();
        if !recording && self.measurement.is_none() {
            return;
        }
        let duration = self.started.elapsed();
        let conclusion = self.exchange.conclude(outcome, duration);
        if recording {
            self.conclude(outcome, &conclusion, duration);
        }
        if let Some(measurement) = self.measurement.take() {
            let request_size = self.counts.as_ref().and_then(RequestCounts::bytes);
            measurement.finish(&self.exchange, &conclusion, duration, request_size);
        }
    }

    /// Writes what the end has shown, and ends.
    fn conclude(&mut self, outcome: Outcome, conclusion: &Conclusion, duration: Duration) {
        self.exchange.write(conclusion, &mut self.span);
        self.write_counts();
        legacy::write_end(
            self.settings.stability,
            &self.exchange,
            conclusion,
            &mut self.span,
        );
        if !self.settings.hooks.is_empty() {
            let ended = Ended {
                outcome,
                duration,
                status: self.exchange.status,
                error_type: conclusion.error.as_deref(),
                grpc_status: conclusion.grpc_status.map(|status| status.name()),
            };
            self.settings.hooks.ended(&self.current(), &ended);
        }
        self.span.end(self.started.end(duration));
    }

    fn write_counts(&mut self) {
        let Some(counts) = &self.counts else { return };
        let number = |count: Option<u64>| count.and_then(|count| i64::try_from(count).ok());
        if self.exchange.is_grpc {
            if let Some(messages) = number(counts.messages()) {
                self.span.set(REQUEST_MESSAGES, Value::Int(messages));
            }
            if let Some(messages) = number(self.exchange.response_messages) {
                self.span.set(RESPONSE_MESSAGES, Value::Int(messages));
            }
        } else if let Some(bytes) = number(counts.bytes()) {
            self.span.set(HTTP_REQUEST_BODY_SIZE, Value::Int(bytes));
        }
    }

    /// The span as hooks see it.
    fn current(&self) -> CurrentSpan {
        CurrentSpan::new(self.context().clone(), self.exchange.route.clone())
    }
}

/// Writes the other end of the connection that a response came over.
fn write_peer(peer: Option<SocketAddr>, span: &mut impl RecordedSpan) {
    if let Some(peer) = peer {
        let address = peer.ip().to_canonical().to_string();
        span.set(NETWORK_PEER_ADDRESS, Value::Owned(address));
        span.set(NETWORK_PEER_PORT, Value::Int(peer.port().into()));
    }
}

impl<S: RecordedSpan> Drop for SpanGuard<S> {
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

/// The time during which a span's context is current.
#[derive(Debug)]
pub(crate) struct Entered<'a, S: RecordedSpan> {
    _attached: ContextGuard,
    calm: bool,
    guard: &'a mut SpanGuard<S>,
}

impl<S: RecordedSpan> Drop for Entered<'_, S> {
    #[inline]
    fn drop(&mut self) {
        if self.calm && thread::panicking() {
            self.guard.finish(Outcome::Panicked);
        }
    }
}
