//! Reading what a path leads to.

use std::borrow::Cow;

use campanile_wire::protobuf::{Fields, Value as Wire};

use super::super::error::EvalError;
use super::super::path::{DATA, Field, Key, Path};
use super::super::value::{Pairs, Value};
use super::super::wire;
use super::{Record, state};

impl<'a> Record<'a> {
    /// The value at `path`; nil where there is none.
    ///
    /// # Errors
    ///
    /// When a key does not fit what it is a key of.
    pub(in super::super) fn get(&self, path: &Path) -> Result<Value<'a>, EvalError> {
        if let (Field::Map(number), [Key::Text(key), rest @ ..]) = (path.field, &path.keys[..]) {
            let message = self.message(path.context);
            let found = number
                .of(self.data)
                .and_then(|number| wire::find(message, number, key));
            return found.map_or(Value::Nil, Value::read).at(rest);
        }
        if let (Field::TraceState, [Key::Text(key)]) = (path.field, &path.keys[..]) {
            let state = wire::text(self.message(path.context), 3);
            return Ok(state::find(state, key).map_or(Value::Nil, Value::text));
        }
        self.field(self.message(path.context), path.field)
            .at(&path.keys)
    }

    fn field(&self, message: &'a [u8], field: Field) -> Value<'a> {
        let int = |number: Option<u64>| Value::Int(number.unwrap_or_default().cast_signed());
        match field {
            Field::Body => Value::read(wire::bytes(message, 5)),
            Field::BodyText => match Value::read(wire::bytes(message, 5)).to_text() {
                Some(text) => Value::owned(text.into_owned()),
                None => Value::text(""),
            },
            Field::Cache => Value::Map(Pairs::of(self.cache, 1)),
            // Of an event or link no more can be told than that it is there: an empty value each.
            Field::Count(number) => {
                let count = wire::all(message, number).count();
                Value::List([0x0a, 0].repeat(count).into())
            }
            Field::EventIndex => Value::Int(i64::try_from(self.index).unwrap_or(i64::MAX)),
            Field::Fixed32(number) => int(wire::fixed32(message, number).map(u64::from)),
            Field::Id(number, length) => Value::Bytes(id(message, number, length)),
            Field::IdText(number, length) => {
                Value::owned(const_hex::encode(id(message, number, length)))
            }
            Field::KindName => Value::text(state::kind(wire::varint(message, 6)).1),
            Field::KindText => Value::text(state::kind(wire::varint(message, 6)).0),
            Field::StatusCode => int(wire::varint(wire::bytes(message, 15), 3)),
            Field::StatusMessage => Value::text(wire::text(wire::bytes(message, 15), 2)),
            Field::Text(number) => Value::text(wire::text(message, number)),
            Field::Time(number) => match int(wire::fixed64(message, number)) {
                Value::Int(nanos) => Value::Time(nanos),
                other => other,
            },
            Field::TraceState => Value::text(wire::text(message, 3)),
            Field::Monotonic | Field::Temporality | Field::Type => of_metric(message, field),
            Field::Double(_)
            | Field::Fixed64(_)
            | Field::Map(_)
            | Field::Signed(_)
            | Field::ValueDouble
            | Field::ValueInt
            | Field::Varint(_) => self.numbered(message, field),
        }
    }

    /// Fields that not every kind of point has.
    fn numbered(&self, message: &'a [u8], field: Field) -> Value<'a> {
        let data = self.data;
        let number = match field {
            Field::Double(number)
            | Field::Fixed64(number)
            | Field::Map(number)
            | Field::Signed(number)
            | Field::Varint(number) => number.of(data),
            _ => matches!(data, 5 | 7).then_some(4),
        };
        let Some(number) = number else {
            return Value::Nil;
        };
        match field {
            Field::Double(_) => Value::Double(wire::double(message, number).unwrap_or_default()),
            Field::Fixed64(_) => {
                let bits = wire::fixed64(message, number).unwrap_or_default();
                Value::Int(bits.cast_signed())
            }
            Field::Map(_) => Value::Map(Pairs::of(message, number)),
            Field::Signed(_) => {
                let zigzag = wire::varint(message, number).unwrap_or_default();
                Value::Int((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
            }
            Field::ValueDouble => Value::Double(wire::double(message, 4).unwrap_or_default()),
            Field::ValueInt => {
                let bits = wire::fixed64(message, 6).unwrap_or_default();
                Value::Int(bits.cast_signed())
            }
            _ => {
                let value = wire::varint(message, number).unwrap_or_default();
                Value::Int(value.cast_signed())
            }
        }
    }

    /// Whether a span has no parent.
    pub(in super::super) fn is_root(&self) -> bool {
        wire::bytes(self.item, 4).iter().all(|byte| *byte == 0)
    }

    /// The points of the metric, in the order of the wire.
    pub(crate) fn points(self) -> impl Iterator<Item = Self> {
        let fields = Fields::new(self.item).map_while(Result::ok);
        let lists = fields.filter_map(|field| match field.value {
            Wire::Bytes(list) if DATA.contains(&field.number) => Some((field.number, list)),
            _ => None,
        });
        lists.flat_map(move |(data, list)| {
            wire::all(list, 1).map(move |point| self.point(point, data))
        })
    }

    /// The events of the span.
    pub(crate) fn events(self) -> impl Iterator<Item = Self> {
        let events = wire::all(self.item, 11).enumerate();
        events.map(move |(index, event)| self.event(event, index))
    }

    /// The attributes of the point.
    pub(in super::super) fn point_attribute(&self, key: &str) -> Option<Value<'a>> {
        let number = match self.data {
            9 => 9,
            10 => 1,
            _ => 7,
        };
        wire::find(self.part, number, key).map(Value::read)
    }
}

/// An id, or zeros where there is none of the right length.
fn id(message: &[u8], number: u32, length: usize) -> Cow<'_, [u8]> {
    const ZEROS: [u8; 16] = [0; 16];
    let id = wire::bytes(message, number);
    if id.len() == length {
        Cow::Borrowed(id)
    } else {
        Cow::Borrowed(ZEROS.get(..length).unwrap_or_default())
    }
}

/// What a metric says of all its points.
fn of_metric(metric: &[u8], field: Field) -> Value<'_> {
    let data = state::data(metric);
    let list = data.map_or(&[][..], |number| wire::bytes(metric, number));
    match (field, data) {
        (Field::Type, _) => Value::Int(match data {
            Some(5) => 1,
            Some(7) => 2,
            Some(9) => 3,
            Some(10) => 4,
            Some(11) => 5,
            _ => 0,
        }),
        (Field::Temporality, Some(7 | 9 | 10)) => {
            Value::Int(wire::varint(list, 2).unwrap_or_default().cast_signed())
        }
        (Field::Monotonic, Some(7)) => Value::Bool(wire::varint(list, 3).unwrap_or_default() != 0),
        _ => Value::Nil,
    }
}
