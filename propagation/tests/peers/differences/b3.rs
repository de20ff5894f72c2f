//! `opentelemetry-zipkin`: B3 in one header, and in several.

use super::{Extract, Resend, Row};

pub(super) const SINGLE: &[Row] = &[
    Row {
        id: "S1",
        act: Extract,
        headers: &[("b3", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-d")],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-04",
    },
    Row {
        id: "S2",
        act: Extract,
        headers: &[("b3", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7")],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02",
    },
    Row {
        id: "S3",
        act: Resend,
        headers: &[("b3", "1")],
        here: "b3: 1",
        there: "b3: 0; x-b3-sampled: 0",
    },
    Row {
        id: "S4",
        act: Resend,
        headers: &[("host", "a")],
        here: "none",
        there: "b3: 0; x-b3-sampled: 0",
    },
    Row {
        id: "S5",
        act: Resend,
        headers: &[("b3", "a3ce929d0e0e4736-00f067aa0ba902b7-1")],
        here: "b3: a3ce929d0e0e4736-00f067aa0ba902b7-1",
        there: "b3: 0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-1; x-b3-sampled: 1; \
               x-b3-spanid: 00f067aa0ba902b7; x-b3-traceid: 0000000000000000a3ce929d0e0e4736",
    },
    Row {
        id: "S6",
        act: Extract,
        headers: &[("b3", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-")],
        here: "none",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02",
    },
    Row {
        id: "S7",
        act: Extract,
        headers: &[("b3", "4bf92f3577b34da6a3ce929d0e0e4736-+0f067aa0ba902b7-1")],
        here: "none",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    },
    Row {
        id: "S8",
        act: Extract,
        headers: &[
            ("x-b3-traceid", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("x-b3-spanid", "00f067aa0ba902b7"),
            ("x-b3-sampled", "true"),
        ],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "none",
    },
    Row {
        id: "S9",
        act: Resend,
        headers: &[("b3", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1")],
        here: "b3: 4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        there: "b3: 4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1; x-b3-sampled: 1; \
               x-b3-spanid: 00f067aa0ba902b7; x-b3-traceid: 4bf92f3577b34da6a3ce929d0e0e4736",
    },
];

pub(super) const MULTI: &[Row] = &[
    Row {
        id: "M1",
        act: Extract,
        headers: &[
            ("x-b3-traceid", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("x-b3-spanid", "00f067aa0ba902b7"),
            ("x-b3-parentspanid", "-"),
            ("x-b3-sampled", "1"),
        ],
        here: "none",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    },
    Row {
        id: "M2",
        act: Extract,
        headers: &[
            ("x-b3-traceid", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("x-b3-spanid", "00f067aa0ba902b7"),
        ],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02",
    },
    Row {
        id: "M3",
        act: Resend,
        headers: &[("x-b3-flags", "1")],
        here: "x-b3-flags: 1",
        there: "x-b3-sampled: 0",
    },
    Row {
        id: "M4",
        act: Extract,
        headers: &[
            ("x-b3-traceid", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("x-b3-spanid", "00f067aa0ba902b7"),
            ("x-b3-flags", "0"),
            ("x-b3-sampled", "1"),
        ],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
    },
];
