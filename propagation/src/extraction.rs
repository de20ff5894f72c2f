//! What has been read from one carrier so far.

use std::fmt;

use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::trace::{SpanContext, TraceContextExt};

use crate::ExtractError;
use crate::sampling::{self, Sampling};

/// Collects what the formats find in one carrier, in the order in which they are asked.
///
/// The first span context wins; a later one, and whatever its format would have remembered beside
/// it, is not taken. Baggage is merged, the first value of a name winning.
pub struct Extraction<'a> {
    parent: &'a Context,
    span: Option<SpanContext>,
    sampling: Option<Sampling>,
    baggage: Option<Baggage>,
    values: Option<Context>,
    on_rejection: &'a mut dyn FnMut(ExtractError),
}

impl<'a> Extraction<'a> {
    /// Begins with `parent`, which stays what it is where nothing is found.
    #[inline]
    #[must_use]
    pub fn new(parent: &'a Context, on_rejection: &'a mut dyn FnMut(ExtractError)) -> Self {
        Self {
            parent,
            span: None,
            sampling: None,
            baggage: None,
            values: None,
            on_rejection,
        }
    }

    /// Whether a format before has found a span context.
    #[inline]
    #[must_use]
    pub fn has_span(&self) -> bool {
        self.span.is_some()
    }

    /// Offers a remote span context, ignored when one was found before or when it is invalid. Its
    /// sampled flag is all there is to know of the decision.
    #[inline]
    pub fn offer_span(&mut self, span: SpanContext) {
        let sampling = Sampling::of_flags(span.trace_flags());
        self.offer_span_with(span, sampling);
    }

    /// Offers a remote span context like [`offer_span`](Self::offer_span), with a decision that its
    /// sampled flag may not be able to tell; [`sampling`] tells it.
    #[inline]
    pub fn offer_span_with(&mut self, span: SpanContext, sampling: Sampling) {
        if self.span.is_none() && span.is_valid() {
            if let Some(received) = sampling::beside(&span, sampling, self.context()) {
                self.remember(received);
            }
            self.span = Some(span);
        }
    }

    /// Offers a decision that came without a span context. The first one is taken, and only where
    /// no format finds a span context and the parent has none: it is for the root of a new trace.
    pub fn offer_sampling(&mut self, sampling: Sampling) {
        self.sampling.get_or_insert(sampling);
    }

    /// Adds baggage; of a name that was found before, the value found first stays.
    pub fn add_baggage(&mut self, found: Baggage) {
        let Some(baggage) = &mut self.baggage else {
            self.baggage = Some(found);
            return;
        };
        for (key, (value, metadata)) in &found {
            if baggage.get(key.as_str()).is_none() {
                baggage.insert_with_metadata(key.clone(), value.clone(), metadata.clone());
            }
        }
    }

    /// Keeps a value of the format's own in the context, for its injection to find.
    pub fn remember<T: Send + Sync + 'static>(&mut self, value: T) {
        self.values = Some(self.context().with_value(value));
    }

    /// What the format remembers from an extraction before this one.
    #[inline]
    #[must_use]
    pub fn remembered<T: 'static>(&self) -> Option<&T> {
        self.context().get()
    }

    /// Reports something that was not believed.
    #[inline]
    pub fn reject(&mut self, error: ExtractError) {
        (self.on_rejection)(error);
    }

    /// The context with everything found.
    #[must_use]
    pub fn finish(self) -> Context {
        let values = match self.baggage {
            Some(baggage) => {
                let cx = self.values.as_ref().unwrap_or(self.parent);
                Some(cx.with_baggage(baggage))
            }
            None => self.values,
        };
        let cx = values.as_ref().unwrap_or(self.parent);
        match (self.span, self.sampling) {
            (Some(span), _) => match sampling::without_alone(cx) {
                Some(cx) => cx.with_remote_span_context(span),
                None => cx.with_remote_span_context(span),
            },
            (None, Some(sampling)) => sampling::with_alone(cx.clone(), sampling),
            (None, None) => cx.clone(),
        }
    }

    fn context(&self) -> &Context {
        self.values.as_ref().unwrap_or(self.parent)
    }
}

impl fmt::Debug for Extraction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extraction")
            .field("span", &self.span)
            .field("baggage", &self.baggage)
            .finish_non_exhaustive()
    }
}
