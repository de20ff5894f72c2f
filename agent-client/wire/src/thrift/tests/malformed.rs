use crate::thrift::{Kind, MAX_DEPTH, Message, MessageType, Protocol, Reader, ThriftError};

fn compact(bytes: &[u8]) -> Reader<'_> {
    Reader::new(Protocol::Compact, bytes)
}

fn binary(bytes: &[u8]) -> Reader<'_> {
    Reader::new(Protocol::Binary, bytes)
}

#[test]
fn a_size_that_is_negative_or_beyond_what_is_left_is_refused() {
    // Lists that claim 2^31 - 1 doubles, a negative count, and one element more than there are.
    for bytes in [
        &[4, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0][..],
        &[4, 0xff, 0xff, 0xff, 0xff],
        &[4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    ] {
        assert_eq!(binary(bytes).list(), Err(ThriftError::Size), "{bytes:?}");
    }
    let huge = [0xf7, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(compact(&huge).list(), Err(ThriftError::Size));
    assert_eq!(compact(&[2, 0x88, 0, 0, 0]).map(), Err(ThriftError::Size));
    assert_eq!(binary(&[0xff; 4]).bytes(), Err(ThriftError::Size));
    assert_eq!(compact(&[2, 0]).bytes(), Err(ThriftError::Truncated));
}

#[test]
fn what_exists_in_no_protocol_is_refused() {
    let field = |reader: &mut Reader<'_>| {
        let mut open = reader.structure().expect("not deep");
        reader.field(&mut open).map(drop)
    };
    assert_eq!(field(&mut binary(&[1, 0, 1])), Err(ThriftError::Kind(1)));
    assert_eq!(field(&mut compact(&[0x1e])), Err(ThriftError::Kind(14)));
    assert_eq!(compact(&[3]).bool(), Err(ThriftError::Bool(3)));
    // 2^17 in a field of 16 bits, a varint of eleven bytes, and one of 65 bits.
    let wide = [0x80, 0x80, 0x10];
    assert_eq!(compact(&wide).i16(), Err(ThriftError::Varint));
    assert_eq!(compact(&[0x80; 11]).i64(), Err(ThriftError::Varint));
    let mut bit_65 = [0xff; 10];
    bit_65[9] = 2;
    assert_eq!(compact(&bit_65).i64(), Err(ThriftError::Varint));
    assert_eq!(compact(&[1, 0xff]).text(), Err(ThriftError::Utf8));
}

#[test]
fn field_numbers_do_not_run_over() {
    // Field 32,767, and one 1 behind it.
    let bytes = [0x01, 0xfe, 0xff, 0x03, 0x11, 0x00];
    assert_eq!(
        compact(&bytes).skip(Kind::Struct),
        Err(ThriftError::FieldId)
    );
}

#[test]
fn an_empty_list_or_map_needs_no_type() {
    assert_eq!(compact(&[0x00]).list().map(|list| list.len), Ok(0));
    assert_eq!(compact(&[0x00]).map().map(|map| map.len), Ok(0));
    assert_eq!(binary(&[0; 5]).list().map(|list| list.len), Ok(0));
    assert_eq!(binary(&[0; 6]).map().map(|map| map.len), Ok(0));
    assert_eq!(compact(&[0x10, 0]).list(), Err(ThriftError::Kind(0)));
}

#[test]
fn values_nest_32_deep_and_no_deeper() {
    let nested = |depth| [vec![0x1c; depth], vec![0x00; depth + 1]].concat();
    let fits = nested(MAX_DEPTH - 1);
    assert_eq!(compact(&fits).skip(Kind::Struct), Ok(()));
    let deep = nested(MAX_DEPTH);
    assert_eq!(compact(&deep).skip(Kind::Struct), Err(ThriftError::Depth));
    // A list of lists of lists costs a byte a level.
    assert_eq!(
        compact(&[0x19; 64]).skip(Kind::List),
        Err(ThriftError::Depth)
    );
    let map = [1, 0xbb].repeat(64);
    assert_eq!(compact(&map).skip(Kind::Map), Err(ThriftError::Depth));
}

#[test]
fn messages_are_read_with_every_header_that_is_in_use() {
    let expected = |message_type, sequence| Message {
        name: b"ab",
        message_type,
        sequence,
    };
    let oneway = Ok(expected(MessageType::Oneway, 7));
    assert_eq!(compact(&[0x82, 0x81, 7, 2, b'a', b'b']).message(), oneway);
    let negative = [0x82, 0x21, 0xff, 0xff, 0xff, 0xff, 0x0f, 2, b'a', b'b'];
    let call = Ok(expected(MessageType::Call, -1));
    assert_eq!(compact(&negative).message(), call);
    let strict = [0x80, 1, 0, 4, 0, 0, 0, 2, b'a', b'b', 0, 0, 0, 7];
    assert_eq!(binary(&strict).message(), oneway);
    let old = [0, 0, 0, 2, b'a', b'b', 4, 0, 0, 0, 7];
    assert_eq!(binary(&old).message(), oneway);
}

#[test]
fn what_begins_otherwise_is_no_message() {
    assert_eq!(compact(&[0x80, 0x21]).message(), Err(ThriftError::Version));
    assert_eq!(compact(&[0x82, 0x22]).message(), Err(ThriftError::Version));
    let type_7 = compact(&[0x82, 0xe1]).message();
    assert_eq!(type_7, Err(ThriftError::MessageType(7)));
    let version_2 = binary(&[0x80, 2, 0, 1]).message();
    assert_eq!(version_2, Err(ThriftError::Version));
    // The length of the name takes all that is left, and more.
    let long = binary(&[0x7f, 0xff, 0xff, 0xff, b'a']).message();
    assert_eq!(long, Err(ThriftError::Truncated));
}
