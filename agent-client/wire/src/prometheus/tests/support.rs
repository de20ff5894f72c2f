//! Requests, and what they are translated to.

use crate::otlp::write::{self, Scalar};
use crate::prometheus::{Family, Labels, Loss, Point, Settings, Sink, translate};

/// The moment of points that have no time.
pub(super) const NOW: u64 = 7_000_000_000;

/// Everything that a request was translated to.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) points: Vec<(Family<'static>, Point)>,
    pub(super) lost: Vec<(Loss, u64)>,
}

impl Sink for Taken {
    fn take(&mut self, family: &Family<'_>, point: Point) {
        let family = Family {
            name: family.name.clone(),
            help: Box::leak(family.help.to_owned().into_boxed_str()),
            unit: family.unit.clone(),
            kind: family.kind,
        };
        self.points.push((family, point));
    }

    fn lose(&mut self, loss: Loss, points: u64) {
        self.lost.push((loss, points));
    }
}

impl Taken {
    /// The labels of the first point of the family `name`.
    pub(super) fn labels(&self, name: &str) -> &Labels {
        &self.point(name).labels
    }

    pub(super) fn point(&self, name: &str) -> &Point {
        let found = self.points.iter().find(|(family, _)| family.name == name);
        &found.expect("a point of the family").1
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.points
            .iter()
            .map(|(family, _)| family.name.as_str())
            .collect()
    }
}

pub(super) fn taken(request: &[u8], settings: &Settings) -> Taken {
    let mut taken = Taken::default();
    translate(request, settings, NOW, &mut taken);
    taken
}

/// Text attributes in field `number`.
pub(super) fn attributes(out: &mut Vec<u8>, number: u32, pairs: &[(&str, &str)]) {
    for (key, value) in pairs {
        write::attribute(out, number, key, Scalar::Text(value));
    }
}

/// A request of one resource and scope `shop.lib` 1.2 with the metrics that `metrics` writes.
pub(super) fn request(resource: &[(&str, &str)], metrics: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |out| {
        write::nested(out, 1, |out| attributes(out, 1, resource));
        write::nested(out, 2, |out| {
            write::nested(out, 1, |out| {
                write::text(out, 1, "shop.lib");
                write::text(out, 2, "1.2");
            });
            metrics(out);
        });
    });
    request
}

/// One metric: `kind` is the field number of its data, which `data` writes.
pub(super) fn metric(
    out: &mut Vec<u8>,
    [name, help, unit]: [&str; 3],
    kind: u32,
    data: impl FnOnce(&mut Vec<u8>),
) {
    write::nested(out, 2, |out| {
        write::text(out, 1, name);
        write::text(out, 2, help);
        write::text(out, 3, unit);
        write::nested(out, kind, data);
    });
}

/// A number point at second `time`.
pub(super) fn number(out: &mut Vec<u8>, pairs: &[(&str, &str)], time: u64, value: f64) {
    write::nested(out, 1, |out| {
        write::fixed64(out, 3, time * 1_000_000_000);
        crate::protobuf::put_varint(out, 4 << 3 | 1);
        out.extend_from_slice(&value.to_le_bytes());
        attributes(out, 7, pairs);
    });
}

/// A histogram point at second `time`.
pub(super) fn histogram(out: &mut Vec<u8>, time: u64, bounds: &[f64], counts: &[u64], sum: f64) {
    write::nested(out, 1, |out| {
        write::fixed64(out, 3, time * 1_000_000_000);
        write::fixed64(out, 4, counts.iter().sum());
        write::fixed64(out, 5, sum.to_bits());
        counts.iter().for_each(|count| packed(out, 6, *count));
        bounds
            .iter()
            .for_each(|bound| packed(out, 7, bound.to_bits()));
        write::nested(out, 8, |out| {
            write::fixed64(out, 2, time * 1_000_000_000);
            write::fixed64(out, 3, 0.3_f64.to_bits());
            write::bytes(out, 4, &[0xb2; 8]);
            write::bytes(out, 5, &[0xa1; 16]);
            attributes(out, 7, &[("user", "ann")]);
        });
        attributes(out, 9, &[("le", "mine")]);
    });
}

/// A list of one, for zero is not nothing in a list.
fn packed(out: &mut Vec<u8>, number: u32, bits: u64) {
    write::bytes(out, number, &bits.to_le_bytes());
}

/// `CUMULATIVE` in field 2.
pub(super) fn cumulative(out: &mut Vec<u8>) {
    write::varint(out, 2, 2);
}
