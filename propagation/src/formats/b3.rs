//! B3: `b3` (`b3`), or `X-B3-TraceId` and its kin (`b3multi`).
//!
//! <https://github.com/openzipkin/b3-propagation>,
//! <https://opentelemetry.io/docs/specs/otel/context/api-propagators/#b3-requirements>
//!
//! ```
//! use campanile_propagation::formats::b3;
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut headers = HeaderMap::new();
//! let value = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1";
//! headers.insert("b3", HeaderValue::from_static(value));
//! let span = b3::extract(&headers)?.expect("there is a header");
//! assert!(span.is_remote() && span.is_sampled());
//!
//! b3::inject_multi(&span, &mut headers);
//! assert_eq!(headers["x-b3-spanid"], "00f067aa0ba902b7");
//! assert!(!headers.contains_key("b3"));
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! # Reading
//!
//! Both formats read both forms: the single header, and where it is missing or invalid the
//! others. Ids are lower-case hex; a trace id of sixteen digits is filled up with zeros. A parent
//! id must be well-formed and is not used. `X-B3-Flags: 1` is debug and beats `X-B3-Sampled`; any
//! other value of it says nothing. A header that is there twice is not believed.
//!
//! # Beyond the sampled flag
//!
//! Debug, deferred, and a state without ids (`b3: 0`) are kept as [`crate::sampling`] says: debug
//! is sent as debug while the trace id is unchanged, deferred as deferred while the whole span
//! context is. A state without ids is sent for every span below it, and where there is none,
//! alone, as it came; a span context that is invalid, with nothing received, sends nothing (never
//! `b3: 0`, which would turn sampling off for everybody behind us).
//!
//! # Sending
//!
//! `b3` writes the single header, `b3multi` the others; each removes stale headers of both forms.
//! No parent id is sent. A trace id that came as sixteen digits leaves as sixteen digits, for
//! those who know no longer ones.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceId};

use super::{Format, FormatPropagator, lone, remove_stale};
use crate::b3::{self, Content, Ids};
use crate::carrier::{Getter, Setter};
use crate::sampling::{self, Sampling};
use crate::{ExtractError, Extraction};

/// `b3`.
pub const B3_SINGLE: HeaderName = HeaderName::from_static("b3");

/// `X-B3-TraceId`.
pub const X_B3_TRACE_ID: HeaderName = HeaderName::from_static("x-b3-traceid");

/// `X-B3-SpanId`.
pub const X_B3_SPAN_ID: HeaderName = HeaderName::from_static("x-b3-spanid");

/// `X-B3-Sampled`.
pub const X_B3_SAMPLED: HeaderName = HeaderName::from_static("x-b3-sampled");

/// `X-B3-Flags`.
pub const X_B3_FLAGS: HeaderName = HeaderName::from_static("x-b3-flags");

/// `X-B3-ParentSpanId`, which is read and never sent.
pub const X_B3_PARENT_SPAN_ID: HeaderName = HeaderName::from_static("x-b3-parentspanid");

/// Statics, not the constants, are looked up: using a constant makes a name and drops it again.
static SINGLE: [HeaderName; 1] = [B3_SINGLE];
static MULTI: [HeaderName; 4] = [X_B3_TRACE_ID, X_B3_SPAN_ID, X_B3_SAMPLED, X_B3_FLAGS];
static NOT_MULTI: [HeaderName; 2] = [X_B3_PARENT_SPAN_ID, B3_SINGLE];

/// How the names of all headers of the form with several begin.
const MULTI_PREFIX: &str = "x-b3-";

/// The format with one header, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct B3;

/// The format with several headers, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct B3Multi;

/// The format with one header as an OpenTelemetry propagator.
pub type B3Propagator = FormatPropagator<B3>;

/// The format with several headers as an OpenTelemetry propagator.
pub type B3MultiPropagator = FormatPropagator<B3Multi>;

