//! Conditions and statements on telemetry.

use campanile_agent::ottl::{Condition, Context, Draft, Record, Statement};
use campanile_wire::protobuf::Fields;

/// A byte for the context, a text up to a zero byte, and a message: the text is refused with a
/// place in it, or runs; what it changes is a message if it was one before.
pub(super) fn ottl(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let context = Context::ALL[usize::from(*first) % Context::ALL.len()];
    let end = rest.iter().position(|byte| *byte == 0);
    let (text, message) = rest.split_at(end.unwrap_or(rest.len()));
    let message = message.get(1..).unwrap_or_default();
    let Ok(text) = str::from_utf8(text) else {
        return;
    };
    let record = Record::of_resource(message).scope(message).item(message);
    let record = match context {
        Context::SpanEvent => record.event(message, 0),
        _ => record.point(message, [5, 7, 9, 10, 11][message.len() % 5]),
    };
    match Condition::parse(context, text) {
        Ok(condition) => drop(condition.matches(&record)),
        Err(error) => assert!(error.column <= text.chars().count() + 1, "{error}"),
    }
    let Ok(statement) = Statement::parse(context, text) else {
        return;
    };
    let mut draft = Draft::new(context, record);
    let _ = statement.run(&mut draft);
    let is_sound = |message: &[u8]| Fields::new(message).all(|field| field.is_ok());
    if let Some(changed) = draft.into_changed()
        && is_sound(message)
    {
        assert!(is_sound(&changed), "{text}");
    }
}
