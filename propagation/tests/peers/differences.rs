//! Where we differ from the published propagators: each row of the documentation, asserted.

use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};

use crate::words::{Headers, Peer};

const DOCS: &str = include_str!("../../src/docs/differences.md");

/// A row of the documentation's tables.
struct Row {
    id: &'static str,
    act: Act,
    headers: &'static [(&'static str, &'static str)],
    here: &'static str,
    there: &'static str,
}

enum Act {
    /// What is found in the headers.
    Extract,
    /// What is sent on of the headers, when nobody changed anything.
    Resend,
}

use Act::{Extract, Resend};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const PARENT_FOUND: &str = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

const TRACE_CONTEXT: &[Row] = &[
    Row {
        id: "W1",
        act: Extract,
        headers: &[("traceparent", "00-4bf92f3577b34da6-00f067aa0ba902b7-01")],
        here: "none",
        there: "00000000000000004bf92f3577b34da6-00f067aa0ba902b7-01",
    },
    Row {
        id: "W2",
        act: Extract,
        headers: &[(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-+1",
        )],
        here: "none",
        there: PARENT_FOUND,
    },
    Row {
        id: "W3",
        act: Extract,
        headers: &[(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        )],
        here: "none",
        there: PARENT_FOUND,
    },
    Row {
        id: "W4",
        act: Extract,
        headers: &[("traceparent", PARENT), ("traceparent", PARENT)],
        here: "none",
        there: PARENT_FOUND,
    },
    Row {
        id: "W5",
        act: Resend,
        headers: &[(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03",
        )],
        here: "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03",
        there: "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01; tracestate: ",
    },
    Row {
        id: "W6",
        act: Resend,
        headers: &[("traceparent", PARENT)],
        here: "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01; tracestate: ",
    },
    Row {
        id: "W7",
        act: Extract,
        headers: &[
            ("traceparent", PARENT),
            ("tracestate", "a=1"),
            ("tracestate", "b=2"),
        ],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 & [a=1,b=2]",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 & [a=1]",
    },
    Row {
        id: "W8",
        act: Resend,
        headers: &[("traceparent", PARENT), ("tracestate", "a@b@c=1,d=2")],
        here: "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01; \
               tracestate: a@b@c=1,d=2",
        there: "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01; tracestate: ",
    },
    Row {
        id: "W9",
        act: Extract,
        headers: &[("traceparent", PARENT), ("tracestate", "a=,b=2")],
        here: PARENT_FOUND,
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 & [a=,b=2]",
    },
];

const BAGGAGE: &[Row] = &[
    Row {
        id: "B1",
        act: Extract,
        headers: &[("baggage", "k=v=w")],
        here: "k=v=w",
        there: "k=v",
    },
    Row {
        id: "B2",
        act: Extract,
        headers: &[("baggage", "a=1"), ("baggage", "b=2")],
        here: "a=1 & b=2",
        there: "a=1",
    },
    Row {
        id: "B3",
        act: Resend,
        headers: &[("baggage", "a=b;x=%2Cevil=1")],
        here: "baggage: a=b;x=%2Cevil=1",
        there: "baggage: a=b;x=,evil=1",
    },
    Row {
        id: "B4",
        act: Resend,
        headers: &[("baggage", "rate=100%2525")],
        here: "baggage: rate=100%2525",
        there: "baggage: rate=100%25",
    },
    Row {
        id: "B5",
        act: Extract,
        headers: &[("baggage", "k=a%FFb")],
        here: "k=a\u{fffd}b",
        there: "none",
    },
    Row {
        id: "B6",
        act: Extract,
        headers: &[("baggage", "k=%20v")],
        here: "k= v",
        there: "k=v",
    },
    Row {
        id: "B7",
        act: Extract,
        headers: &[("baggage", "a%2Db=1")],
        here: "a%2Db=1",
        there: "a-b=1",
    },
    Row {
        id: "B8",
        act: Extract,
        headers: &[("baggage", "a=x\\y,b=2")],
        here: "b=2",
        there: "a=x\\y & b=2",
    },
];

fn check(ours: &Peer, theirs: &Peer, rows: &[Row]) {
    for row in rows {
        let headers = Headers::new(row.headers);
        let of = |peer: &Peer| match row.act {
            Extract => peer.extract(&headers),
            Resend => peer.resend(&headers).shown(),
        };
        assert_eq!(of(ours), row.here, "{}, here", row.id);
        assert_eq!(of(theirs), row.there, "{}, there", row.id);
        assert_ne!(row.here, row.there, "{} is no difference", row.id);
    }
}

#[test]
fn trace_context_of_the_sdk_differs_as_documented() {
    let theirs = Peer::Current(Box::new(TraceContextPropagator::new()));
    check(&Peer::ours("tracecontext"), &theirs, TRACE_CONTEXT);
}

#[test]
fn baggage_of_the_sdk_differs_as_documented() {
    let theirs = Peer::Current(Box::new(BaggagePropagator::new()));
    check(&Peer::ours("baggage"), &theirs, BAGGAGE);
}

#[test]
fn every_documented_difference_is_asserted_and_every_asserted_one_documented() {
    let asserted = [TRACE_CONTEXT, BAGGAGE];
    let asserted: Vec<&str> = asserted
        .iter()
        .copied()
        .flatten()
        .map(|row| row.id)
        .collect();
    let rows = DOCS.lines().filter_map(|line| line.strip_prefix("| "));
    let documented: Vec<&str> = rows
        .filter_map(|row| row.split(" | ").next())
        .filter(|id| id.ends_with(|last: char| last.is_ascii_digit()))
        .collect();
    assert_eq!(documented, asserted);
}
