//! On valid input, all say the same.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::published::published;
use crate::words::{Headers, Peer, Span};

const TOKEN: &str = "[a-zA-Z0-9!#$&'*+.^_`|~-]{1,12}";
const TEXT: &str = "([!-$&-<>-\\[\\]-~\u{e9}]( ?[!-$&-<>-\\[\\]-~\u{1f514}]){0,12})?";

prop_compose! {
    fn spans()(trace in 1..=u128::MAX, span in 1..=u64::MAX, sampled: bool) -> Span {
        Span { trace, span, sampled }
    }
}

/// Both send the same, and find the same in it. What they send beside it is a difference.
fn agree_on(ours: &Peer, theirs: &Peer, span: Span) {
    let nothing = BTreeMap::new();
    let sent_here = ours.inject(Some(span), &nothing);
    let sent_there = theirs.inject(Some(span), &nothing);
    assert_eq!(sent_here.shown(), sent_there.only_of(&sent_here).shown());
    agree_about(ours, theirs, &sent_here);
}

/// Both find the same, which is something.
fn agree_about(ours: &Peer, theirs: &Peer, headers: &Headers) {
    let found = ours.extract(headers);
    assert_ne!(found, "none");
    assert_eq!(found, theirs.extract(headers));
}

proptest! {
    #[test]
    fn each_published_propagator_sends_and_finds_the_same(span in spans()) {
        for name in ["tracecontext", "b3", "b3multi", "jaeger", "xray", "datadog"] {
            // The published Datadog propagator knows the lower half of a trace id only.
            let halved = Span { trace: u128::from(span.span), ..span };
            let span = if name == "datadog" { halved } else { span };
            agree_on(&Peer::ours(name), &published(name), span);
        }
    }

    #[test]
    fn trace_context_of_the_sdk_finds_the_same_tracestate(
        members in btree_map("[a-z][a-z0-9_*/-]{0,20}", "[!-+\\--<>-~]{1,20}", 1..32),
    ) {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let list: Vec<String> = members.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let list = list.join(",");
        let headers = Headers::new(&[("traceparent", parent), ("tracestate", &list)]);
        let (ours, theirs) = (Peer::ours("tracecontext"), published("tracecontext"));
        agree_about(&ours, &theirs, &headers);
        prop_assert_eq!(ours.resend(&headers).shown(), headers.shown());
        prop_assert_eq!(theirs.resend(&headers).shown(), headers.shown());
    }

    // No `%`, `=`, `\` and spaces at the ends: see the differences.
    #[test]
    fn baggage_of_the_sdk_finds_the_same(
        entries in btree_map(TOKEN, TEXT, 1..20),
    ) {
        let (ours, theirs) = (Peer::ours("baggage"), published("baggage"));
        let expected: Vec<String> = entries.iter().map(|(k, v)| format!("{k}={v}")).collect();
        for sender in [&ours, &theirs] {
            let headers = sender.inject(None, &entries);
            agree_about(&ours, &theirs, &headers);
            let found = ours.extract(&headers);
            prop_assert_eq!(found, sorted(expected.clone()).join(" & "));
        }
    }

    #[test]
    fn baggage_of_the_sdk_finds_the_same_properties(
        properties in vec("[a-z]{1,6}(=[a-z0-9]{0,6})?", 1..5),
    ) {
        let list = format!("k=v;{}", properties.join(";"));
        let headers = Headers::new(&[("baggage", &list)]);
        agree_about(&Peer::ours("baggage"), &published("baggage"), &headers);
    }
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}
