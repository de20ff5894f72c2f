//! OTLP to text.

use std::fmt::Write as _;

use super::{attributes, read};
use crate::otlp::view::{Event, Link};

/// The text of an annotation that says all that an event says, but for its time.
#[must_use]
pub fn write_event(event: &Event<'_>) -> String {
    let mut text = event.name.to_owned();
    let plain = event.attributes().iter().next().is_none() && event.dropped_attributes == 0;
    if !plain || read::tail(event.name).is_some() {
        push_tail(
            &mut text,
            attributes::to_json(event.attributes()),
            event.dropped_attributes,
        );
    }
    text
}

/// The text of a tag that says all that a link says.
#[must_use]
pub fn write_link(link: &Link<'_>) -> String {
    let mut text = const_hex::encode(link.trace_id);
    text.push('|');
    text.push_str(&const_hex::encode(link.span_id));
    text.push('|');
    text.push_str(link.trace_state);
    push_tail(
        &mut text,
        attributes::to_json(link.attributes()),
        link.dropped_attributes,
    );
    if link.flags != 0 {
        write!(text, "|{}", link.flags).expect("a String takes any text");
    }
    text
}

fn push_tail(text: &mut String, attributes: String, dropped: u64) {
    write!(text, "|{attributes}|{dropped}").expect("a String takes any text");
}
