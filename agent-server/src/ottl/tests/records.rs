//! One of everything.

use campanile_wire::otlp::write::{self, Scalar, attribute, nested};

use super::super::context::Context;
use super::super::record::Record;
use super::super::statement::Condition;

/// The messages of one record of each kind.
pub(super) struct Messages {
    pub(super) resource: Vec<u8>,
    pub(super) scope: Vec<u8>,
    pub(super) span: Vec<u8>,
    pub(super) event: Vec<u8>,
    pub(super) metric: Vec<u8>,
    pub(super) points: [(u32, Vec<u8>); 5],
    pub(super) log: Vec<u8>,
}

fn message(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

impl Messages {
    pub(super) fn new() -> Self {
        let points = points();
        Self {
            resource: message(|out| {
                attribute(out, 1, "service.name", Scalar::Text("shop"));
                write::varint(out, 2, 3);
            }),
            scope: message(|out| {
                write::text(out, 1, "tracer");
                write::text(out, 2, "1.2");
                attribute(out, 3, "lang", Scalar::Text("rust"));
            }),
            span: span(),
            event: message(|out| {
                write::fixed64(out, 1, 1_500_000_000);
                write::text(out, 2, "exception");
                attribute(out, 3, "exception.type", Scalar::Text("Oops"));
            }),
            metric: message(|out| {
                write::text(out, 1, "http.requests");
                write::text(out, 3, "1");
                nested(out, 7, |sum| {
                    nested(sum, 1, |out| out.extend_from_slice(&points[1].1));
                    write::varint(sum, 2, 2);
                    write::varint(sum, 3, 1);
                });
                attribute(out, 12, "origin", Scalar::Text("test"));
            }),
            points,
            log: message(|out| {
                write::fixed64(out, 1, 1_000);
                write::varint(out, 2, 13);
                write::text(out, 3, "WARN");
                nested(out, 5, |body| {
                    nested(body, 6, |map| {
                        attribute(map, 1, "user", Scalar::Text("ann"));
                        attribute(map, 1, "count", Scalar::Int(2));
                    });
                });
                attribute(out, 6, "file", Scalar::Text("a.log"));
                write::bytes(out, 9, &[0xab; 16]);
                write::text(out, 12, "login");
            }),
        }
    }

    /// The record of a context; of points, that of a sum.
    pub(super) fn record(&self, context: Context) -> Record<'_> {
        let scope = Record::of_resource(&self.resource).scope(&self.scope);
        match context {
            Context::DataPoint => self.point(1),
            Context::Log => scope.item(&self.log),
            Context::Metric => scope.item(&self.metric),
            Context::Resource => Record::of_resource(&self.resource),
            Context::Scope => scope,
            Context::Span => scope.item(&self.span),
            Context::SpanEvent => scope.item(&self.span).event(&self.event, 2),
        }
    }

    /// The point at `index`: a gauge's, a sum's, a histogram's, an exponential one's, a summary's.
    pub(super) fn point(&self, index: usize) -> Record<'_> {
        let (data, point) = &self.points[index];
        self.record(Context::Metric).point(point, *data)
    }

    /// Whether a condition holds.
    #[track_caller]
    pub(super) fn holds(&self, context: Context, text: &str) -> Result<bool, String> {
        holds_on(&self.record(context), context, text)
    }
}

/// Whether a condition holds on `record`.
#[track_caller]
pub(super) fn holds_on(record: &Record<'_>, context: Context, text: &str) -> Result<bool, String> {
    match Condition::parse(context, text) {
        Ok(condition) => condition.matches(record).map_err(|error| error.to_string()),
        Err(error) => panic!("{text}: {error}"),
    }
}

fn span() -> Vec<u8> {
    message(|out| {
        write::bytes(out, 1, &[0xa1; 16]);
        write::bytes(out, 2, &[0xb2; 8]);
        write::text(out, 3, "a=1,b=2");
        write::text(out, 5, "GET /carts");
        write::varint(out, 6, 2);
        write::fixed64(out, 7, 1_000_000_000);
        write::fixed64(out, 8, 3_500_000_000);
        attribute(out, 9, "http.route", Scalar::Text("/carts/{id}"));
        attribute(out, 9, "http.status", Scalar::Int(503));
        attribute(out, 9, "ratio", Scalar::Double(0.5));
        attribute(out, 9, "cached", Scalar::Bool(true));
        attribute(out, 9, "raw", Scalar::Bytes(&[1, 2]));
        attribute(out, 9, "empty", Scalar::Text(""));
        nested(out, 9, |entry| {
            write::text(entry, 1, "tags");
            nested(entry, 2, |any| {
                nested(any, 5, |list| {
                    nested(list, 1, |any| write::scalar(any, Scalar::Text("red")));
                    nested(list, 1, |any| write::scalar(any, Scalar::Int(7)));
                });
            });
        });
        nested(out, 9, |entry| {
            write::text(entry, 1, "user");
            nested(entry, 2, |any| {
                nested(any, 6, |map| attribute(map, 1, "id", Scalar::Int(42)));
            });
        });
        write::varint(out, 10, 4);
        nested(out, 11, |event| write::text(event, 2, "one"));
        nested(out, 11, |event| write::text(event, 2, "two"));
        nested(out, 15, |status| {
            write::text(status, 2, "broken");
            write::varint(status, 3, 2);
        });
        write::fixed32(out, 16, 0x101);
    })
}

fn points() -> [(u32, Vec<u8>); 5] {
    let number = |write: &dyn Fn(&mut Vec<u8>)| {
        message(|out| {
            write::fixed64(out, 2, 10);
            write::fixed64(out, 3, 20);
            write(out);
            attribute(out, 7, "host", Scalar::Text("a"));
            write::varint(out, 8, 1);
        })
    };
    [
        (5, number(&|out| write::fixed64(out, 4, 1.5_f64.to_bits()))),
        (7, number(&|out| write::fixed64(out, 6, 12))),
        (
            9,
            message(|out| {
                write::fixed64(out, 4, 6);
                write::fixed64(out, 5, 2.5_f64.to_bits());
                attribute(out, 9, "host", Scalar::Text("a"));
            }),
        ),
        (
            10,
            message(|out| {
                attribute(out, 1, "host", Scalar::Text("a"));
                write::fixed64(out, 4, 6);
                write::varint(out, 6, 3);
                write::fixed64(out, 7, 5);
                write::varint(out, 10, 1);
            }),
        ),
        (
            11,
            message(|out| {
                write::fixed64(out, 4, 6);
                attribute(out, 7, "host", Scalar::Text("a"));
            }),
        ),
    ]
}
