use crate::jaeger::{Limits, ReadError, proto, thrift};
use crate::thrift::{Protocol, Reader};

const SMALL: Limits = Limits {
    max_spans: 3,
    max_children: 2,
};

/// A compact list of `count` empty structs in field `header >> 4`.
fn list(header: u8, count: u8) -> Vec<u8> {
    [
        &[header, count << 4 | 0x0c][..],
        &vec![0; usize::from(count)],
    ]
    .concat()
}

fn thrift(batch: &[u8]) -> Result<(), ReadError> {
    let mut reader = Reader::new(Protocol::Compact, batch);
    thrift::batch(&mut reader, &SMALL, |_| ()).map(drop)
}

/// A batch whose span has these fields.
fn span(fields: &[u8]) -> Vec<u8> {
    [&[0x29, 0x1c][..], fields, &[0, 0]].concat()
}

#[test]
fn a_thrift_batch_has_limits_on_every_axis() {
    let spans = |count| [list(0x29, count), vec![0]].concat();
    assert_eq!(thrift(&spans(3)), Ok(()));
    assert_eq!(thrift(&spans(4)), Err(ReadError::TooManySpans(3)));
    let many = Err(ReadError::TooManyChildren(2));
    // References, tags and logs.
    for header in [0x69, 0xa9, 0xb9] {
        assert_eq!(thrift(&span(&list(header, 2))), Ok(()));
        assert_eq!(thrift(&span(&list(header, 3))), many);
    }
    // The fields of a log.
    let log = |count| [&[0xb9, 0x1c][..], &list(0x29, count), &[0]].concat();
    assert_eq!(thrift(&span(&log(2))), Ok(()));
    assert_eq!(thrift(&span(&log(3))), many);
    // The tags of the process.
    let process = |count| [&[0x1c][..], &list(0x29, count), &[0, 0]].concat();
    assert_eq!(thrift(&process(2)), Ok(()));
    assert_eq!(thrift(&process(3)), many);
}

#[test]
fn what_a_span_holds_is_limited_altogether() {
    let limits = Limits {
        max_spans: 1,
        max_children: 10,
    };
    // Ten logs with as many fields each are more than eighty.
    let log = [list(0x29, 10), vec![0]].concat();
    let logs = [&[0xb9, 0xac][..], &log.repeat(10)].concat();
    let batch = span(&logs);
    let mut reader = Reader::new(Protocol::Compact, &batch);
    let read = thrift::batch(&mut reader, &limits, |_| ());
    assert_eq!(read, Err(ReadError::TooManyChildren(10)));
}

#[test]
fn a_protobuf_batch_has_limits_on_every_axis() {
    let request = |batch: Vec<u8>| [vec![0x0a, batch.len() as u8], batch].concat();
    let read = |batch| proto::read(&request(batch), &SMALL, |_| ()).map(drop);
    let spans = |count| [0x0a, 0].repeat(count);
    assert_eq!(read(spans(3)), Ok(()));
    assert_eq!(read(spans(4)), Err(ReadError::TooManySpans(3)));
    let span = |fields: Vec<u8>| [vec![0x0a, fields.len() as u8], fields].concat();
    // References, tags, logs and warnings.
    for number in [4_u8, 8, 9, 12] {
        let children = |count| [number << 3 | 2, 0].repeat(count);
        assert_eq!(read(span(children(2))), Ok(()));
        let many = Err(ReadError::TooManyChildren(2));
        assert_eq!(read(span(children(3))), many);
    }
}
