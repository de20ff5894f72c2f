//! What a table says of a message and of each field.

use crate::protobuf::Value;

/// The highest field number in OTLP, which bounds the index of a [`Message`].
const MAX_NUMBER: usize = 16;

/// Marks a number that no field of the message has.
const ABSENT: u8 = u8::MAX;

/// A message: its name and fields.
pub(crate) struct Message {
    /// The full protobuf name.
    pub(crate) name: &'static str,
    /// The fields in the order of the `.proto` file.
    pub(crate) fields: &'static [Field],
    /// Where in `fields` each number is.
    index: [u8; MAX_NUMBER + 1],
    /// Whether JSON may also have the names as the `.proto` file writes them.
    snake: bool,
}

impl Message {
    /// Describes a message; a number above [`MAX_NUMBER`] fails the build.
    pub(crate) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        let mut index = [ABSENT; MAX_NUMBER + 1];
        let mut position = 0;
        while position < fields.len() {
            index[fields[position].number as usize] = position as u8;
            position += 1;
        }
        Self {
            name,
            fields,
            index,
            snake: false,
        }
    }

    /// Also reads the fields under their names in `snake_case`.
    pub(crate) const fn snake(self) -> Self {
        Self {
            snake: true,
            ..self
        }
    }

    /// The field with this number.
    pub(crate) fn field(&self, number: u32) -> Option<&'static Field> {
        let position = *self.index.get(usize::try_from(number).ok()?)?;
        self.fields.get(usize::from(position))
    }

    /// The field with this JSON name, and whether the name is a legacy one.
    pub(crate) fn named(&self, key: &str) -> Option<(&'static Field, bool)> {
        let visible = || self.fields.iter().filter(|field| !field.hidden);
        if let Some(field) = visible().find(|field| field.json == key) {
            return Some((field, false));
        }
        if self.snake && key.contains('_') {
            return visible()
                .find(|field| is_snake_of(key, field.json))
                .map(|field| (field, false));
        }
        visible()
            .find(|field| field.legacy == Some(key))
            .map(|field| (field, true))
    }
}

/// Whether `snake` is the `snake_case` form of `camel`.
fn is_snake_of(snake: &str, camel: &str) -> bool {
    let mut upper = false;
    let made = snake.chars().filter_map(|c| {
        if c == '_' {
            upper = true;
            return None;
        }
        let c = if upper { c.to_ascii_uppercase() } else { c };
        upper = false;
        Some(c)
    });
    made.eq(camel.chars())
}

/// A field of a message.
pub(crate) struct Field {
    /// The field number.
    pub(crate) number: u32,
    /// The lowerCamelCase name.
    pub(crate) json: &'static str,
    /// The JSON name that releases before 1.0 used.
    pub(crate) legacy: Option<&'static str>,
    /// Known on the wire and absent from JSON.
    pub(crate) hidden: bool,
    /// What one value is.
    pub(crate) kind: Kind,
    /// How many values, and when an absent one differs from the default.
    pub(crate) label: Label,
}

impl Field {
    /// A field that is absent when it has its default value.
    pub(crate) const fn one(number: u32, json: &'static str, kind: Kind) -> Self {
        Self {
            number,
            json,
            legacy: None,
            hidden: false,
            kind,
            label: Label::Singular,
        }
    }

    /// A list.
    pub(crate) const fn many(number: u32, json: &'static str, kind: Kind) -> Self {
        Self {
            label: Label::Repeated,
            ..Self::one(number, json, kind)
        }
    }

    /// A field marked `optional`.
    pub(crate) const fn optional(number: u32, json: &'static str, kind: Kind) -> Self {
        Self {
            label: Label::Optional,
            ..Self::one(number, json, kind)
        }
    }

    /// A member of the message's oneof.
    pub(crate) const fn oneof(number: u32, json: &'static str, kind: Kind) -> Self {
        Self {
            label: Label::Oneof,
            ..Self::one(number, json, kind)
        }
    }

    /// Also reads the field under this JSON name.
    pub(crate) const fn legacy(self, name: &'static str) -> Self {
        Self {
            legacy: Some(name),
            ..self
        }
    }

    /// Leaves the field out of JSON: the index into a string table, which only profiles carry. The
    /// protocol has other signals treat it as absent.
    pub(crate) const fn hidden(self) -> Self {
        Self {
            hidden: true,
            ..self
        }
    }

    /// This field's bit in a set of field numbers.
    pub(crate) const fn bit(&self) -> u32 {
        1 << self.number
    }

    /// Whether the field is a list whose values share one length-delimited field.
    pub(crate) fn is_packed(&self) -> bool {
        self.label == Label::Repeated && self.kind.wire_type() != 2
    }
}

/// How often a field occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// In a oneof: presence is part of the value. No message of OTLP has two oneofs.
    Oneof,
    /// Marked `optional`: zero differs from absent.
    Optional,
    /// A list.
    Repeated,
    /// At most once; zero is absent, except for messages.
    Singular,
}

/// The type of one value.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Bool,
    /// Bytes that JSON writes in base64.
    Bytes,
    Double,
    Enum,
    Fixed32,
    Fixed64,
    /// Bytes that JSON writes in hex: a trace or span id.
    Hex,
    Int32,
    Int64,
    /// Entries of a key (1) and a value (2) that JSON writes as an object.
    Map(&'static Message),
    Message(&'static Message),
    /// An enum that JSON writes by name; the names of 0, 1 and so on.
    Named(&'static [&'static str]),
    Sfixed64,
    Sint32,
    String,
    /// `google.protobuf.Timestamp`, which JSON writes as RFC 3339.
    Timestamp,
    Uint32,
    Uint64,
    /// A message around one scalar, such as `google.protobuf.BoolValue`, that JSON writes bare.
    Wrapper(&'static Field),
}

impl Kind {
    /// The wire type of one value outside a packed list.
    pub(crate) const fn wire_type(self) -> u8 {
        match self {
            Self::Bool
            | Self::Enum
            | Self::Int32
            | Self::Int64
            | Self::Named(_)
            | Self::Sint32
            | Self::Uint32
            | Self::Uint64 => 0,
            Self::Double | Self::Fixed64 | Self::Sfixed64 => 1,
            Self::Bytes
            | Self::Hex
            | Self::Map(_)
            | Self::Message(_)
            | Self::String
            | Self::Timestamp
            | Self::Wrapper(_) => 2,
            Self::Fixed32 => 5,
        }
    }

    /// Whether `value` has the wire type of this kind.
    pub(crate) fn accepts(self, value: Value<'_>) -> bool {
        match value {
            Value::Varint(_) => self.wire_type() == 0,
            Value::Fixed64(_) => self.wire_type() == 1,
            Value::Bytes(_) => self.wire_type() == 2,
            Value::Fixed32(_) => self.wire_type() == 5,
            Value::Group => false,
        }
    }
}
