//! A single format as an OpenTelemetry propagator.

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};

use super::Format;
use crate::Extraction;
use crate::carrier::{FromExtractor, ToInjector};

/// The [`TextMapPropagator`] of one format; each format's file has an alias for its own.
///
/// For several formats, or for `http::HeaderMap` without copies, use
/// [`Propagator`](crate::Propagator).
#[derive(Clone, Debug)]
pub struct FormatPropagator<F> {
    format: F,
    fields: Box<[String]>,
}

impl<F: Format + Default> FormatPropagator<F> {
    /// The propagator of the format.
    #[must_use]
    pub fn new() -> Self {
        let format = F::default();
        let fields = format.fields().iter().map(ToString::to_string).collect();
        Self { format, fields }
    }
}

impl<F: Format + Default> Default for FormatPropagator<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: Format> TextMapPropagator for FormatPropagator<F> {
    fn inject_context(&self, cx: &Context, injector: &mut dyn Injector) {
        self.format.inject(cx, &mut ToInjector(injector));
    }

    fn extract_with_context(&self, cx: &Context, extractor: &dyn Extractor) -> Context {
        let mut uncounted = |_| {};
        let mut found = Extraction::new(cx, &mut uncounted);
        self.format.extract(&FromExtractor(extractor), &mut found);
        found.finish()
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}
