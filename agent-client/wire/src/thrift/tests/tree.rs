//! Values of any shape: read, written, and made up.

use proptest::prelude::*;

use crate::thrift::{Kind, Protocol, Reader, ThriftError};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Binary(Vec<u8>),
    Bool(bool),
    Double(u64),
    I16(i16),
    I32(i32),
    I64(i64),
    I8(i8),
    List(Kind, Vec<Self>),
    Map(Kind, Kind, Vec<(Self, Self)>),
    Set(Kind, Vec<Self>),
    Struct(Vec<(i16, Self)>),
    Uuid([u8; 16]),
}

pub(super) fn read(reader: &mut Reader<'_>, kind: Kind) -> Result<Tree, ThriftError> {
    Ok(match kind {
        Kind::Binary => Tree::Binary(reader.bytes()?.to_vec()),
        Kind::Bool => Tree::Bool(reader.bool()?),
        Kind::Double => Tree::Double(reader.double()?.to_bits()),
        Kind::I16 => Tree::I16(reader.i16()?),
        Kind::I32 => Tree::I32(reader.i32()?),
        Kind::I64 => Tree::I64(reader.i64()?),
        Kind::I8 => Tree::I8(reader.i8()?),
        Kind::List => elements(reader).map(|(kind, trees)| Tree::List(kind, trees))?,
        Kind::Map => pairs(reader)?,
        Kind::Set => elements(reader).map(|(kind, trees)| Tree::Set(kind, trees))?,
        Kind::Struct => structure(reader)?,
        Kind::Uuid => Tree::Uuid(reader.array()?),
    })
}

fn elements(reader: &mut Reader<'_>) -> Result<(Kind, Vec<Tree>), ThriftError> {
    let list = reader.list()?;
    let trees: Result<Vec<_>, _> = (0..list.len).map(|_| read(reader, list.kind)).collect();
    Ok((list.kind, trees?))
}

fn pairs(reader: &mut Reader<'_>) -> Result<Tree, ThriftError> {
    let map = reader.map()?;
    let pairs: Result<Vec<_>, ThriftError> = (0..map.len)
        .map(|_| Ok((read(reader, map.key)?, read(reader, map.value)?)))
        .collect();
    Ok(Tree::Map(map.key, map.value, pairs?))
}

fn structure(reader: &mut Reader<'_>) -> Result<Tree, ThriftError> {
    let mut fields = Vec::new();
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        fields.push((field.id, read(reader, field.kind)?));
    }
    Ok(Tree::Struct(fields))
}

impl Tree {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Binary(_) => Kind::Binary,
            Self::Bool(_) => Kind::Bool,
            Self::Double(_) => Kind::Double,
            Self::I16(_) => Kind::I16,
            Self::I32(_) => Kind::I32,
            Self::I64(_) => Kind::I64,
            Self::I8(_) => Kind::I8,
            Self::List(..) => Kind::List,
            Self::Map(..) => Kind::Map,
            Self::Set(..) => Kind::Set,
            Self::Struct(_) => Kind::Struct,
            Self::Uuid(_) => Kind::Uuid,
        }
    }

    pub(super) fn write(&self, protocol: Protocol, out: &mut Vec<u8>) {
        match self {
            Self::Binary(bytes) => {
                size(protocol, bytes.len(), out);
                out.extend_from_slice(bytes);
            }
            Self::Bool(value) => out.push(match protocol {
                Protocol::Binary => u8::from(*value),
                Protocol::Compact => 2 - u8::from(*value),
            }),
            Self::Double(bits) => out.extend_from_slice(&match protocol {
                Protocol::Binary => bits.to_be_bytes(),
                Protocol::Compact => bits.to_le_bytes(),
            }),
            Self::I16(value) => integer(protocol, i64::from(*value), 2, out),
            Self::I32(value) => integer(protocol, i64::from(*value), 4, out),
            Self::I64(value) => integer(protocol, *value, 8, out),
            Self::I8(value) => out.push(value.cast_unsigned()),
            Self::List(kind, trees) | Self::Set(kind, trees) => {
                list_header(protocol, *kind, trees.len(), out);
                trees.iter().for_each(|tree| tree.write(protocol, out));
            }
            Self::Map(key, value, pairs) => {
                map_header(protocol, (*key, *value), pairs.len(), out);
                for (key, value) in pairs {
                    key.write(protocol, out);
                    value.write(protocol, out);
                }
            }
            Self::Struct(fields) => write_struct(protocol, fields, out),
            Self::Uuid(bytes) => out.extend_from_slice(bytes),
        }
    }
}

