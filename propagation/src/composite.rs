//! Several formats as one propagator.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};

use crate::carrier::{FromExtractor, Getter, Setter, ToInjector};
use crate::formats::{Format, baggage, remove_stale, w3c};
use crate::{ExtractError, Extraction};

/// Extracts and injects with one or more formats, in order.
///
/// The first format that finds a valid span context wins; baggage of all formats is merged; every
/// format injects, after the stale headers of all of them were removed. (An OpenTelemetry
/// `Injector` cannot remove, so through [`TextMapPropagator`] stale headers are overwritten only.)
///
/// Cloning is cheap (the formats are shared), and nothing locks.
#[derive(Clone)]
pub struct Propagator {
    shared: Arc<Shared>,
}

struct Shared {
    formats: Box<[&'static dyn Format]>,
    /// Whether no format writes a header of another.
    apart: bool,
    fields: Box<[String]>,
}

impl Propagator {
    /// W3C Trace Context and W3C Baggage, which is also the default.
    #[must_use]
    pub fn w3c() -> Self {
        Self::from_formats([&w3c::TraceContext as &dyn Format, &baggage::W3cBaggage])
    }

    /// No format: extracts and injects nothing, removes nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::from_formats([])
    }

    /// These formats in the order given, each name once.
    ///
    /// # Example
    ///
    /// ```
    /// use campanile_propagation::{Propagator, formats::{Format, w3c}};
    ///
    /// let propagator = Propagator::from_formats([&w3c::TraceContext as &dyn Format]);
    /// assert_eq!(propagator.names().collect::<Vec<_>>(), ["tracecontext"]);
    /// ```
    #[must_use]
    pub fn from_formats(formats: impl IntoIterator<Item = &'static dyn Format>) -> Self {
        let mut kept: Vec<&'static dyn Format> = Vec::new();
        for format in formats {
            if kept.iter().all(|other| other.name() != format.name()) {
                kept.push(format);
            }
        }
        let mut fields: Vec<String> = Vec::new();
        for name in kept.iter().flat_map(|format| format.fields()) {
            if fields.iter().all(|other| other != name.as_str()) {
                fields.push(name.as_str().to_owned());
            }
        }
        Self {
            shared: Arc::new(Shared {
                apart: are_apart(&kept),
                formats: kept.into(),
                fields: fields.into(),
            }),
        }
    }

    /// Reads headers into a context made from `parent`, which is kept where nothing valid is
    /// found.
    #[must_use]
    pub fn extract(&self, headers: &HeaderMap, parent: &Context) -> Context {
        self.extract_with(headers, parent, &mut |_| {})
    }

    /// Like [`extract`](Self::extract), and gives the first thing that was not believed, if any.
    /// It may come with a valid context: a bad `tracestate` does not harm its `traceparent`.
    #[must_use]
    pub fn extract_with_reason(
        &self,
        headers: &HeaderMap,
        parent: &Context,
    ) -> (Context, Option<ExtractError>) {
        let mut first = None;
        let cx = self.extract_with(headers, parent, &mut |error| {
            first.get_or_insert(error);
        });
        (cx, first)
    }

    /// Like [`extract_from`](Self::extract_from), and reports everything that was not believed.
    #[must_use]
    pub fn extract_with(
        &self,
        carrier: &dyn Getter,
        parent: &Context,
        on_rejection: &mut dyn FnMut(ExtractError),
    ) -> Context {
        let mut found = Extraction::new(parent, on_rejection);
        for format in &self.shared.formats {
            format.extract(carrier, &mut found);
        }
        found.finish()
    }

    /// Like [`extract`](Self::extract), from any carrier.
    #[must_use]
    pub fn extract_from(&self, carrier: &dyn Getter, parent: &Context) -> Context {
        self.extract_with(carrier, parent, &mut |_| {})
    }

    /// Writes a context into headers. Stale headers of every configured format are removed first,
    /// also when there is nothing to write.
    pub fn inject(&self, cx: &Context, headers: &mut HeaderMap) {
        self.inject_into(cx, headers);
    }

    /// Like [`inject`](Self::inject), into any carrier.
    pub fn inject_into(&self, cx: &Context, carrier: &mut dyn Setter) {
        if self.shared.apart {
            for format in &self.shared.formats {
                format.replace(cx, carrier);
            }
            return;
        }
        for format in &self.shared.formats {
            remove_stale(*format, carrier);
        }
        for format in &self.shared.formats {
            format.inject(cx, carrier);
        }
    }

    /// The names of all headers that may be written, lower case, without those that only share a
    /// prefix.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.shared.fields.iter().map(String::as_str)
    }

    /// The names of the formats, as `OTEL_PROPAGATORS` knows them.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.shared.formats.iter().map(|format| format.name())
    }
}

/// Whether no format reads a header that another one writes. Then each may replace its own without
/// taking away what one before it wrote.
fn are_apart(formats: &[&'static dyn Format]) -> bool {
    formats.iter().enumerate().all(|(index, format)| {
        let before = formats.get(..index).unwrap_or_default();
        before
            .iter()
            .all(|other| !(takes_away(*format, *other) || takes_away(*other, *format)))
    })
}

/// Whether a format would remove a header that the other one may write.
fn takes_away(format: &dyn Format, other: &dyn Format) -> bool {
    let removed = || format.fields().iter().chain(format.fields_only_read());
    let under = |name: &str, prefixes: &[&str]| prefixes.iter().any(|p| name.starts_with(p));
    let names = other.fields().iter().any(|name| {
        removed().any(|field| field == name) || under(name.as_str(), format.field_prefixes())
    });
    let prefixes = other.field_prefixes();
    names
        || removed().any(|field| under(field.as_str(), prefixes))
        || prefixes.iter().any(|p| under(p, format.field_prefixes()))
}

impl Default for Propagator {
    fn default() -> Self {
        Self::w3c()
    }
}

impl fmt::Debug for Propagator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Propagator")
            .field(&self.shared.formats)
            .finish()
    }
}

impl TextMapPropagator for Propagator {
    fn inject_context(&self, cx: &Context, injector: &mut dyn Injector) {
        self.inject_into(cx, &mut ToInjector(injector));
    }

    fn extract_with_context(&self, cx: &Context, extractor: &dyn Extractor) -> Context {
        self.extract_from(&FromExtractor(extractor), cx)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.shared.fields)
    }
}
