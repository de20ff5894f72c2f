use proptest::prelude::*;

use super::generate::{Style, UNLIMITED, requests};
use crate::otlp::view::messages;
use crate::otlp::write::{nested, text};
use crate::otlp::{Counts, Part, Signal, scan, split};
use crate::protobuf::{Fields, Value, put_bytes};

/// Fields as numbers and values, without the field `number`.
fn except(message: &[u8], number: u32) -> String {
    let others = Fields::new(message)
        .map(|field| field.expect("valid"))
        .filter(|field| field.number != number);
    format!("{:?}", others.collect::<Vec<_>>())
}

/// Everything a request says, as one line per item with its resource and scope.
fn lines(signal: Signal, request: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for resource in messages(request, 1) {
        let head = except(resource, 2);
        if messages(resource, 2).next().is_none() {
            lines.push(head.clone());
        }
        for scope in messages(resource, 2) {
            let head = format!("{head} {}", except(scope, 2));
            if messages(scope, 2).next().is_none() {
                lines.push(head.clone());
            }
            for item in messages(scope, 2) {
                if signal == Signal::Metrics {
                    metric_lines(&head, item, &mut lines);
                } else {
                    lines.push(format!("{head} {item:?}"));
                }
            }
        }
    }
    lines
}

/// One line per data point; a metric without any has one line.
fn metric_lines(head: &str, metric: &[u8], lines: &mut Vec<String>) {
    let mut rest = String::new();
    let mut points = Vec::new();
    for field in Fields::new(metric).map(|field| field.expect("valid")) {
        match (field.number, field.value) {
            (5..=11, Value::Bytes(data)) => {
                let kind = format!("{} {}", field.number, except(data, 1));
                points.extend(messages(data, 1).map(|point| format!("{kind} {point:?}")));
                if messages(data, 1).next().is_none() {
                    points.push(kind);
                }
            }
            _ => rest += &format!("{field:?}"),
        }
    }
    if points.is_empty() {
        lines.push(format!("{head} {rest}"));
    }
    lines.extend(points.iter().map(|point| format!("{head} {rest} {point}")));
}

proptest! {
    #[test]
    fn parts_say_together_what_the_request_said(
        (signal, request) in requests(Style::Clean),
        max_items in 0_u64..6,
    ) {
        let parts = split(signal, &request, max_items);
        let mut joined = Vec::new();
        for Part { request, counts } in &parts {
            prop_assert_eq!(scan(signal, request, &UNLIMITED), Ok(*counts));
            prop_assert!(counts.items <= max_items.max(1));
            joined.extend(lines(signal, request));
        }
        prop_assert_eq!(joined, lines(signal, &request));
        let items: u64 = parts.iter().map(|part| part.counts.items).sum();
        let whole = scan(signal, &request, &UNLIMITED).expect("valid");
        prop_assert_eq!(items, whole.items);
        if signal != Signal::Metrics {
            let fewest = whole.items.div_ceil(max_items.max(1)).max(1);
            prop_assert_eq!(parts.len() as u64, fewest);
        }
    }

    #[test]
    fn any_bytes_come_back(bytes: Vec<u8>, max_items in 0_u64..4) {
        let parts = split(Signal::Traces, &bytes, max_items);
        if scan(Signal::Traces, &bytes, &UNLIMITED).is_err() {
            let counts = Counts::default();
            prop_assert_eq!(parts, vec![Part { request: bytes, counts }]);
        }
    }
}

#[test]
fn a_request_within_the_limit_comes_back_as_it_is() {
    let request = [0x0a, 0x04, 0x12, 0x02, 0x12, 0x00];
    let parts = split(Signal::Traces, &request, 1);
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].request, request);
    assert_eq!((parts[0].counts.resources, parts[0].counts.items), (1, 1));
}

#[test]
fn a_full_part_holds_no_entry_without_items() {
    let one = [0x0a, 0x04, 0x12, 0x02, 0x12, 0x00];
    let parts = split(Signal::Traces, &one.repeat(2), 1);
    assert_eq!(parts.len(), 2);
    for part in parts {
        assert_eq!(part.request, one);
    }
}

#[test]
fn fields_that_are_not_known_are_kept() {
    let unknown = [0xfa, 0x01, 0x01, b'?'];
    let mut request = Vec::new();
    nested(&mut request, 1, |resource| {
        nested(resource, 2, |scope| {
            put_bytes(scope, 2, &[]);
            put_bytes(scope, 2, &[]);
            scope.extend(unknown);
        });
        resource.extend(unknown);
    });
    request.extend(unknown);
    let parts = split(Signal::Logs, &request, 1);
    let of_part = |scope: &[u8]| {
        let scope = [scope, &[0x12, 0x00]].concat();
        let resource = [&unknown[..], &[0x12, 0x06], &scope].concat();
        [&[0x0a, 0x0c], &resource[..]].concat()
    };
    assert_eq!(parts.len(), 2);
    // Those of the request itself go into the first part.
    let first = [&unknown[..], &of_part(&unknown)].concat();
    assert_eq!(parts[0].request, first);
    assert_eq!(parts[1].request, of_part(&unknown));
}

/// Two metrics of one scope: a sum of `first` points and a gauge of one.
fn metrics(first: usize) -> Vec<u8> {
    let mut request = Vec::new();
    nested(&mut request, 1, |resource| {
        nested(resource, 2, |scope| {
            nested(scope, 2, |metric| {
                text(metric, 1, "requests");
                nested(metric, 7, |sum| {
                    (0..first).for_each(|point| put_bytes(sum, 1, &[0x40, point as u8]));
                    sum.extend([0x10, 0x02, 0x18, 0x01]);
                });
            });
            nested(scope, 2, |metric| {
                text(metric, 1, "queue");
                nested(metric, 5, |gauge| put_bytes(gauge, 1, &[]));
            });
        });
    });
    request
}

#[test]
fn a_metric_stays_whole_unless_it_alone_exceeds_the_limit() {
    let sizes = |first, max_items| -> Vec<u64> {
        let parts = split(Signal::Metrics, &metrics(first), max_items);
        parts.iter().map(|part| part.counts.items).collect()
    };
    assert_eq!(sizes(3, 4), [4]);
    assert_eq!(sizes(3, 3), [3, 1]);
    assert_eq!(sizes(5, 3), [3, 3]);
    assert_eq!(sizes(5, 2), [2, 2, 2]);
}