/// A trace id that came as sixteen digits.
struct Short(TraceId);

impl Format for B3 {
    fn name(&self) -> &'static str {
        "b3"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &SINGLE
    }

    /// All headers of the other form: one look at each header costs less than five searches.
    fn field_prefixes(&self) -> &'static [&'static str] {
        &[MULTI_PREFIX]
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        extract_either(carrier, found);
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        set(carrier, &SINGLE[0], single_value(cx));
    }

    fn replace(&self, cx: &Context, carrier: &mut dyn Setter) {
        replace_single(carrier, single_value(cx));
    }
}

impl Format for B3Multi {
    fn name(&self) -> &'static str {
        "b3multi"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &MULTI
    }

    fn fields_only_read(&self) -> &'static [HeaderName] {
        &NOT_MULTI
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        extract_either(carrier, found);
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        match outgoing(cx) {
            Some(Content::Span(ids, sampling)) => write_multi(ids, sampling, carrier),
            Some(Content::Alone(sampling)) => write_sampling(sampling, carrier),
            None => {}
        }
    }
}

/// Reads the remote span context from either form, without allocating.
///
/// What a span context cannot hold is told by [`extract_sampling`].
///
/// # Errors
///
/// The first thing found wrong, where nothing valid was found: any of the `B3` variants.
pub fn extract(headers: &HeaderMap) -> Result<Option<SpanContext>, ExtractError> {
    Ok(match read_strictly(headers)? {
        Some(Content::Span(ids, sampling)) => Some(ids.with_sampling(sampling)),
        Some(Content::Alone(_)) | None => None,
    })
}

/// Reads the sampling state from either form, beside ids or alone; `None` when there is none.
///
/// # Errors
///
/// As [`extract`].
pub fn extract_sampling(headers: &HeaderMap) -> Result<Option<Sampling>, ExtractError> {
    Ok(read_strictly(headers)?.map(|content| match content {
        Content::Span(_, sampling) | Content::Alone(sampling) => sampling,
    }))
}

/// Replaces all B3 headers by `b3`; an invalid span context leaves none.
pub fn inject(span: &SpanContext, headers: &mut HeaderMap) {
    let value = Ids::of(span, |_| false).and_then(|ids| {
        let sampling = Sampling::of_flags(span.trace_flags());
        b3::format_single(ids, sampling)
    });
    replace_single(headers, value);
}

/// Replaces all B3 headers by `X-B3-TraceId`, `X-B3-SpanId` and `X-B3-Sampled`; an invalid span
/// context leaves none.
pub fn inject_multi(span: &SpanContext, headers: &mut HeaderMap) {
    remove_stale(&B3Multi, headers);
    if let Some(ids) = Ids::of(span, |_| false) {
        write_multi(ids, Sampling::of_flags(span.trace_flags()), headers);
    }
}

fn extract_either(carrier: &dyn Getter, found: &mut Extraction<'_>) {
    if found.has_span() {
        return;
    }
    match read(carrier, &mut |error| found.reject(error)) {
        Some(Content::Span(ids, sampling)) => {
            if ids.trace.is_short {
                found.remember(Short(ids.trace.id));
            } else if found.remembered::<Short>().is_some() {
                found.remember(Short(TraceId::INVALID));
            }
            found.offer_span_with(ids.with_sampling(sampling), sampling);
        }
        Some(Content::Alone(sampling)) => found.offer_sampling(sampling),
        None => {}
    }
}

/// What a direct function tells: the first error, where nothing valid was found.
#[inline]
fn read_strictly(headers: &HeaderMap) -> Result<Option<Content>, ExtractError> {
    let mut first = Ok(None);
    let found = read(headers, &mut |error| {
        if first.is_ok() {
            first = Err(error);
        }
    });
    if found.is_some() { Ok(found) } else { first }
}

