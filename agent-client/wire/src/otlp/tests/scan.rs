use proptest::prelude::*;

use super::generate::{Style, UNLIMITED, requests, requests_of, signals};
use super::oracle;
use crate::otlp::write::nested;
use crate::otlp::{Counts, Limits, ScanError, Signal, scan};
use crate::protobuf::{WireError, put_bytes, put_varint};

/// A request of one item that `item` writes.
fn with_item(item: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 2, |out| nested(out, 2, item))
    });
    request
}

fn fields(out: &mut Vec<u8>, number: u32, count: usize) {
    (0..count).for_each(|_| put_bytes(out, number, &[]));
}

#[test]
fn an_empty_request_holds_nothing() {
    for signal in Signal::ALL {
        let none = scan(signal, &[], &Limits::default());
        assert_eq!(none, Ok(Counts::default()));
        let resource = scan(signal, &[0x0a, 0x00], &Limits::default());
        let one = Counts {
            resources: 1,
            ..Counts::default()
        };
        assert_eq!(resource, Ok(one));
    }
}

#[test]
fn as_many_items_as_the_limit_pass_and_one_more_does_not() {
    let limits = Limits {
        max_items: 3,
        ..UNLIMITED
    };
    let points = |count| with_item(|metric| nested(metric, 7, |sum| fields(sum, 1, count)));
    let items = |count: usize| with_item(|_| {}).repeat(count);
    for (signal, request) in [
        (Signal::Traces, items as fn(usize) -> Vec<u8>),
        (Signal::Logs, items),
        (Signal::Metrics, points),
    ] {
        let counts = scan(signal, &request(3), &limits).expect("at the limit");
        assert_eq!(counts.items, 3, "{signal}");
        let refused = scan(signal, &request(4), &limits);
        assert_eq!(refused, Err(ScanError::TooManyItems(3)), "{signal}");
    }
}

#[test]
fn every_list_of_an_item_has_the_limit_to_itself() {
    let limits = Limits {
        max_children: 2,
        ..UNLIMITED
    };
    let lists = [9, 11, 13];
    let full = with_item(|span| lists.iter().for_each(|number| fields(span, *number, 2)));
    assert!(scan(Signal::Traces, &full, &limits).is_ok());
    for (signal, number) in [
        (Signal::Traces, 9),
        (Signal::Traces, 11),
        (Signal::Traces, 13),
        (Signal::Logs, 6),
    ] {
        let request = with_item(|item| fields(item, number, 3));
        let refused = scan(signal, &request, &limits);
        assert_eq!(
            refused,
            Err(ScanError::TooManyChildren(2)),
            "{signal} {number}"
        );
    }
}

#[test]
fn the_attributes_of_resources_scopes_and_data_points_have_the_limit_too() {
    let limits = Limits {
        max_children: 2,
        ..UNLIMITED
    };
    let resource = |count| {
        let mut request = Vec::new();
        nested(&mut request, 1, |out| {
            nested(out, 1, |resource| fields(resource, 1, count))
        });
        request
    };
    let scope = |count| {
        let mut request = Vec::new();
        nested(&mut request, 1, |out| {
            nested(out, 2, |out| {
                nested(out, 1, |scope| fields(scope, 3, count))
            });
        });
        request
    };
    let point = |data: u32, attributes: u32| {
        move |count| {
            with_item(|metric| {
                nested(metric, data, |out| {
                    nested(out, 1, |point| fields(point, attributes, count))
                });
            })
        }
    };
    let both = |request: &dyn Fn(usize) -> Vec<u8>| [request(2), request(3)];
    for (name, signal, [full, over]) in [
        ("resource", Signal::Logs, both(&resource)),
        ("scope", Signal::Traces, both(&scope)),
        ("gauge", Signal::Metrics, both(&point(5, 7))),
        ("sum", Signal::Metrics, both(&point(7, 7))),
        ("histogram", Signal::Metrics, both(&point(9, 9))),
        ("exponential", Signal::Metrics, both(&point(10, 1))),
        ("summary", Signal::Metrics, both(&point(11, 7))),
    ] {
        assert!(scan(signal, &full, &limits).is_ok(), "{name}");
        let refused = scan(signal, &over, &limits);
        assert_eq!(refused, Err(ScanError::TooManyChildren(2)), "{name}");
    }
}

