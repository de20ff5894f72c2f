//! One header at a time: W3C Trace Context and Baggage.

use campanile_propagation::baggage::{BaggageHeader, MAX_BYTES, MAX_MEMBERS};
use campanile_propagation::formats;
use campanile_propagation::traceparent::Traceparent;
use campanile_propagation::tracestate::{self, TraceStateHeader};
use http::HeaderMap;

/// What is accepted is written again as version 00, and means the same; a slow reader agrees.
pub(super) fn traceparent(bytes: &[u8]) {
    let parsed = Traceparent::parse(bytes).ok();
    assert_eq!(parsed.is_some(), is_traceparent(bytes));
    let Some(parsed) = parsed else { return };
    let written = parsed.to_bytes();
    assert_eq!(Traceparent::parse(&written), Ok(parsed));
    assert_eq!(trimmed(bytes).get(2..52), written.get(2..52));
}

/// Without the spaces and tabs around it.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let shown = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = bytes.iter().position(shown).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(shown).map_or(start, |last| last + 1);
    bytes.get(start..end).unwrap_or_default()
}

/// The grammar, read field by field. A later version may go on with any bytes behind a dash.
fn is_traceparent(bytes: &[u8]) -> bool {
    let fields: Vec<&[u8]> = trimmed(bytes).splitn(5, |byte| *byte == b'-').collect();
    let is_hex = |field: &[u8], length| {
        let mut digits = field.iter();
        field.len() == length && digits.all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_id = |field: &[u8], length| is_hex(field, length) && field.iter().any(|b| *b != b'0');
    match *fields.as_slice() {
        [version, trace, span, flags, ref rest @ ..] => {
            is_hex(version, 2)
                && version != b"ff"
                && (version != b"00" || rest.is_empty())
                && is_id(trace, 32)
                && is_id(span, 16)
                && is_hex(flags, 2)
        }
        _ => false,
    }
}

/// What is accepted is kept as it is, within its limit.
pub(super) fn tracestate(bytes: &[u8]) {
    let Ok(Some(header)) = TraceStateHeader::parse(bytes) else {
        return;
    };
    let members = header.members().count();
    assert!((1..=tracestate::MAX_MEMBERS).contains(&members));
    assert!(header.to_trace_state().into_iter().len() <= members);
    let again = TraceStateHeader::parse(header.as_str().as_bytes());
    assert_eq!(again, Ok(Some(header)));
}

/// What is left is within the limits, is found again, and is sent as entries of the same names.
pub(super) fn baggage(bytes: &[u8]) {
    let Some(header) = BaggageHeader::parse(bytes, &mut |_| {}) else {
        return;
    };
    let value = header.to_header_value();
    assert!(value.len() <= MAX_BYTES && header.members().count() <= MAX_MEMBERS);
    let mut rejected = 0;
    let again = BaggageHeader::parse(value.as_bytes(), &mut |_| rejected += 1);
    assert_eq!((again.as_ref(), rejected), (Some(&header), 0));

    let mut sent = HeaderMap::new();
    let baggage = header.to_baggage();
    formats::baggage::inject(&baggage, &mut sent);
    let found = formats::baggage::extract_with(&sent, &mut |error| panic!("{error}: {sent:?}"));
    for (key, (value, _)) in &found.map(|found| found.to_baggage()).unwrap_or_default() {
        assert_eq!(baggage.get(key.as_str()), Some(value));
    }
}
