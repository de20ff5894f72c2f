//! Any headers, through all formats in any order.

use campanile_propagation::Propagator;
use campanile_propagation::baggage::{MAX_BYTES, MAX_MEMBERS};
use campanile_propagation::formats::{FORMATS, Format};
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{SpanId, TraceContextExt as _};

/// The longest header that a format sends, baggage and `tracestate` aside.
const MAX_OTHER: usize = 2048;

/// The input is text: a line that picks the formats' order, then `name: value` lines.
pub(super) fn headers(bytes: &[u8]) {
    let (seed, lines) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[][..]),
    };
    let propagator = Propagator::from_formats(shuffled(seed));
    let received = parse(lines);

    let mut rejections = 0;
    let found = propagator.extract_with(&received, &Context::new(), &mut |_| rejections += 1);
    // One for each header and for each member of a list, at most.
    assert!(rejections <= FORMATS.len() * (received.len() + 2 * MAX_MEMBERS));
    nothing_was_invented(&found, &received);

    let sent = inject(&propagator, &found, &received);
    what_is_sent_is_bounded(&sent, &received);
    what_is_sent_says_the_same(&propagator, &found, &sent);
}

/// Every format, in an order that the seed picks.
fn shuffled(seed: &[u8]) -> Vec<&'static dyn Format> {
    let mut formats = FORMATS.to_vec();
    for (index, byte) in (0..formats.len()).zip(seed) {
        let other = index + usize::from(*byte) % (formats.len() - index);
        formats.swap(index, other);
    }
    formats
}

fn parse(lines: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n').take(200) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let value = line.get(colon + 1..).unwrap_or_default().trim_ascii();
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(&line[..colon]),
            HeaderValue::from_bytes(value),
        ) {
            headers.append(name, value);
        }
    }
    headers
}

fn inject(propagator: &Propagator, cx: &Context, stale: &HeaderMap) -> HeaderMap {
    let mut sent = stale.clone();
    propagator.inject(cx, &mut sent);
    sent
}

/// Each name in the baggage stands in some header as it is, OpenCensus tags aside: they are binary.
fn nothing_was_invented(found: &Context, received: &HeaderMap) {
    let (opencensus, _) = Propagator::from_names("opencensus");
    let tags = opencensus.extract(received, &Context::new());
    for (key, _) in found.baggage() {
        let lower = key.as_str().to_ascii_lowercase();
        let sent = received.iter().any(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
            name.as_str().contains(&lower) || value.contains(&lower)
        });
        let tagged = tags.baggage().get(key.as_str()).is_some();
        assert!(sent || tagged, "{key} is not in {received:?}");
    }
}

/// Only what a format may send was written, within its limits; nothing else was touched.
fn what_is_sent_is_bounded(sent: &HeaderMap, received: &HeaderMap) {
    for (name, value) in sent {
        let fixed = FORMATS.iter().any(|format| format.fields().contains(name));
        let prefixed = FORMATS.iter().any(|format| is_prefixed(*format, name));
        if fixed {
            assert_eq!(
                sent.get_all(name).iter().count(),
                1,
                "{name} was sent twice"
            );
            let limit = match name.as_str() {
                "baggage" => MAX_BYTES,
                "grpc-tags-bin" => MAX_BYTES * 4,
                "tracestate" => 32 * 514,
                _ => MAX_OTHER,
            };
            assert!(value.len() <= limit, "{name} has {} bytes", value.len());
        } else if !prefixed {
            let kept = received.get_all(name).iter().eq(sent.get_all(name));
            assert!(kept, "{name} belongs to no format");
        }
    }
    for format in FORMATS {
        let entries = sent.iter().filter(|(name, _)| is_prefixed(*format, name));
        let sizes: Vec<usize> = entries
            .map(|(name, value)| name.as_str().len() + value.len())
            .collect();
        assert!(sizes.len() <= MAX_MEMBERS && sizes.iter().sum::<usize>() <= MAX_BYTES);
    }
}

fn is_prefixed(format: &dyn Format, name: &HeaderName) -> bool {
    let mut prefixes = format.field_prefixes().iter();
    prefixes.any(|prefix| name.as_str().starts_with(prefix))
}

/// Whoever receives it finds the same span, no baggage that was not there, and no fault.
fn what_is_sent_says_the_same(propagator: &Propagator, found: &Context, sent: &HeaderMap) {
    let mut rejected = None;
    let next = propagator.extract_with(sent, &Context::new(), &mut |error| {
        rejected.get_or_insert(error);
    });
    assert_eq!(rejected, None, "sent {sent:?}");
    // OpenTracing carries the lower half of a trace id only; where it is asked first, that is all.
    let halves = propagator.names().take(2).any(|name| name == "ottrace");
    let (before, after) = (identity(found, halves), identity(&next, halves));
    assert_eq!(before, after, "sent {sent:?}");
    for (key, _) in next.baggage() {
        let known = found
            .baggage()
            .iter()
            .any(|(other, _)| other.as_str().eq_ignore_ascii_case(key.as_str()));
        assert!(known, "{key} appeared in {sent:?}");
    }
    let _ = inject(propagator, &next, sent);
}

/// What no format may change: trace id, or its lower half, span id, and whether it is sampled.
fn identity(cx: &Context, halves: bool) -> Option<(u128, SpanId, bool)> {
    let span = cx.span();
    let span = span.span_context();
    let id = u128::from_be_bytes(span.trace_id().to_bytes());
    let id = if halves {
        id & u128::from(u64::MAX)
    } else {
        id
    };
    span.is_valid()
        .then(|| (id, span.span_id(), span.is_sampled()))
}
