//! Structs, lists and maps, and skipping any of them.

use super::{Kind, Protocol, Reader, ThriftError};

/// How deep structs and containers may nest.
pub const MAX_DEPTH: usize = 32;

/// A struct that is being read: what [`Reader::field`] needs to remember of it.
#[derive(Debug, Default)]
pub struct Struct {
    /// Compact field numbers are told as the difference from the one before.
    last: i16,
}

/// The header of a field; its value follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The number of the field.
    pub id: i16,
    /// The type of its value.
    pub kind: Kind,
}

/// The header of a list or set; the elements follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// The type of the elements; says nothing when there are none.
    pub kind: Kind,
    /// How many elements follow: never more than the bytes that are left.
    pub len: usize,
}

/// The header of a map; keys and values follow in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Map {
    /// The type of the keys; says nothing when there are none.
    pub key: Kind,
    /// The type of the values; says nothing when there are none.
    pub value: Kind,
    /// How many pairs follow: never more than the bytes that are left.
    pub len: usize,
}

impl Reader<'_> {
    /// Begins a struct, whose fields [`Reader::field`] then tells until there are no more.
    ///
    /// # Errors
    ///
    /// When it lies too deep.
    pub fn structure(&mut self) -> Result<Struct, ThriftError> {
        self.enter()?;
        Ok(Struct::default())
    }

    /// The header of the next field of `open`, or nothing at its end.
    ///
    /// # Errors
    ///
    /// When it is cut off or has no type that exists.
    pub fn field(&mut self, open: &mut Struct) -> Result<Option<Field>, ThriftError> {
        self.pending = None;
        let header = self.byte()?;
        let field = match self.protocol() {
            _ if header == 0 => None,
            Protocol::Binary => Some(Field {
                kind: Kind::of(Protocol::Binary, header)?,
                id: self.i16()?,
            }),
            Protocol::Compact => Some(self.compact_field(header, open)?),
        };
        if field.is_none() {
            self.leave();
        }
        Ok(field)
    }

    fn compact_field(&mut self, header: u8, open: &mut Struct) -> Result<Field, ThriftError> {
        let code = header & 0x0f;
        let kind = Kind::of(Protocol::Compact, code)?;
        let id = match header >> 4 {
            0 => self.i16()?,
            delta => open
                .last
                .checked_add(i16::from(delta))
                .ok_or(ThriftError::FieldId)?,
        };
        open.last = id;
        self.pending = (kind == Kind::Bool).then_some(code == 1);
        Ok(Field { id, kind })
    }

    /// Reads the header of a list or set.
    ///
    /// # Errors
    ///
    /// When it claims more elements than the bytes that are left can hold, or their type does not
    /// exist.
    pub fn list(&mut self) -> Result<List, ThriftError> {
        let (code, len) = match self.protocol() {
            Protocol::Binary => (self.byte()?, self.i32()?.try_into()),
            Protocol::Compact => {
                let header = self.byte()?;
                match header >> 4 {
                    15 => (header & 0x0f, self.varint32()?.try_into()),
                    short => (header & 0x0f, Ok(usize::from(short))),
                }
            }
        };
        let len = len.map_err(|_| ThriftError::Size)?;
        let kind = self.element(code, len)?;
        self.fits(len, kind.min_len(self.protocol()))?;
        Ok(List { kind, len })
    }

    /// Reads the header of a map.
    ///
    /// # Errors
    ///
    /// As [`Reader::list`].
    pub fn map(&mut self) -> Result<Map, ThriftError> {
        let (key, value, len) = match self.protocol() {
            Protocol::Binary => (self.byte()?, self.byte()?, self.i32()?.try_into()),
            Protocol::Compact => {
                let len = self.varint32()?;
                let codes = if len == 0 { 0 } else { self.byte()? };
                (codes >> 4, codes & 0x0f, len.try_into())
            }
        };
        let len = len.map_err(|_| ThriftError::Size)?;
        let key = self.element(key, len)?;
        let value = self.element(value, len)?;
        self.fits(
            len,
            key.min_len(self.protocol()) + value.min_len(self.protocol()),
        )?;
        Ok(Map { key, value, len })
    }

    /// Skips a value of this type.
    ///
    /// # Errors
    ///
    /// Whatever reading it would have found wrong, but for text that is not UTF-8.
    pub fn skip(&mut self, kind: Kind) -> Result<(), ThriftError> {
        match kind {
            Kind::Binary => self.bytes().map(drop),
            Kind::Bool => self.bool().map(drop),
            Kind::Double => self.double().map(drop),
            Kind::I16 => self.i16().map(drop),
            Kind::I32 => self.i32().map(drop),
            Kind::I64 => self.i64().map(drop),
            Kind::I8 => self.i8().map(drop),
            Kind::List | Kind::Set => self.skip_list(),
            Kind::Map => self.skip_map(),
            Kind::Struct => self.skip_struct(),
            Kind::Uuid => self.take(16).map(drop),
        }
    }

    fn skip_struct(&mut self) -> Result<(), ThriftError> {
        let mut open = self.structure()?;
        while let Some(field) = self.field(&mut open)? {
            self.skip(field.kind)?;
        }
        Ok(())
    }

    fn skip_list(&mut self) -> Result<(), ThriftError> {
        self.enter()?;
        let list = self.list()?;
        for _ in 0..list.len {
            self.skip(list.kind)?;
        }
        self.leave();
        Ok(())
    }

    fn skip_map(&mut self) -> Result<(), ThriftError> {
        self.enter()?;
        let map = self.map()?;
        for _ in 0..map.len {
            self.skip(map.key)?;
            self.skip(map.value)?;
        }
        self.leave();
        Ok(())
    }

    /// The type of elements. Writers need not know one for an empty list.
    fn element(&self, code: u8, len: usize) -> Result<Kind, ThriftError> {
        match (len, code) {
            (0, 0) => Ok(Kind::Bool),
            _ => Kind::of(self.protocol(), code),
        }
    }

    /// Refuses `len` elements of at least `min_len` bytes when less is left.
    fn fits(&self, len: usize, min_len: usize) -> Result<(), ThriftError> {
        if len > self.rest().len() / min_len {
            return Err(ThriftError::Size);
        }
        Ok(())
    }

    fn enter(&mut self) -> Result<(), ThriftError> {
        if self.depth == MAX_DEPTH {
            return Err(ThriftError::Depth);
        }
        self.depth += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}
