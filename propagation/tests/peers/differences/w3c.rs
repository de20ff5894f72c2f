//! `opentelemetry_sdk`: `TraceContextPropagator` and `BaggagePropagator`.

use super::{Extract, Resend, Row};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const PARENT_FOUND: &str = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

pub(super) const TRACE_CONTEXT: &[Row] = &[
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

pub(super) const BAGGAGE: &[Row] = &[
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
