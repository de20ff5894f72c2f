//! OTLP: JSON, the check, the split.

use campanile_wire::otlp::{self, CheckError, Counts, Limits, Signal};

const UNLIMITED: Limits = Limits {
    max_items: u64::MAX,
    max_children: u64::MAX,
};

/// The first byte picks the signal.
fn signal(bytes: &[u8]) -> Option<(Signal, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let signals = [Signal::Traces, Signal::Metrics, Signal::Logs];
    Some((*signals.get(usize::from(*first) % 3)?, rest))
}

/// What is translated passes the check, and is translated back and forth without change.
pub(super) fn otlp_json(bytes: &[u8]) {
    let Some((signal, text)) = signal(bytes) else {
        return;
    };
    let Ok(request) = otlp::json::decode(signal, text) else {
        return;
    };
    assert_eq!(otlp::check(signal, &request, &UNLIMITED), Ok(()));
    let written = otlp::json::encode(signal, &request).expect("it passed the check");
    let canonical = otlp::json::decode(signal, written.as_bytes()).expect("it was written by us");
    assert_eq!(otlp::json::encode(signal, &canonical), Ok(written));
}

/// The check never accepts what the scan refuses, and counts as the scan counts.
pub(super) fn otlp_check(bytes: &[u8]) {
    let Some((signal, request)) = signal(bytes) else {
        return;
    };
    let limited = Limits::default();
    for limits in [UNLIMITED, limited] {
        let scanned = otlp::scan(signal, request, &limits);
        let deep = otlp::scan_deep(signal, request, &limits);
        assert_eq!(
            deep.map(drop),
            otlp::check(signal, request, &limits),
            "both say the same"
        );
        match (scanned, deep) {
            (Ok(counts), Ok(found)) => assert_eq!(counts, found),
            (Ok(_), Err(error)) => assert!(!matches!(error, CheckError::Scan(_)), "{error}"),
            (Err(error), deep) => assert_eq!(deep, Err(CheckError::Scan(error))),
        }
    }
    if otlp::check(signal, request, &UNLIMITED).is_ok() {
        let text = otlp::json::encode(signal, request).expect("it passed the check");
        otlp::json::decode(signal, text.as_bytes()).expect("it was written by us");
    }
}

/// The parts keep the limit, count what they hold, and together hold what the request held.
pub(super) fn otlp_split(bytes: &[u8]) {
    let Some((signal, rest)) = signal(bytes) else {
        return;
    };
    let Some((max_items, request)) = rest.split_first() else {
        return;
    };
    let max_items = u64::from(*max_items);
    let parts = otlp::split(signal, request, max_items);
    let Ok(whole) = otlp::scan(signal, request, &UNLIMITED) else {
        assert_eq!((parts.len(), parts[0].counts), (1, Counts::default()));
        assert_eq!(parts[0].request, request);
        return;
    };
    let mut items = 0;
    for part in &parts {
        let counts = otlp::scan(signal, &part.request, &UNLIMITED);
        assert_eq!(counts, Ok(part.counts));
        assert!(part.counts.items <= max_items.max(1));
        items += part.counts.items;
    }
    assert_eq!(items, whole.items);
}
