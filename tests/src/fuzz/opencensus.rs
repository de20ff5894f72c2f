//! OpenCensus: messages of both services, in protobuf and JSON.

use campanile_agent::receivers::opencensus::translate_message;
use campanile_wire::opencensus::json::{Request, messages};
use campanile_wire::otlp::{self, Limits, Signal};

/// Any time: what a span without one gets.
const NOW: u64 = 1_544_712_660_000_000_000;

/// Attributes may have others beside them that say what they lost.
const LIMITS: Limits = Limits {
    max_items: u64::MAX,
    max_children: u64::MAX,
};

/// What is translated is valid OTLP.
pub(super) fn traces(bytes: &[u8]) {
    translates(Signal::Traces, bytes);
}

/// What is translated is valid OTLP, in whichever layout the metrics came.
pub(super) fn metrics(bytes: &[u8]) {
    translates(Signal::Metrics, bytes);
}

/// Objects become messages that decode, or an error with its place. The first byte picks the
/// service.
pub(super) fn json(bytes: &[u8]) {
    let Some((first, text)) = bytes.split_first() else {
        return;
    };
    let (request, signal) = match first % 2 {
        0 => (Request::Traces, Signal::Traces),
        _ => (Request::Metrics, Signal::Metrics),
    };
    for message in messages(request, text).map_while(Result::ok) {
        translates(signal, &message);
    }
}

fn translates(signal: Signal, message: &[u8]) {
    let message = bytes::Bytes::copy_from_slice(message);
    if let Ok(request) = translate_message(signal, &message, NOW) {
        assert_eq!(otlp::check(signal, &request, &LIMITS), Ok(()));
    }
}
