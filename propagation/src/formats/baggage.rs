//! W3C Baggage: `baggage` (`baggage`).
//!
//! <https://www.w3.org/TR/baggage/>
//!
//! ```
//! use campanile_propagation::formats::baggage;
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut headers = HeaderMap::new();
//! headers.insert("baggage", HeaderValue::from_static("user=Am%C3%A9lie"));
//! let found = baggage::extract(&headers).expect("one member");
//! assert_eq!(found.to_baggage().get("user").map(|v| v.as_str()), Some("Am\u{e9}lie"));
//!
//! baggage::inject(&found.to_baggage(), &mut headers);
//! assert_eq!(headers["baggage"], "user=Am%C3%A9lie");
//! ```
//!
//! What is read, sent and kept, and the limits: [`crate::baggage`](mod@crate::baggage).

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};

use super::{Format, FormatPropagator};
use crate::baggage::{self, BaggageHeader, MAX_BYTES};
use crate::carrier::{Getter, Lookup, Setter};
use crate::whitespace::trim;
use crate::{ExtractError, Extraction};

/// `baggage`.
pub const BAGGAGE: HeaderName = HeaderName::from_static("baggage");

/// A static, not the constant, is looked up: using a constant makes a name and drops it again.
static FIELDS: [HeaderName; 1] = [BAGGAGE];

/// The format, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct W3cBaggage;

/// The format as an OpenTelemetry propagator.
pub type BaggagePropagator = FormatPropagator<W3cBaggage>;

/// The list the context's baggage was read from; none where that was forgotten.
struct Received(Option<BaggageHeader>);

impl Format for W3cBaggage {
    fn name(&self) -> &'static str {
        "baggage"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &FIELDS
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        if let Some(header) = read(carrier, &mut |error| found.reject(error)) {
            found.add_baggage(header.to_baggage());
            found.remember(Received(Some(header)));
        }
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        if let Some(value) = value_of(cx) {
            carrier.set(&FIELDS[0], value);
        }
    }

    fn replace(&self, cx: &Context, carrier: &mut dyn Setter) {
        match value_of(cx) {
            Some(value) => carrier.set(&FIELDS[0], value),
            None => carrier.remove(&FIELDS[0]),
        }
    }
}

/// Reads the members of all `baggage` headers; `None` when there are none.
///
/// What was dropped is not told; [`extract_with`] tells.
#[must_use]
pub fn extract(headers: &HeaderMap) -> Option<BaggageHeader> {
    extract_with(headers, &mut |_| {})
}

/// Reads the members of all `baggage` headers and reports what was dropped to `on_rejection`.
#[must_use]
pub fn extract_with(
    headers: &HeaderMap,
    on_rejection: &mut dyn FnMut(ExtractError),
) -> Option<BaggageHeader> {
    read(headers, on_rejection)
}

/// Replaces `baggage`; empty baggage leaves none.
pub fn inject(baggage: &Baggage, headers: &mut HeaderMap) {
    match value(baggage, None) {
        Some(value) => Setter::set(headers, &FIELDS[0], value),
        None => Setter::remove(headers, &FIELDS[0]),
    }
}

/// Takes a lone header as it is where nothing in it is odd; otherwise joins the headers, in order,
/// up to one byte more than may be read.
fn read<G: Getter + ?Sized>(
    carrier: &G,
    on_rejection: &mut dyn FnMut(ExtractError),
) -> Option<BaggageHeader> {
    match carrier.lookup(&FIELDS[0]) {
        Lookup::Absent => return None,
        Lookup::Lone(value) => {
            if let Some(header) = BaggageHeader::of_plain(value) {
                return Some(header);
            }
        }
        Lookup::Unknown => {}
    }
    let mut list = Vec::new();
    carrier.visit(&FIELDS[0], &mut |value| {
        let value = trim(value);
        if value.is_empty() {
            return;
        }
        if !list.is_empty() {
            list.push(b',');
        }
        let room = (MAX_BYTES + 1).saturating_sub(list.len());
        list.extend_from_slice(value.get(..room).unwrap_or(value));
    });
    list.truncate(MAX_BYTES + 1);
    baggage::read(list, on_rejection)
}

/// The value of the header for the baggage of a context.
fn value_of(cx: &Context) -> Option<HeaderValue> {
    let received = cx.get::<Received>();
    value(
        cx.baggage(),
        received.and_then(|received| received.0.as_ref()),
    )
}

/// The context without what [`Received`] keeps.
pub(crate) fn forget(cx: &Context) -> Context {
    match cx.get::<Received>() {
        Some(_) => cx.with_value(Received(None)),
        None => cx.clone(),
    }
}

fn value(baggage: &Baggage, received: Option<&BaggageHeader>) -> Option<HeaderValue> {
    if baggage.is_empty() {
        return None;
    }
    match received {
        Some(received) => baggage::resend(baggage, received),
        None => baggage::format(baggage),
    }
}