#[test]
fn every_kind_of_metric_counts_by_its_data_points() {
    let request = with_item(|metric| {
        for number in [5, 7, 9, 10, 11] {
            nested(metric, number, |data| fields(data, 1, 2));
        }
        // Metadata looks alike and counts nothing.
        nested(metric, 12, |data| fields(data, 1, 2));
    });
    let counts = scan(Signal::Metrics, &request, &UNLIMITED).expect("valid");
    assert_eq!(counts.items, 10);
}

#[test]
fn a_number_where_a_message_belongs_is_refused_by_its_field_number() {
    let number = |field: u32| {
        let mut out = Vec::new();
        put_varint(&mut out, u64::from(field) << 3);
        out.push(1);
        out
    };
    let within = |levels: usize, mut inner: Vec<u8>| {
        for number in [2, 2, 1].iter().skip(3 - levels) {
            let mut outer = Vec::new();
            put_bytes(&mut outer, *number, &inner);
            inner = outer;
        }
        inner
    };
    for (signal, levels, field) in [
        (Signal::Traces, 0, 1),
        (Signal::Traces, 1, 1),
        (Signal::Traces, 1, 2),
        (Signal::Traces, 2, 1),
        (Signal::Traces, 2, 2),
        (Signal::Traces, 3, 9),
        (Signal::Logs, 3, 6),
        (Signal::Metrics, 3, 7),
    ] {
        let request = within(levels, number(field));
        let refused = scan(signal, &request, &UNLIMITED);
        assert_eq!(
            refused,
            Err(ScanError::WireType(field)),
            "{signal} {levels}"
        );
    }
}

#[test]
fn a_resource_scope_or_item_that_is_cut_is_refused() {
    let cut = Err(ScanError::Wire(WireError::Truncated));
    for path in [[1].as_slice(), &[2, 1], &[2, 2]] {
        let mut inner = vec![0x0a, 0x05, 0x00];
        for number in path.iter().rev().chain(&[1]) {
            let mut outer = Vec::new();
            put_bytes(&mut outer, *number, &inner);
            inner = outer;
        }
        assert_eq!(scan(Signal::Traces, &inner, &UNLIMITED), cut, "{path:?}");
    }
    let point = with_item(|metric| nested(metric, 5, |gauge| put_bytes(gauge, 1, &[0x0a, 0x05])));
    assert_eq!(scan(Signal::Metrics, &point, &UNLIMITED), cut);
}

#[test]
fn resources_scopes_and_metrics_without_items_have_their_limit() {
    let limits = Limits {
        max_items: 3,
        ..UNLIMITED
    };
    let request = |path: &[u32], count: usize| {
        let (last, outer) = path.split_last().expect("a path");
        let mut request = Vec::new();
        (0..count).for_each(|_| put_bytes(&mut request, *last, &[]));
        for number in outer.iter().rev() {
            let mut outer = Vec::new();
            put_bytes(&mut outer, *number, &request);
            request = outer;
        }
        request
    };
    for (signal, path) in [
        (Signal::Traces, &[1][..]),
        (Signal::Logs, &[1, 2]),
        (Signal::Metrics, &[1, 2, 2]),
    ] {
        assert!(scan(signal, &request(path, 3), &limits).is_ok(), "{signal}");
        let refused = scan(signal, &request(path, 4), &limits);
        assert_eq!(refused, Err(ScanError::TooManyGroups(3)), "{signal}");
    }
}

proptest! {
    #[test]
    fn the_counts_are_those_of_the_decoded_request((signal, request) in requests(Style::Clean)) {
        let counts = scan(signal, &request, &UNLIMITED);
        prop_assert_eq!(counts, Ok(oracle::counts(signal, &request)));
    }

    /// Not so for metrics: of two kinds of data in one metric, decoders keep the last.
    #[test]
    fn the_counts_hold_where_fields_come_twice(
        (signal, request) in prop::sample::select(vec![Signal::Logs, Signal::Traces])
            .prop_flat_map(|signal| (Just(signal), requests_of(signal, Style::Messy))),
    ) {
        let counts = scan(signal, &request, &UNLIMITED);
        prop_assert_eq!(counts, Ok(oracle::counts(signal, &request)));
    }

    #[test]
    fn any_bytes_give_a_verdict(signal in signals(), bytes: Vec<u8>) {
        let _verdict = scan(signal, &bytes, &Limits::default());
    }
}
