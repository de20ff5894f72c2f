//! Thrift, compact and binary.

use campanile_wire::thrift::{Kind, MAX_DEPTH, Protocol, Reader, ThriftError};

/// Compact messages and structs.
pub(super) fn compact(bytes: &[u8]) {
    both(Protocol::Compact, bytes);
}

/// Binary messages and structs.
pub(super) fn binary(bytes: &[u8]) {
    both(Protocol::Binary, bytes);
}

/// What is read piece by piece is what is skipped at once; no size exceeds what is left. Jaeger's
/// structs are read from whatever it is.
fn both(protocol: Protocol, bytes: &[u8]) {
    let mut reader = Reader::new(protocol, bytes);
    if reader.message().is_ok() {
        same(reader);
    }
    same(Reader::new(protocol, bytes));
}

fn same(mut reads: Reader<'_>) {
    super::jaeger::batch(&reads);
    let mut skips = reads.clone();
    assert_eq!(walk(&mut reads, Kind::Struct, 0), skips.skip(Kind::Struct));
    assert_eq!(reads.rest(), skips.rest());
}

/// Reads a value of this type, which lies `depth` deep, as one who knows it would.
fn walk(reader: &mut Reader<'_>, kind: Kind, depth: usize) -> Result<(), ThriftError> {
    let left = reader.rest().len();
    let nests = matches!(kind, Kind::List | Kind::Map | Kind::Set | Kind::Struct);
    if nests && depth == MAX_DEPTH {
        return Err(ThriftError::Depth);
    }
    match kind {
        Kind::Binary => reader.bytes().map(|bytes| assert!(bytes.len() < left)),
        Kind::List | Kind::Set => {
            let list = reader.list()?;
            assert!(list.len < left);
            (0..list.len).try_for_each(|_| walk(reader, list.kind, depth + 1))
        }
        Kind::Map => {
            let map = reader.map()?;
            assert!(map.len < left);
            (0..map.len).try_for_each(|_| {
                walk(reader, map.key, depth + 1)?;
                walk(reader, map.value, depth + 1)
            })
        }
        Kind::Struct => {
            let mut open = reader.structure()?;
            while let Some(field) = reader.field(&mut open)? {
                walk(reader, field.kind, depth + 1)?;
            }
            Ok(())
        }
        scalar => reader.skip(scalar),
    }
}
