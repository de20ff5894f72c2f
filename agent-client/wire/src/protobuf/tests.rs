use proptest::prelude::*;
use prost::Message as _;

use super::*;

/// Fields of every wire type, one of them a group that holds a group.
const ALL: &[u8] = &[
    0x08, 0xac, 0x02, // 1: varint 300
    0x11, 1, 2, 3, 4, 5, 6, 7, 8, // 2: fixed64
    0x1a, 0x02, b'h', b'i', // 3: bytes
    0x23, 0x08, 0x01, 0x2b, 0x2c, 0x24, // 4: group { 1: varint, 5: group {} }
    0x35, 1, 2, 3, 4, // 6: fixed32
];

fn walk(bytes: &[u8]) -> Result<Vec<Field<'_>>, WireError> {
    Fields::new(bytes).collect()
}

#[test]
fn every_wire_type_is_read() {
    let read = walk(ALL).expect("well formed");
    let expected = [
        (1, Value::Varint(300)),
        (2, Value::Fixed64(0x0807_0605_0403_0201)),
        (3, Value::Bytes(b"hi")),
        (4, Value::Group),
        (6, Value::Fixed32(0x0403_0201)),
    ];
    assert_eq!(
        read,
        expected.map(|(number, value)| Field { number, value })
    );
}

#[test]
fn a_message_cut_anywhere_but_between_fields_is_truncated() {
    let ends = [0, 3, 12, 16, 22, 27];
    for length in 0..ALL.len() {
        let read = walk(&ALL[..length]);
        if ends.contains(&length) {
            assert!(read.is_ok(), "{length}: {read:?}");
        } else {
            assert_eq!(read, Err(WireError::Truncated), "{length}");
        }
    }
}

#[test]
fn a_varint_beyond_64_bits_or_ten_bytes_is_refused() {
    let mut largest = vec![0x08];
    put_varint(&mut largest, u64::MAX);
    let read = walk(&largest).expect("64 bits fit");
    assert_eq!(read[0].value, Value::Varint(u64::MAX));

    let mut bit_65 = largest.clone();
    bit_65[10] = 0x02;
    assert_eq!(walk(&bit_65), Err(WireError::Varint));
    let eleven = [&[0x08][..], &[0x80; 10], &[0x00]].concat();
    assert_eq!(walk(&eleven), Err(WireError::Varint));
}

#[test]
fn what_is_no_field_is_refused() {
    let cases: &[(&[u8], WireError)] = &[
        (&[0x00, 0x00], WireError::Number),
        (
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x00],
            WireError::Number,
        ),
        (&[0x0e], WireError::WireType),
        (&[0x0f], WireError::WireType),
        (&[0x0c], WireError::Group),
        (&[0x0b, 0x14], WireError::Group),
        (&[0x0b, 0x13, 0x0c, 0x14], WireError::Group),
        (&[0x0a, 0x02, 0x00], WireError::Truncated),
        (&[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], WireError::Truncated),
    ];
    for (bytes, error) in cases {
        assert_eq!(walk(bytes), Err(*error), "{bytes:02x?}");
    }
}

#[test]
fn groups_nest_32_deep_and_no_deeper() {
    let nested = |depth| [vec![0x0b; depth], vec![0x0c; depth]].concat();
    assert!(walk(&nested(32)).is_ok());
    assert_eq!(walk(&nested(33)), Err(WireError::Group));
}

#[test]
fn nothing_follows_an_error() {
    let mut fields = Fields::new(&[0x0c, 0x08, 0x01]);
    assert_eq!(fields.next(), Some(Err(WireError::Group)));
    assert_eq!(fields.next(), None);
    let mut packed = Packed::new(5, &[1, 0, 0, 0, 2]);
    assert_eq!(packed.next(), Some(Ok(Value::Fixed32(1))));
    assert_eq!(packed.next(), Some(Err(WireError::Truncated)));
    assert_eq!(packed.next(), None);
}

proptest! {
    #[test]
    fn the_verdict_on_any_bytes_is_that_of_prost(bytes: Vec<u8>) {
        prop_assert_eq!(walk(&bytes).is_ok(), <()>::decode(&*bytes).is_ok());
    }

    /// Bytes that are likely to be tags and small lengths get further than random ones.
    #[test]
    fn the_verdict_on_likely_bytes_is_that_of_prost(
        bytes in prop::collection::vec(0_u8..0x18, 0..40)
    ) {
        prop_assert_eq!(walk(&bytes).is_ok(), <()>::decode(&*bytes).is_ok());
    }

    #[test]
    fn a_varint_is_written_and_read_as_by_prost(value: u64, bits in 0_u32..64) {
        let value = value >> bits;
        let mut ours = Vec::new();
        put_varint(&mut ours, value);
        let mut theirs = Vec::new();
        prost::encoding::encode_varint(value, &mut theirs);
        prop_assert_eq!(&ours, &theirs);
        let read: Vec<_> = Packed::new(0, &ours).collect();
        prop_assert_eq!(read, [Ok(Value::Varint(value))]);
    }
}