fn write_struct(protocol: Protocol, fields: &[(i16, Tree)], out: &mut Vec<u8>) {
    let mut last = 0_i16;
    for (id, tree) in fields {
        match protocol {
            Protocol::Binary => {
                out.push(code(protocol, tree.kind()));
                out.extend_from_slice(&id.to_be_bytes());
            }
            Protocol::Compact => {
                let code = match tree {
                    Tree::Bool(value) => 2 - u8::from(*value),
                    other => code(protocol, other.kind()),
                };
                match i32::from(*id) - i32::from(last) {
                    delta @ 1..=15 => out.push((delta as u8) << 4 | code),
                    _ => {
                        out.push(code);
                        integer(protocol, i64::from(*id), 2, out);
                    }
                }
                last = *id;
            }
        }
        if protocol == Protocol::Binary || tree.kind() != Kind::Bool {
            tree.write(protocol, out);
        }
    }
    out.push(0);
}

fn code(protocol: Protocol, kind: Kind) -> u8 {
    let all = if protocol == Protocol::Binary {
        2..=16
    } else {
        1..=13
    };
    let mut codes = all.filter(|code| Kind::of(protocol, *code) == Ok(kind));
    codes.next().expect("every type has a code")
}

fn integer(protocol: Protocol, value: i64, width: usize, out: &mut Vec<u8>) {
    match protocol {
        Protocol::Binary => out.extend_from_slice(&value.to_be_bytes()[8 - width..]),
        Protocol::Compact => {
            let zigzag = (value << 1 ^ value >> 63).cast_unsigned();
            crate::protobuf::put_varint(out, zigzag);
        }
    }
}

fn size(protocol: Protocol, length: usize, out: &mut Vec<u8>) {
    match protocol {
        Protocol::Binary => out.extend_from_slice(&(length as u32).to_be_bytes()),
        Protocol::Compact => crate::protobuf::put_varint(out, length as u64),
    }
}

fn list_header(protocol: Protocol, kind: Kind, length: usize, out: &mut Vec<u8>) {
    let code = code(protocol, kind);
    match protocol {
        Protocol::Compact if length < 15 => out.push((length as u8) << 4 | code),
        Protocol::Compact => {
            out.push(0xf0 | code);
            size(protocol, length, out);
        }
        Protocol::Binary => {
            out.push(code);
            size(protocol, length, out);
        }
    }
}

fn map_header(protocol: Protocol, kinds: (Kind, Kind), length: usize, out: &mut Vec<u8>) {
    let (key, value) = (code(protocol, kinds.0), code(protocol, kinds.1));
    match protocol {
        Protocol::Binary => {
            out.extend_from_slice(&[key, value]);
            size(protocol, length, out);
        }
        Protocol::Compact => {
            size(protocol, length, out);
            if length > 0 {
                out.push(key << 4 | value);
            }
        }
    }
}

/// Structs of every type, some levels deep.
pub(super) fn structs() -> impl Strategy<Value = Tree> {
    let scalar = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20).prop_map(Tree::Binary),
        any::<bool>().prop_map(Tree::Bool),
        any::<u64>().prop_map(Tree::Double),
        any::<i16>().prop_map(Tree::I16),
        any::<i32>().prop_map(Tree::I32),
        any::<i64>().prop_map(Tree::I64),
        any::<i8>().prop_map(Tree::I8),
        any::<[u8; 16]>().prop_map(Tree::Uuid),
    ];
    let tree = scalar.prop_recursive(4, 60, 20, |inner| {
        prop_oneof![
            (inner.clone(), 1..20_usize)
                .prop_map(|(tree, length)| { Tree::List(tree.kind(), vec![tree; length]) }),
            inner
                .clone()
                .prop_map(|tree| Tree::Set(tree.kind(), vec![tree])),
            (inner.clone(), inner.clone(), 1..3_usize).prop_map(|(key, value, length)| {
                Tree::Map(key.kind(), value.kind(), vec![(key, value); length])
            }),
            prop::collection::vec((any::<i16>(), inner.clone()), 0..5).prop_map(Tree::Struct),
            prop::collection::vec((1..9_i16, inner), 0..5).prop_map(Tree::Struct),
        ]
    });
    prop::collection::vec((1..20_i16, tree), 0..8).prop_map(Tree::Struct)
}