/// Reads the single header, and where it is missing or invalid the others.
fn read<G: Getter + ?Sized>(
    carrier: &G,
    on_rejection: &mut dyn FnMut(ExtractError),
) -> Option<Content> {
    match read_one(carrier, &SINGLE[0], b3::parse_single) {
        Ok(Some(found)) => return Some(found),
        Ok(None) => {}
        Err(error) => on_rejection(error),
    }
    read_multi(carrier).unwrap_or_else(|error| {
        on_rejection(error);
        None
    })
}

fn read_multi<G: Getter + ?Sized>(carrier: &G) -> Result<Option<Content>, ExtractError> {
    let trace = read_one(carrier, &MULTI[0], b3::parse_trace_id)?;
    let span_id = read_one(carrier, &MULTI[1], b3::parse_span_id)?;
    let sampled = read_one(carrier, &MULTI[2], b3::parse_sampled)?;
    let debug = read_one(carrier, &MULTI[3], |value| Ok(value == b"1"))?;
    let sampling = if debug == Some(true) {
        Some(Sampling::Debug)
    } else {
        sampled
    };
    match (trace, span_id) {
        (Some(trace), Some(span_id)) => {
            read_one(carrier, &NOT_MULTI[0], b3::check_parent_id)?;
            let sampling = sampling.unwrap_or(Sampling::Defer);
            Ok(Some(Content::Span(Ids { trace, span_id }, sampling)))
        }
        (None, None) => Ok(sampling.map(Content::Alone)),
        _ => Err(ExtractError::B3MissingId),
    }
}

fn read_one<T, G: Getter + ?Sized>(
    carrier: &G,
    name: &HeaderName,
    parse: impl Fn(&[u8]) -> Result<T, ExtractError>,
) -> Result<Option<T>, ExtractError> {
    lone::read(carrier, name, ExtractError::B3Duplicate, parse)
}

/// What to send for a context.
fn outgoing(cx: &Context) -> Option<Content> {
    let span = cx.span();
    let span = span.span_context();
    let is_short = |id| cx.get::<Short>().is_some_and(|short| short.0 == id);
    match Ids::of(span, is_short) {
        Some(ids) => Some(Content::Span(ids, sampling::of(cx, span))),
        None => sampling::alone(cx).map(Content::Alone),
    }
}

/// What `b3` says for a context.
fn single_value(cx: &Context) -> Option<HeaderValue> {
    match outgoing(cx)? {
        Content::Span(ids, sampling) => b3::format_single(ids, sampling),
        Content::Alone(sampling) => b3::format_alone(sampling),
    }
}

/// Sets the single header, or removes it, and removes the others.
fn replace_single<S: Setter + ?Sized>(carrier: &mut S, value: Option<HeaderValue>) {
    match value {
        Some(value) => carrier.set(&SINGLE[0], value),
        None => carrier.remove(&SINGLE[0]),
    }
    carrier.remove_prefix(MULTI_PREFIX);
}

fn write_multi(ids: Ids, sampling: Sampling, carrier: &mut dyn Setter) {
    set(carrier, &MULTI[0], b3::format_trace_id(ids.trace));
    set(carrier, &MULTI[1], b3::format_span_id(ids.span_id));
    write_sampling(sampling, carrier);
}

/// Debug implies sampled, so `X-B3-Sampled` is not sent with it.
fn write_sampling(sampling: Sampling, carrier: &mut dyn Setter) {
    match sampling {
        Sampling::Accept => carrier.set(&MULTI[2], HeaderValue::from_static("1")),
        Sampling::Debug => carrier.set(&MULTI[3], HeaderValue::from_static("1")),
        Sampling::Defer => {}
        Sampling::Deny => carrier.set(&MULTI[2], HeaderValue::from_static("0")),
    }
}

fn set(carrier: &mut dyn Setter, name: &HeaderName, value: Option<HeaderValue>) {
    if let Some(value) = value {
        carrier.set(name, value);
    }
}
