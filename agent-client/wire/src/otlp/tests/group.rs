use std::collections::HashSet;

use proptest::prelude::*;

use super::generate::{Style, UNLIMITED, requests};
use crate::otlp::split::{copy_without, points};
use crate::otlp::view::messages;
use crate::otlp::write::{Scalar, attribute, nested, text};
use crate::otlp::{Signal, group, scan, scan_deep};

/// Spans as `(service, other attributes first, schema URL, scope, name)`, each in an entry.
type Entry<'e> = (&'e str, bool, &'e str, &'e str, &'e str);

fn request(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut request = Vec::new();
    for (service, zone_first, schema, scope, name) in entries {
        nested(&mut request, 1, |entry| {
            nested(entry, 1, |resource| {
                let mut pairs = [("service.name", *service), ("zone", "b")];
                if *zone_first {
                    pairs.reverse();
                }
                for (key, value) in pairs {
                    attribute(resource, 1, key, Scalar::Text(value));
                }
            });
            nested(entry, 2, |spans| {
                nested(spans, 1, |described| text(described, 1, scope));
                nested(spans, 2, |span| text(span, 5, name));
            });
            text(entry, 3, schema);
        });
    }
    request
}

/// `service/scope: names` of every scope.
fn shown(request: &[u8]) -> Vec<String> {
    let mut shown = Vec::new();
    for entry in crate::otlp::view::resource_spans(request) {
        let service = entry.resource().attributes().find("service.name");
        let service = service.and_then(|value| value.as_text()).unwrap_or("-");
        for scope in entry.scope_spans() {
            let scope_name = messages(scope.0, 1)
                .flat_map(|scope| messages(scope, 1))
                .next();
            let scope_name = String::from_utf8_lossy(scope_name.unwrap_or_default());
            let names: Vec<_> = scope.spans().map(|span| span.name).collect();
            shown.push(format!("{service}/{scope_name}: {}", names.join(" ")));
        }
    }
    shown
}

#[test]
fn entries_of_one_node_become_one_and_so_do_their_scopes() {
    let before = request(&[
        ("a", false, "", "x", "1"),
        ("b", false, "", "x", "2"),
        ("a", true, "", "y", "3"),
        ("a", false, "", "x", "4"),
    ]);
    let grouped = group(Signal::Traces, &before, &[]).expect("something to group");
    assert_eq!(shown(&grouped.request), ["a/x: 1 4", "a/y: 3", "b/x: 2"]);
    assert_eq!(grouped.order, [0..1, 3..4, 2..3, 1..2]);
    assert_eq!(grouped.resources, 2);
}

#[test]
fn what_differs_stays_apart() {
    let before = request(&[
        ("a", false, "", "x", "1"),
        ("b", false, "", "x", "2"),
        ("a", false, "https://example.com/1", "x", "3"),
    ]);
    assert_eq!(group(Signal::Traces, &before, &[]), None);
}

#[test]
fn a_request_of_one_resource_and_one_scope_has_nothing_to_group() {
    let one = request(&[("a", false, "", "x", "1")]);
    assert_eq!(group(Signal::Traces, &one, &[]), None);
    assert_eq!(group(Signal::Traces, &[], &[]), None);
}

#[test]
fn nodes_with_the_same_values_of_the_keys_follow_each_other() {
    let before = request(&[
        ("a", false, "", "x", "1"),
        ("b", false, "", "x", "2"),
        ("a", false, "https://example.com/1", "x", "3"),
    ]);
    let keys = ["service.name".to_owned()];
    let grouped = group(Signal::Traces, &before, &keys).expect("something to order");
    assert_eq!(shown(&grouped.request), ["a/x: 1", "a/x: 3", "b/x: 2"]);
    assert_eq!(grouped.resources, 3);
    assert_eq!(group(Signal::Traces, &grouped.request, &keys), None);
}

/// A span, log record or metric with the bytes, in any order, of what it is under; and how many
/// items it counts.
type Line = (Vec<u8>, Vec<u8>, u64);

fn lines(signal: Signal, request: &[u8]) -> Vec<Line> {
    let mut lines = Vec::new();
    for entry in messages(request, 1) {
        for scope in messages(entry, 2) {
            let mut head = Vec::new();
            copy_without(entry, 2, &mut head);
            copy_without(scope, 2, &mut head);
            head.sort_unstable();
            lines.extend(messages(scope, 2).map(|item| {
                let count = match signal {
                    Signal::Metrics => points(item).count() as u64,
                    Signal::Logs | Signal::Traces => 1,
                };
                (head.clone(), item.to_vec(), count)
            }));
        }
    }
    lines
}

/// The line of every item.
fn items(lines: &[Line]) -> Vec<&Line> {
    let lines = lines.iter();
    let items = lines.flat_map(|line| (0..line.2).map(move |_| line));
    items.collect()
}

proptest! {
    #[test]
    fn nothing_is_lost_and_the_order_says_where_items_went(
        (signal, request) in requests(Style::Clean),
        times in 1_usize..4,
        by_key in any::<bool>(),
    ) {
        let request = request.repeat(times);
        let keys = by_key.then(|| "a".to_owned());
        let Some(grouped) = group(signal, &request, keys.as_slice()) else {
            return Ok(());
        };
        let before = scan(signal, &request, &UNLIMITED).expect("sound");
        let after = scan_deep(signal, &grouped.request, &UNLIMITED).expect("sound");
        prop_assert_eq!(after.items, before.items);
        prop_assert_eq!(after.unidentified, before.unidentified);
        prop_assert_eq!(after.resources, grouped.resources);
        let order = grouped.order.iter().cloned().flatten();
        let order: Vec<usize> = order.map(|item| item as usize).collect();
        prop_assert_eq!(order.iter().collect::<HashSet<_>>().len() as u64, before.items);
        let (mut old, mut new) = (lines(signal, &request), lines(signal, &grouped.request));
        let items_before = items(&old);
        let moved: Vec<_> = order.iter().map(|item| items_before[*item]).collect();
        prop_assert_eq!(items(&new), moved);
        old.sort_unstable();
        new.sort_unstable();
        prop_assert_eq!(new, old);
        prop_assert_eq!(group(signal, &grouped.request, keys.as_slice()), None);
    }

    #[test]
    fn no_request_is_a_panic(request in prop::collection::vec(any::<u8>(), 0..200)) {
        for signal in Signal::ALL {
            let _ = group(signal, &request, &["a".to_owned()]);
        }
    }

    #[test]
    fn a_request_that_is_cut_off_is_no_panic(
        (signal, request) in requests(Style::Messy),
        cut in any::<prop::sample::Index>(),
    ) {
        let request = request.repeat(2);
        let cut = cut.index(request.len() + 1);
        let _ = group(signal, &request[..cut], &[]);
    }
}
