//! The translation, for tests of what speaks to this receiver.

use campanile_wire::otlp::{Limits, Signal, check};

use super::format::Format;
use super::http::translate;
use super::translate::Options;

/// The OTLP request that a list of v2 in JSON becomes.
pub(crate) fn of_json(list: &[u8]) -> Vec<u8> {
    of(Format::JsonV2, list)
}

/// The OTLP request that a list of v2 in protobuf becomes.
pub(crate) fn of_proto3(list: &[u8]) -> Vec<u8> {
    of(Format::Proto3, list)
}

fn of(format: Format, list: &[u8]) -> Vec<u8> {
    let request = translate(format, list, Options::default()).expect("a valid list");
    let limits = Limits::default();
    assert_eq!(check(Signal::Traces, &request, &limits), Ok(()));
    request
}
