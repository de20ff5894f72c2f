//! `OTEL_*_LIMIT`.

use super::{bad, bad_of, but, good};
use crate::environment::{Limits, Settings};

const COUNT: &str = "OTEL_ATTRIBUTE_COUNT_LIMIT";
const LENGTH: &str = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT";

fn with(change: impl FnOnce(&mut Limits)) -> Settings {
    but(|settings| change(&mut settings.limits))
}

#[test]
fn every_count_has_a_name_of_its_own() {
    type Change = fn(&mut Limits, u32);
    let cases: [(&str, Change); 6] = [
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", |limits, n| {
            limits.attributes_per_span = n;
        }),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", |limits, n| {
            limits.events_per_span = n;
        }),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", |limits, n| {
            limits.links_per_span = n;
        }),
        ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", |limits, n| {
            limits.attributes_per_event = n;
        }),
        ("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", |limits, n| {
            limits.attributes_per_link = n;
        }),
        ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", |limits, n| {
            limits.attributes_per_log = n;
        }),
    ];
    for (name, change) in cases {
        for (value, count) in [("0", 0), ("3", 3), ("2147483647", 2_147_483_647)] {
            let expected = with(|limits| change(limits, count));
            assert_eq!(good(&[(name, value)]), expected, "{name}={value}");
        }
        for value in ["-1", "many", "1.5", "4294967296"] {
            assert_eq!(bad(name, value).used, "128");
        }
    }
}

#[test]
fn the_general_count_is_that_of_spans_and_log_records() {
    let both = |span, log| {
        with(|limits| {
            limits.attributes_per_span = span;
            limits.attributes_per_log = log;
        })
    };
    assert_eq!(good(&[(COUNT, "3")]), both(3, 3));
    let span = ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "4");
    assert_eq!(good(&[(COUNT, "3"), span]), both(4, 3));
    let log = ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "5");
    assert_eq!(good(&[(COUNT, "3"), log]), both(3, 5));
    assert_eq!(bad(COUNT, "-1").used, "128");
}

#[test]
fn lengths_have_no_bound_unless_given() {
    let both = |span, log| {
        with(|limits| {
            limits.value_chars = span;
            limits.log_value_chars = log;
        })
    };
    let span = ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4");
    let log = ("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "0");
    assert_eq!(good(&[(LENGTH, "3")]), both(Some(3), Some(3)));
    assert_eq!(good(&[span]), both(Some(4), None));
    assert_eq!(good(&[log]), both(None, Some(0)));
    let pairs = [(LENGTH, "3"), span, log];
    assert_eq!(good(&pairs), both(Some(4), Some(0)));
    for name in [LENGTH, span.0, log.0] {
        for value in ["-1", "long"] {
            assert_eq!(bad(name, value).used, "no limit");
        }
    }
}

#[test]
fn a_bad_value_of_the_own_name_counts_as_unset() {
    let own = "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT";
    let (settings, warning) = bad_of(&[(COUNT, "3"), (own, "many")], own);
    assert_eq!(settings, good(&[(COUNT, "3")]));
    assert_eq!((&*warning.value, &*warning.used), ("many", "3"));
}
