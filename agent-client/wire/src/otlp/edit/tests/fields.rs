use super::super::*;
use crate::otlp::view::{LogRecord, Metric, Span};
use crate::otlp::write::{self, Scalar};
use crate::protobuf::put_bytes;

#[test]
fn a_field_is_set_where_it_was_or_where_it_belongs() {
    let mut before = Vec::new();
    write::text(&mut before, 3, "state");
    write::text(&mut before, 5, "old");
    write::varint(&mut before, 10, 1);
    let mut draft = Draft::new(Kind::Span, &before);
    assert!(draft.set_text(5, "new"));
    assert!(draft.set_varint(6, 3));
    let mut after = Vec::new();
    write::text(&mut after, 3, "state");
    write::text(&mut after, 5, "new");
    write::varint(&mut after, 6, 3);
    write::varint(&mut after, 10, 1);
    assert_eq!(draft.bytes(), after);
}

#[test]
fn an_empty_value_removes_the_field_wherever_it_is() {
    let mut span = Vec::new();
    write::text(&mut span, 5, "once");
    write::varint(&mut span, 6, 1);
    write::text(&mut span, 5, "twice");
    let mut draft = Draft::new(Kind::Span, &span);
    assert!(draft.set_text(5, ""));
    assert_eq!(draft.bytes(), [6 << 3, 1]);
    assert!(!draft.set_text(5, ""));
    assert!(!draft.set_varint(6, 1));
}

#[test]
fn a_field_that_was_there_twice_is_there_once() {
    let mut span = Vec::new();
    write::text(&mut span, 5, "same");
    write::text(&mut span, 5, "other");
    let mut draft = Draft::new(Kind::Span, &span);
    assert!(draft.set_text(5, "same"));
    assert_eq!(Span::new(draft.bytes()).name, "same");
    assert_eq!(draft.bytes().len(), 6);
}

#[test]
fn a_part_is_edited_in_its_place_and_written_if_it_was_not_there() {
    let mut draft = Draft::new(Kind::Span, &[]);
    let set = |status: &mut Draft<'_>| {
        status.set_varint(3, 2);
    };
    assert!(draft.edit_part(15, Kind::Other, set));
    assert!(!draft.edit_part(15, Kind::Other, set));
    assert_eq!(Span::new(draft.bytes()).status_code, 2);
    let mut pieces = Vec::new();
    put_bytes(&mut pieces, 15, &[0x12, 1, b'm']);
    put_bytes(&mut pieces, 15, &[0x18, 1]);
    let mut draft = Draft::new(Kind::Span, &pieces);
    assert!(draft.edit_part(15, Kind::Other, set));
    let span = Span::new(draft.bytes());
    assert_eq!((span.status_message, span.status_code), ("m", 2));
}

#[test]
fn events_and_links_are_edited_and_dropped() {
    let mut span = Vec::new();
    for name in ["first", "second", "third"] {
        write::nested(&mut span, 11, |event| write::text(event, 2, name));
    }
    write::nested(&mut span, 13, |link| write::text(link, 3, "state"));
    let mut draft = Draft::new(Kind::Span, &span);
    let insert = AttributeEdits::new([AttributeEdit::insert("n", Scalar::Int(1))]);
    let mut seen = 0;
    draft.edit_events(|event| {
        assert_eq!(event.kind(), Kind::Event);
        seen += 1;
        if seen == 2 {
            return Fate::Drop;
        }
        event.edit_attributes(&insert);
        Fate::Keep
    });
    draft.edit_links(|link| {
        link.set_text(3, "changed");
        Fate::Keep
    });
    let span = Span::new(draft.bytes());
    let names: Vec<_> = span.events().map(|event| event.name).collect();
    assert_eq!(names, ["first", "third"]);
    assert!(
        span.events()
            .all(|event| event.attributes().find("n").is_some())
    );
    let states: Vec<_> = span.links().map(|link| link.trace_state).collect();
    assert_eq!(states, ["changed"]);
}

#[test]
fn the_body_of_a_log_record_and_the_name_of_a_metric_are_set() {
    let mut record = Draft::new(Kind::LogRecord, &[]);
    record.set_field(5, |out| {
        write::nested(out, 5, |body| write::scalar(body, Scalar::Text("body")));
    });
    record.set_varint(2, 17);
    let record = LogRecord::new(record.bytes());
    assert_eq!(record.body().as_text(), Some("body"));
    assert_eq!(record.severity_number, 17);
    let mut metric = Draft::new(Kind::Metric, &[]);
    metric.set_text(3, "s");
    metric.set_text(1, "name");
    let metric = Metric::new(metric.bytes());
    assert_eq!((metric.name, metric.unit), ("name", "s"));
}
