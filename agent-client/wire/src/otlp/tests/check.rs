use proptest::prelude::*;

use super::generate::{Style, UNLIMITED, requests, signals};
use super::oracle;
use crate::otlp::write::nested;
use crate::otlp::{CheckError, Limits, MAX_DEPTH, ScanError, Signal, check, json, scan_deep};
use crate::protobuf::{WireError, put_bytes, put_varint};

/// A request of one span that `span` writes.
fn with_span(span: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 2, |out| nested(out, 2, span))
    });
    request
}

/// A span attribute of lists within lists, whose innermost message lies at `depth`.
fn nested_to(depth: usize) -> Vec<u8> {
    // The value of an attribute lies at 6; each step below it is a field 5 or field 1.
    let mut value = Vec::new();
    for level in (7..=depth).rev() {
        let number = if level % 2 == 1 { 5 } else { 1 };
        let inner = std::mem::take(&mut value);
        put_bytes(&mut value, number, &inner);
    }
    with_span(|span| nested(span, 9, |out| put_bytes(out, 2, &value)))
}

#[test]
fn what_is_wrong_is_named() {
    let cases: Vec<(Vec<u8>, CheckError)> = vec![
        (
            with_span(|span| put_bytes(span, 5, b"\xff")),
            CheckError::Utf8(5),
        ),
        (
            with_span(|span| put_bytes(span, 7, b"12345678")),
            CheckError::WireType(7),
        ),
        (
            with_span(|span| nested(span, 15, |status| put_varint(status, 3 << 3 | 7))),
            CheckError::Wire(WireError::WireType),
        ),
        (
            with_span(|span| put_varint(span, 9 << 3)),
            CheckError::Scan(ScanError::Wire(WireError::Truncated)),
        ),
    ];
    for (request, error) in cases {
        assert_eq!(check(Signal::Traces, &request, &UNLIMITED), Err(error));
    }
}

#[test]
fn every_element_of_a_packed_list_is_checked() {
    let histogram = |number: u32, bytes: &[u8]| {
        let mut request = Vec::new();
        nested(&mut request, 1, |out| {
            nested(out, 2, |out| {
                nested(out, 2, |metric| {
                    nested(metric, 9, |data| {
                        nested(data, 1, |point| put_bytes(point, number, bytes));
                    });
                });
            });
        });
        check(Signal::Metrics, &request, &UNLIMITED)
    };
    let truncated = Err(CheckError::Wire(WireError::Truncated));
    for number in [6, 7] {
        assert_eq!(histogram(number, &[0; 16]), Ok(()));
        assert_eq!(histogram(number, &[0; 15]), truncated, "{number}");
    }
}

#[test]
fn messages_nest_64_deep_and_no_deeper() {
    for signal_json in [false, true] {
        let verdict = |depth: usize| {
            let request = nested_to(depth);
            if signal_json {
                json::encode(Signal::Traces, &request).map(drop)
            } else {
                check(Signal::Traces, &request, &UNLIMITED)
            }
        };
        assert_eq!(verdict(MAX_DEPTH), Ok(()));
        assert_eq!(verdict(MAX_DEPTH + 1), Err(CheckError::Depth));
    }
    // Where the verdict differs from other decoders, as documented.
    assert!(oracle::canonical(Signal::Traces, &nested_to(MAX_DEPTH + 1)).is_ok());
}

#[test]
fn limits_are_checked_along_and_counts_come_back() {
    let mut request = with_span(|_| {});
    request.extend(with_span(|_| {}));
    let limits = Limits {
        max_items: 1,
        ..UNLIMITED
    };
    let refused = check(Signal::Traces, &request, &limits);
    assert_eq!(refused, Err(CheckError::Scan(ScanError::TooManyItems(1))));
    let counts = scan_deep(Signal::Traces, &request, &UNLIMITED).expect("no limits");
    assert_eq!((counts.resources, counts.items), (2, 2));
}

/// Changes to bytes: overwrite, insert, cut.
fn mutate(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    for (index, value, what) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = index.index(bytes.len());
        match what % 8 {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, *value),
            2 => drop(bytes.remove(at)),
            3 => bytes[at] ^= 1 << (value % 8),
            // Another wire type or neighboring number, or length.
            4 => bytes[at] = bytes[at].wrapping_add(1),
            5 => bytes[at] = bytes[at].wrapping_sub(1),
            _ => bytes[at] = *value,
        }
    }
    bytes
}

fn same_verdict(signal: Signal, bytes: &[u8]) -> Result<(), TestCaseError> {
    let ours = check(signal, bytes, &UNLIMITED);
    let theirs = oracle::canonical(signal, bytes);
    prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?} {:?}", ours, theirs);
    if ours.is_ok() {
        prop_assert!(json::encode(signal, bytes).is_ok());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_valid_request_passes((signal, request) in requests(Style::Messy)) {
        prop_assert_eq!(check(signal, &request, &UNLIMITED), Ok(()));
        same_verdict(signal, &request)?;
    }

    #[test]
    fn the_verdict_on_a_damaged_request_is_that_of_prost(
        (signal, request) in requests(Style::Messy),
        changes in prop::collection::vec(any::<(prop::sample::Index, u8, u8)>(), 1..4),
    ) {
        same_verdict(signal, &mutate(request, &changes))?;
    }

    #[test]
    fn the_verdict_on_any_bytes_is_that_of_prost(signal in signals(), bytes: Vec<u8>) {
        same_verdict(signal, &bytes)?;
    }

    /// Bytes that are likely to be tags and small lengths get further than random ones.
    #[test]
    fn the_verdict_on_likely_bytes_is_that_of_prost(
        signal in signals(),
        bytes in prop::collection::vec(0_u8..0x30, 0..60),
    ) {
        let mut request = Vec::new();
        nested(&mut request, 1, |out| nested(out, 2, |out| put_bytes(out, 2, &bytes)));
        same_verdict(signal, &bytes)?;
        same_verdict(signal, &request)?;
    }
}
