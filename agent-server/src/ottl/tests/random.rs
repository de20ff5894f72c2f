use proptest::prelude::*;

use super::super::editors::editors;
use super::super::functions::{Kind, converters};
use super::super::record::Draft;
use super::super::{Condition, Context, Record, Statement};

const VALUES: &[&str] = &[
    "name",
    "attributes",
    "attributes[\"a\"]",
    "attributes[\"a\"][\"b\"]",
    "attributes[\"a\"][0]",
    "resource.attributes",
    "scope.name",
    "body",
    "nil",
    "1",
    "-1",
    "2.5",
    "\"a\"",
    "\"\"",
    "0x0102",
    "[1, \"a\", nil]",
    "{\"a\": [1]}",
    "time",
    "start_time",
    "value_int",
    "status.code",
    "trace_state[\"a\"]",
];

fn argument(kind: Kind) -> BoxedStrategy<String> {
    let one_of = |all: &'static [&'static str]| {
        prop::sample::select(all.to_vec())
            .prop_map(str::to_owned)
            .boxed()
    };
    match kind {
        Kind::Choice(choices) => prop::sample::select(choices.to_vec())
            .prop_map(|choice| format!("{choice:?}"))
            .boxed(),
        Kind::Glob => one_of(&["\"*\"", "\"a?\""]),
        Kind::Integer => one_of(&["0", "1", "100"]),
        Kind::Map => one_of(&["attributes", "attributes[\"a\"]", "cache", "body"]),
        Kind::Pattern => one_of(&["\".\"", "\"^a\"", "\"(a)|b\"", "\"\""]),
        Kind::Target => one_of(VALUES),
        Kind::Text => one_of(&["\"a\"", "\"\""]),
        Kind::Texts => one_of(&["[]", "[\"a\", \"b\"]"]),
        Kind::Value => one_of(VALUES),
    }
}

fn call(name: &'static str, kinds: Vec<Kind>) -> BoxedStrategy<String> {
    let arguments: Vec<_> = kinds.into_iter().map(argument).collect();
    arguments
        .prop_map(move |arguments| format!("{name}({})", arguments.join(", ")))
        .boxed()
}

fn converter() -> BoxedStrategy<String> {
    let calls: Vec<_> = converters()
        .map(|converter| {
            call(
                converter.name,
                converter.parameters.iter().map(|p| p.kind).collect(),
            )
        })
        .collect();
    prop::strategy::Union::new(calls).boxed()
}

fn statement() -> BoxedStrategy<String> {
    let calls: Vec<_> = editors()
        .map(|editor| {
            call(
                editor.name,
                editor.parameters.iter().map(|p| p.kind).collect(),
            )
        })
        .collect();
    prop::strategy::Union::new(calls).boxed()
}

/// Bytes that are likely to be fields.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let key_value = Just(vec![0x0a, 1, b'a', 0x12, 3, 0x0a, 1, b'b']);
    let random = prop::collection::vec(any::<u8>(), 0..24);
    let field = (1_u8..16, prop_oneof![key_value, random]).prop_map(|(number, body)| {
        [&[number << 3 | 2, body.len() as u8], body.as_slice()].concat()
    });
    let scalar = (1_u8..16, 0_u8..120).prop_map(|(number, value)| vec![number << 3, value]);
    let fields = prop::collection::vec(prop_oneof![field, scalar], 0..8);
    prop_oneof![
        fields.prop_map(|fields| fields.concat()),
        prop::collection::vec(any::<u8>(), 0..40)
    ]
}

fn context() -> impl Strategy<Value = Context> {
    prop::sample::select(Context::ALL.to_vec())
}

proptest! {
    #[test]
    fn whatever_the_message_every_function_has_a_value_or_says_why_not(
        context in context(),
        call in converter(),
        operator in "(==|!=|<|>=)",
        other in prop::sample::select(VALUES.to_vec()),
        messages in prop::array::uniform4(message()),
        data in prop::sample::select(vec![5, 7, 9, 10, 11]),
    ) {
        let text = format!("{call} {operator} {other}");
        let [resource, scope, item, part] = &messages;
        let record = Record::of_resource(resource).scope(scope).item(item);
        let record = match context {
            Context::SpanEvent => record.event(part, 1),
            _ => record.point(part, data),
        };
        if let Ok(condition) = Condition::parse(context, &text) {
            let _ = condition.matches(&record);
        }
    }

    #[test]
    fn whatever_the_message_every_editor_leaves_a_message_or_says_why_not(
        context in context(),
        text in statement(),
        messages in prop::array::uniform4(message()),
        data in prop::sample::select(vec![5, 7, 9, 10, 11]),
    ) {
        let [resource, scope, item, part] = &messages;
        let record = Record::of_resource(resource).scope(scope).item(item).point(part, data);
        let mut draft = Draft::new(context, record);
        if let Ok(statement) = Statement::parse(context, &text) {
            let _ = statement.run(&mut draft);
            let sound = |bytes: &[u8]| {
                campanile_wire::protobuf::Fields::new(bytes).all(|field| field.is_ok())
            };
            let original = match context {
                Context::DataPoint | Context::SpanEvent => part,
                Context::Log | Context::Metric | Context::Span => item,
                Context::Resource => resource,
                Context::Scope => scope,
            };
            if let Some(changed) = draft.into_changed() && sound(original) {
                prop_assert!(sound(&changed), "{}", text);
            }
        }
    }
}
