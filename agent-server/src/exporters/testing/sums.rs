//! Payloads of metrics.

use bytes::Bytes;
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use campanile_wire::protobuf::put_varint;

use crate::payload::Payload;

/// One number point of `requests`, a monotonic sum of `temporality` (1 delta, 2 cumulative).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum<'p> {
    pub(crate) name: &'p str,
    pub(crate) path: &'p str,
    pub(crate) temporality: u64,
    pub(crate) start: u64,
    pub(crate) time: u64,
    pub(crate) value: f64,
}

/// A point at second 1 of the path `/`.
pub(crate) const SUM: Sum<'static> = Sum {
    name: "requests",
    path: "/",
    temporality: 2,
    start: 0,
    time: 1,
    value: 1.0,
};

/// A request of `service` with points of sums, each in a metric of its own.
pub(crate) fn sums(service: &str, sums: &[Sum<'_>]) -> Payload {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |out| {
        write::nested(out, 1, |out| {
            write::attribute(out, 1, "service.name", Scalar::Text(service));
            write::attribute(out, 1, "host.name", Scalar::Text("h"));
        });
        write::nested(out, 2, |out| sums.iter().for_each(|sum| metric(out, sum)));
    });
    payload(request)
}

fn metric(out: &mut Vec<u8>, sum: &Sum<'_>) {
    write::nested(out, 2, |out| {
        write::text(out, 1, sum.name);
        write::text(out, 2, "All of them.");
        write::nested(out, 7, |out| {
            write::nested(out, 1, |out| point(out, sum));
            write::varint(out, 2, sum.temporality);
            write::varint(out, 3, 1);
        });
    });
}

fn point(out: &mut Vec<u8>, sum: &Sum<'_>) {
    write::fixed64(out, 2, sum.start * 1_000_000_000);
    write::fixed64(out, 3, sum.time * 1_000_000_000);
    put_varint(out, 4 << 3 | 1);
    out.extend_from_slice(&sum.value.to_le_bytes());
    write::nested(out, 5, |out| {
        write::fixed64(out, 3, 0.5_f64.to_bits());
        write::bytes(out, 5, &[0xa1; 16]);
    });
    write::attribute(out, 7, "path", Scalar::Text(sum.path));
}

fn payload(request: Vec<u8>) -> Payload {
    Payload::parse(Signal::Metrics, Bytes::from(request), &Limits::default())
        .expect("what is written here is well formed")
}
