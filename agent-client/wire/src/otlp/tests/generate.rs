//! Export requests made up from a string of random bytes by the field tables, so that every field
//! of every message comes up and a failure shrinks to few fields.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::schema::tables;
use crate::otlp::schema::{self, Field, Kind, Label, Message};
use crate::otlp::write::nested;
use crate::otlp::{Limits, Signal};
use crate::protobuf::{Fields, Value, put_bytes, put_varint};

/// Limits that nothing exceeds.
pub(crate) const UNLIMITED: Limits = Limits {
    max_items: u64::MAX,
    max_children: u64::MAX,
};

/// What the generator is free to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// As a sender writes: no field twice, one member of a oneof.
    Clean,
    /// Clean, and only numbers that JSON can write.
    Finite,
    /// Whatever decoders must accept: fields twice, lists in parts, several members of a oneof.
    Messy,
}

/// Any signal, and a request of it.
pub(crate) fn requests(style: Style) -> impl Strategy<Value = (Signal, Vec<u8>)> {
    signals().prop_flat_map(move |signal| (Just(signal), requests_of(signal, style)))
}

/// Any signal.
pub(super) fn signals() -> impl Strategy<Value = Signal> {
    prop::sample::select(Signal::ALL.to_vec())
}

/// Requests of `signal`.
pub(crate) fn requests_of(signal: Signal, style: Style) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..3_000).prop_map(move |bytes| {
        let mut choices = Choices {
            rest: &bytes,
            style,
        };
        let mut request = Vec::new();
        choices.message(schema::request(signal), 1, &mut request);
        request
    })
}

/// Decisions taken from bytes; when they run out, everything is absent.
struct Choices<'a> {
    rest: &'a [u8],
    style: Style,
}

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.rest.split_first().unwrap_or((&0, &[]));
        self.rest = rest;
        *first
    }

    fn one_in(&mut self, count: u8) -> bool {
        self.byte() % count == 1
    }

    fn bits(&mut self) -> u64 {
        let random = u64::from_le_bytes(std::array::from_fn(|_| self.byte()));
        match self.byte() % 4 {
            0 => u64::from(self.byte()),
            1 => u64::MAX - u64::from(self.byte()),
            2 => random & 0x7fff_ffff,
            _ => random,
        }
    }

    fn message(&mut self, message: &Message, depth: usize, out: &mut Vec<u8>) {
        if depth > 14 {
            return;
        }
        let members = message.fields.iter().filter(|f| f.label == Label::Oneof);
        let member = self.byte() as usize % (members.clone().count() + 1);
        let chosen = members.clone().nth(member).map(|field| field.number);
        let rounds = if self.style == Style::Messy { 2 } else { 1 };
        for _ in 0..rounds {
            for field in message.fields.iter().filter(|field| !field.hidden) {
                let present = match field.label {
                    Label::Oneof if self.style == Style::Messy => self.one_in(4),
                    Label::Oneof => chosen == Some(field.number),
                    Label::Optional | Label::Repeated | Label::Singular => !self.one_in(3),
                };
                if present {
                    self.field(field, depth, out);
                }
            }
        }
    }

    fn field(&mut self, field: &Field, depth: usize, out: &mut Vec<u8>) {
        let tag = u64::from(field.number) << 3 | u64::from(field.kind.wire_type());
        let count = match field.label {
            Label::Repeated => 1 + self.byte() % 3,
            Label::Oneof | Label::Optional | Label::Singular => 1,
        };
        if field.is_packed() && !(self.style == Style::Messy && self.one_in(2)) {
            let mut list = Vec::new();
            (0..count).for_each(|_| self.number(field.kind, &mut list));
            return put_bytes(out, field.number, &list);
        }
        for _ in 0..count {
            match field.kind {
                Kind::Message(message) => nested(out, field.number, |out| {
                    self.message(message, depth + 1, out);
                }),
                Kind::String => put_bytes(out, field.number, self.text().as_bytes()),
                Kind::Bytes => {
                    let length = usize::from(self.byte() % 9);
                    let bytes: Vec<u8> = (0..length).map(|_| self.byte()).collect();
                    put_bytes(out, field.number, &bytes);
                }
                Kind::Hex => {
                    let length = [16, 8, 0, 3][usize::from(self.byte() % 4)];
                    let bytes: Vec<u8> = (0..length).map(|_| self.byte()).collect();
                    put_bytes(out, field.number, &bytes);
                }
                kind => {
                    put_varint(out, tag);
                    self.number(kind, out);
                }
            }
        }
    }

    fn number(&mut self, kind: Kind, out: &mut Vec<u8>) {
        let bits = self.bits();
        match kind {
            Kind::Double => out.extend_from_slice(&self.double(bits).to_le_bytes()),
            Kind::Bool => out.push((bits & 1) as u8),
            Kind::Enum | Kind::Int32 => put_varint(out, i64::from(bits as i32).cast_unsigned()),
            Kind::Sint32 | Kind::Uint32 => put_varint(out, u64::from(bits as u32)),
            kind if kind.wire_type() == 0 => put_varint(out, bits),
            kind if kind.wire_type() == 1 => out.extend_from_slice(&bits.to_le_bytes()),
            _ => out.extend_from_slice(&(bits as u32).to_le_bytes()),
        }
    }

    /// No negative zero, which decoders read as absent or not, and one bit pattern of NaN.
    fn double(&mut self, bits: u64) -> f64 {
        let value = f64::from_bits(bits);
        if value == 0.0 {
            0.0
        } else if value.is_finite() {
            value
        } else if self.style == Style::Finite {
            2.5
        } else if value.is_nan() {
            f64::NAN
        } else {
            value
        }
    }

    fn text(&mut self) -> &'static str {
        const TEXTS: [&str; 6] = [
            "",
            "service.name",
            "quote \" backslash \\ newline \n tab \t bell \u{7} delete \u{7f}",
            "caf\u{e9} \u{2028} \u{1f514}",
            "}],[{",
            "a text of more than one hundred and twenty-seven bytes, whose length therefore takes \
             two bytes on the wire, in every message around it as well",
        ];
        TEXTS[usize::from(self.byte()) % TEXTS.len()]
    }
}

/// Without this, a property could hold because the generator never asks.
#[test]
fn every_field_of_every_message_comes_up() {
    use std::collections::BTreeSet;

    fn visit(message: &'static Message, bytes: &[u8], seen: &mut BTreeSet<(&'static str, u32)>) {
        for found in Fields::new(bytes) {
            let found = found.expect("well formed");
            let field = message.field(found.number).expect("known");
            seen.insert((message.name, field.number));
            if let (Kind::Message(inner), Value::Bytes(bytes)) = (field.kind, found.value) {
                visit(inner, bytes, seen);
            }
        }
    }
    let mut runner = TestRunner::deterministic();
    for signal in Signal::ALL {
        let mut seen = BTreeSet::new();
        for _ in 0..512 {
            let tree = requests_of(signal, Style::Clean).new_tree(&mut runner);
            visit(
                schema::request(signal),
                &tree.expect("a request").current(),
                &mut seen,
            );
        }
        for message in tables(schema::request(signal)).values() {
            for field in message.fields.iter().filter(|field| !field.hidden) {
                let name = message.name;
                assert!(
                    seen.contains(&(name, field.number)),
                    "{name} {}",
                    field.json
                );
            }
        }
    }
}
