//! Propagators of two versions of the OpenTelemetry API, made comparable as text.

use std::collections::BTreeMap;

use campanile_propagation::Propagator;

/// What a propagator is asked to send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) trace: u128,
    pub(crate) span: u64,
    pub(crate) sampled: bool,
}

/// Headers in the order received, repeated names included.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    pub(crate) fn new(entries: &[(&str, &str)]) -> Self {
        let entries = entries.iter();
        Self(
            entries
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
        )
    }

    fn all(&self, name: &str) -> Vec<&str> {
        let named = self.0.iter().filter(|(other, _)| other == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// As a request's headers are written, by name; `none` when there are none.
    pub(crate) fn shown(&self) -> String {
        let mut lines: Vec<String> = self.0.iter().map(|(n, v)| format!("{n}: {v}")).collect();
        lines.sort();
        or_none(lines.join("; "))
    }

    /// Only the headers whose names `others` has.
    pub(crate) fn only_of(mut self, others: &Self) -> Self {
        self.0.retain(|(name, _)| !others.all(name).is_empty());
        self
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        text
    }
}

/// A propagator: ours, or a published one.
pub(crate) enum Peer {
    Current(Box<dyn opentelemetry::propagation::TextMapPropagator>),
    Older(Box<dyn opentelemetry_0_32::propagation::TextMapPropagator>),
}

impl Peer {
    /// Ours, of these formats.
    pub(crate) fn ours(names: &str) -> Self {
        let (propagator, unknown) = Propagator::from_names(names);
        assert_eq!(unknown, [], "the formats are there");
        Self::Current(Box::new(propagator))
    }

    /// A published one, over the version of the API that ours is over.
    pub(crate) fn current(
        peer: impl opentelemetry::propagation::TextMapPropagator + 'static,
    ) -> Self {
        Self::Current(Box::new(peer))
    }

    /// A published one that stays on an older version.
    pub(crate) fn older(
        peer: impl opentelemetry_0_32::propagation::TextMapPropagator + 'static,
    ) -> Self {
        Self::Older(Box::new(peer))
    }

    /// What is found in `headers`: `trace-span-flags`, the `tracestate`, the baggage by name.
    pub(crate) fn extract(&self, headers: &Headers) -> String {
        match self {
            Self::Current(propagator) => current::extract(&**propagator, headers),
            Self::Older(propagator) => older::extract(&**propagator, headers),
        }
    }

    /// What is sent on of `headers`.
    pub(crate) fn resend(&self, headers: &Headers) -> Headers {
        match self {
            Self::Current(propagator) => current::resend(&**propagator, headers),
            Self::Older(propagator) => older::resend(&**propagator, headers),
        }
    }

    /// What is sent for a span and baggage.
    pub(crate) fn inject(&self, span: Option<Span>, baggage: &BTreeMap<String, String>) -> Headers {
        match self {
            Self::Current(propagator) => current::inject(&**propagator, span, baggage),
            Self::Older(propagator) => older::inject(&**propagator, span, baggage),
        }
    }
}

/// The same words over one version of the API.
macro_rules! words_over {
    ($module:ident, $api:ident) => {
        mod $module {
            use std::collections::BTreeMap;

            use $api::Context;
            use $api::baggage::{Baggage, BaggageExt};
            use $api::propagation::{Extractor, Injector, TextMapPropagator};
            use $api::trace::{
                SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState,
            };

            use super::{Headers, Span, or_none};

            impl Extractor for Headers {
                fn get(&self, name: &str) -> Option<&str> {
                    self.all(name).first().copied()
                }

                fn keys(&self) -> Vec<&str> {
                    self.0.iter().map(|(name, _)| name.as_str()).collect()
                }

                fn get_all(&self, name: &str) -> Option<Vec<&str>> {
                    Some(self.all(name)).filter(|values| !values.is_empty())
                }
            }

            impl Injector for Headers {
                fn set(&mut self, name: &str, value: String) {
                    self.0.retain(|(other, _)| other != name);
                    self.0.push((name.to_owned(), value));
                }
            }

            pub(super) fn extract(peer: &dyn TextMapPropagator, headers: &Headers) -> String {
                shown(&peer.extract_with_context(&Context::new(), headers))
            }

            pub(super) fn resend(peer: &dyn TextMapPropagator, headers: &Headers) -> Headers {
                let mut sent = Headers::default();
                let found = peer.extract_with_context(&Context::new(), headers);
                peer.inject_context(&found, &mut sent);
                sent
            }

            pub(super) fn inject(
                peer: &dyn TextMapPropagator,
                span: Option<Span>,
                baggage: &BTreeMap<String, String>,
            ) -> Headers {
                let mut cx = Context::new();
                if let Some(span) = span {
                    cx = cx.with_remote_span_context(SpanContext::new(
                        TraceId::from(span.trace),
                        SpanId::from(span.span),
                        TraceFlags::default().with_sampled(span.sampled),
                        false,
                        TraceState::NONE,
                    ));
                }
                let mut entries = Baggage::new();
                for (key, value) in baggage {
                    entries.insert(key.clone(), value.clone());
                }
                let mut sent = Headers::default();
                peer.inject_context(&cx.with_baggage(entries), &mut sent);
                sent
            }

            fn shown(cx: &Context) -> String {
                let mut lines = Vec::new();
                let span = cx.span();
                let span = span.span_context();
                if *span != SpanContext::NONE {
                    let flags = span.trace_flags().to_u8();
                    lines.push(format!(
                        "{}-{}-{flags:02x}",
                        span.trace_id(),
                        span.span_id()
                    ));
                }
                let state = span.trace_state().header();
                if !state.is_empty() {
                    lines.push(format!("[{state}]"));
                }
                let mut entries: Vec<String> = Vec::new();
                for (key, (value, metadata)) in cx.baggage() {
                    let metadata = metadata.as_str();
                    let semicolon = if metadata.is_empty() { "" } else { ";" };
                    entries.push(format!("{key}={value}{semicolon}{metadata}"));
                }
                entries.sort();
                lines.append(&mut entries);
                or_none(lines.join(" & "))
            }
        }
    };
}

words_over!(current, opentelemetry);
words_over!(older, opentelemetry_0_32);
