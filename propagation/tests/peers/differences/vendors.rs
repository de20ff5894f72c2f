//! `opentelemetry-jaeger-propagator`, `opentelemetry-aws`, `opentelemetry-datadog`.

use super::{Extract, Resend, Row};

pub(super) const JAEGER: &[Row] = &[
    Row {
        id: "J1",
        act: Extract,
        headers: &[(
            "uber-trace-id",
            "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:b",
        )],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "none",
    },
    Row {
        id: "J2",
        act: Extract,
        headers: &[(
            "uber-trace-id",
            "4bf92f3577b34da6a3ce929d0e0e4736%3a00f067aa0ba902b7%3a0%3a1",
        )],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "none",
    },
    Row {
        id: "J3",
        act: Extract,
        headers: &[
            (
                "uber-trace-id",
                "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:1",
            ),
            ("uberctx-k", "v%20w"),
        ],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 & k=v w",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 & [uberctx-k=v%20w]",
    },
    Row {
        id: "J4",
        act: Extract,
        headers: &[(
            "uber-trace-id",
            "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:3",
        )],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-05",
    },
    Row {
        id: "J5",
        act: Extract,
        headers: &[("uber-trace-id", "4bf92f3577b34da6a3ce929d0e0e4736:0:0:1")],
        here: "none",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    },
    Row {
        id: "J6",
        act: Extract,
        headers: &[
            (
                "uber-trace-id",
                "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:1",
            ),
            ("uberctx-k", "a,b=c"),
        ],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 & k=a,b=c",
        there: "none",
    },
    Row {
        id: "J7",
        act: Resend,
        headers: &[(
            "uber-trace-id",
            "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:9",
        )],
        here: "uber-trace-id: 4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:9",
        there: "uber-trace-id: 4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:1",
    },
];

pub(super) const XRAY: &[Row] = &[
    Row {
        id: "X1",
        act: Extract,
        headers: &[(
            "x-amzn-trace-id",
            "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=?",
        )],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02",
    },
    Row {
        id: "X2",
        act: Extract,
        headers: &[(
            "x-amzn-trace-id",
            "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736",
        )],
        here: "none",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-02",
    },
    Row {
        id: "X3",
        act: Extract,
        headers: &[(
            "x-amzn-trace-id",
            "Self=1-67891234-12456789abcdef012345678;Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1",
        )],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 & [self=1-67891234-12456789abcdef012345678]",
    },
    Row {
        id: "X4",
        act: Extract,
        headers: &[(
            "x-amzn-trace-id",
            "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=2",
        )],
        here: "none",
        there: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02",
    },
    Row {
        id: "X5",
        act: Resend,
        headers: &[(
            "x-amzn-trace-id",
            "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7",
        )],
        here: "x-amzn-trace-id: Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7",
        there: "x-amzn-trace-id: Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=?",
    },
    Row {
        id: "X6",
        act: Resend,
        headers: &[(
            "x-amzn-trace-id",
            "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1;Lineage=nonsense",
        )],
        here: "x-amzn-trace-id: Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1",
        there: "x-amzn-trace-id: Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1;Lineage=nonsense",
    },
];

pub(super) const DATADOG: &[Row] = &[
    Row {
        id: "D1",
        act: Extract,
        headers: &[
            ("x-datadog-trace-id", "11803532876627986230"),
            ("x-datadog-parent-id", "67667974448284343"),
            ("x-datadog-sampling-priority", "1"),
            ("x-datadog-tags", "_dd.p.tid=4bf92f3577b34da6"),
        ],
        here: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-01",
    },
    Row {
        id: "D2",
        act: Extract,
        headers: &[
            ("x-datadog-trace-id", "11803532876627986230"),
            ("x-datadog-parent-id", "67667974448284343"),
            ("x-datadog-sampling-priority", "3"),
        ],
        here: "0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-01",
        there: "0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-02",
    },
    Row {
        id: "D3",
        act: Extract,
        headers: &[
            ("x-datadog-trace-id", "11803532876627986230"),
            ("x-datadog-parent-id", "67667974448284343"),
        ],
        here: "0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-00",
        there: "0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-02",
    },
    Row {
        id: "D4",
        act: Extract,
        headers: &[
            ("x-datadog-trace-id", "1"),
            ("x-datadog-parent-id", "0"),
            ("x-datadog-sampling-priority", "1"),
        ],
        here: "none",
        there: "00000000000000000000000000000001-0000000000000000-01",
    },
    Row {
        id: "D5",
        act: Resend,
        headers: &[
            ("x-datadog-trace-id", "11803532876627986230"),
            ("x-datadog-parent-id", "67667974448284343"),
            ("x-datadog-sampling-priority", "-1"),
        ],
        here: "x-datadog-parent-id: 67667974448284343; x-datadog-sampling-priority: -1; \
               x-datadog-trace-id: 11803532876627986230",
        there: "x-datadog-parent-id: 67667974448284343; x-datadog-sampling-priority: 0; \
               x-datadog-trace-id: 11803532876627986230",
    },
    Row {
        id: "D6",
        act: Resend,
        headers: &[
            ("x-datadog-trace-id", "11803532876627986230"),
            ("x-datadog-parent-id", "67667974448284343"),
            ("x-datadog-sampling-priority", "1"),
            ("x-datadog-origin", "rum"),
        ],
        here: "x-datadog-origin: rum; x-datadog-parent-id: 67667974448284343; \
               x-datadog-sampling-priority: 1; x-datadog-trace-id: 11803532876627986230",
        there: "x-datadog-parent-id: 67667974448284343; x-datadog-sampling-priority: 1; \
               x-datadog-trace-id: 11803532876627986230",
    },
];
