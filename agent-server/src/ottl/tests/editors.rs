use super::super::editors::editors;
use super::super::record::Draft;
use super::super::{Condition, Context, Statement};
use super::records::{Messages, holds_on};

/// Runs a statement on a context's message, and says whether a condition holds then.
#[track_caller]
fn then(context: Context, statement: &str, condition: &str) -> Result<bool, String> {
    let messages = Messages::new();
    let mut draft = Draft::new(context, messages.record(context));
    let parsed = Statement::parse(context, statement);
    let parsed = parsed.unwrap_or_else(|error| panic!("{statement}: {error}"));
    parsed.run(&mut draft).map_err(|error| error.to_string())?;
    holds_on(&draft.record(), context, condition)
}

/// For every editor, a statement and what holds after it.
const HOLD: &[(&str, &str)] = &[
    (
        "append(attributes[\"tags\"], \"blue\")",
        "attributes[\"tags\"] == [\"red\", 7, \"blue\"]",
    ),
    (
        "append(attributes[\"new\"], values = [1, 2])",
        "attributes[\"new\"] == [1, 2]",
    ),
    (
        "append(attributes[\"ratio\"], 1)",
        "attributes[\"ratio\"] == [0.5, 1]",
    ),
    (
        "delete_key(attributes, \"tags\")",
        "attributes[\"tags\"] == nil and Len(attributes) == 7",
    ),
    (
        "delete_key(attributes[\"user\"], \"id\")",
        "attributes[\"user\"] == {}",
    ),
    (
        "delete_key(attributes[\"nothing\"], \"id\")",
        "Len(attributes) == 8",
    ),
    (
        "delete_matching_keys(attributes, \"^http\\\\.\")",
        "Len(attributes) == 6 and attributes[\"http.route\"] == nil",
    ),
    (
        "keep_keys(attributes, [\"raw\", \"x\"])",
        "Keys(attributes) == [\"raw\"]",
    ),
    (
        "keep_matching_keys(attributes, \"^ra\")",
        "Keys(attributes) == [\"ratio\", \"raw\"]",
    ),
    (
        "limit(attributes, 2, [\"raw\"])",
        "Keys(attributes) == [\"http.route\", \"raw\"]",
    ),
    ("limit(attributes, 8, [])", "Len(attributes) == 8"),
    (
        "merge_maps(attributes, {\"ratio\": 1, \"new\": 2}, \"upsert\")",
        "attributes[\"ratio\"] == 1 and attributes[\"new\"] == 2 and Len(attributes) == 9",
    ),
    (
        "merge_maps(attributes, {\"ratio\": 1, \"new\": 2}, \"insert\")",
        "attributes[\"ratio\"] == 0.5 and attributes[\"new\"] == 2",
    ),
    (
        "merge_maps(attributes, {\"ratio\": 1, \"new\": 2}, \"update\")",
        "attributes[\"ratio\"] == 1 and attributes[\"new\"] == nil",
    ),
    (
        "replace_all_matches(attributes, \"/carts/*\", \"/c\")",
        "attributes[\"http.route\"] == \"/c\" and attributes[\"empty\"] == \"\"",
    ),
    (
        "replace_all_patterns(attributes, \"value\", \"c(a)rts\", \"<$1>\")",
        "attributes[\"http.route\"] == \"/<a>/{id}\"",
    ),
    (
        "replace_all_patterns(attributes, \"key\", \"^http\\\\.\", \"h_\")",
        "attributes[\"h_route\"] == \"/carts/{id}\" and attributes[\"http.route\"] == nil",
    ),
    (
        "replace_match(name, \"GET ?carts\", \"x\")",
        "name == \"x\"",
    ),
    (
        "replace_match(name, \"GET\", \"x\")",
        "name == \"GET /carts\"",
    ),
    ("replace_match(kind, \"*\", \"x\")", "kind == 2"),
    (
        "replace_pattern(name, \"([A-Z]+) \", \"${1}!\")",
        "name == \"GET!/carts\"",
    ),
    (
        "truncate_all(attributes, 3)",
        "attributes[\"http.route\"] == \"/ca\"",
    ),
    ("set(name, \"x\")", "name == \"x\""),
    ("set(name, nil)", "name == \"GET /carts\""),
    (
        "set(name, \"x\") where kind == SPAN_KIND_CLIENT",
        "name == \"GET /carts\"",
    ),
    ("set(name, \"\")", "name == \"\""),
    ("set(kind, SPAN_KIND_CLIENT)", "kind.string == \"Client\""),
    (
        "set(trace_id, TraceID(0x000102030405060708090a0b0c0d0e0f))",
        "trace_id.string == \"000102030405060708090a0b0c0d0e0f\"",
    ),
    (
        "set(span_id.string, \"0102030405060708\")",
        "span_id == 0x0102030405060708",
    ),
    ("set(parent_span_id, span_id)", "not IsRootSpan()"),
    (
        "set(trace_state[\"b\"], \"3\")",
        "trace_state == \"b=3,a=1\"",
    ),
    ("set(trace_state, \"z=1\")", "trace_state[\"z\"] == \"1\""),
    (
        "set(end_time, start_time + Duration(\"1s\"))",
        "end_time_unix_nano == 2000000000",
    ),
    ("set(start_time_unix_nano, 7)", "start_time_unix_nano == 7"),
    (
        "set(status.code, STATUS_CODE_OK)",
        "status.code == 1 and status.message == \"broken\"",
    ),
    (
        "set(status.message, \"ok\")",
        "status.code == 2 and status.message == \"ok\"",
    ),
    ("set(flags, 1)", "flags == 1"),
    (
        "set(dropped_attributes_count, 0)",
        "dropped_attributes_count == 0",
    ),
    (
        "set(attributes[\"new\"], name)",
        "attributes[\"new\"] == name and Len(attributes) == 9",
    ),
    (
        "set(attributes[\"ratio\"], true)",
        "attributes[\"ratio\"] == true and Len(attributes) == 8",
    ),
    (
        "set(attributes[\"a\"][\"b\"][\"c\"], 1)",
        "attributes[\"a\"] == {\"b\": {\"c\": 1}}",
    ),
    (
        "set(attributes[\"user\"][\"id\"], 1)",
        "attributes[\"user\"] == {\"id\": 1}",
    ),
    (
        "set(attributes[\"tags\"][0], \"x\")",
        "attributes[\"tags\"] == [\"x\", 7]",
    ),
    ("set(attributes, {\"a\": 1})", "attributes == {\"a\": 1}"),
    (
        "set(attributes, attributes[\"user\"])",
        "attributes == {\"id\": 42}",
    ),
    (
        "set(attributes[\"r\"], resource.attributes)",
        "attributes[\"r\"][\"service.name\"] == \"shop\"",
    ),
    ("set(cache[\"x\"], name)", "cache[\"x\"] == name"),
];

#[test]
fn every_editor_does_what_its_name_says() {
    for (statement, condition) in HOLD {
        let held = then(Context::Span, statement, condition);
        assert_eq!(held, Ok(true), "{statement}: {condition}");
    }
    for editor in editors() {
        let call = format!("{}(", editor.name);
        let tested = HOLD
            .iter()
            .any(|(statement, _)| statement.starts_with(&call));
        assert!(tested, "{} is not tested", editor.name);
    }
}

/// Statements on each kind of message, and what holds after them.
const OF_EACH_KIND: &[(Context, &str, &str)] = &[
    (
        Context::Resource,
        "set(attributes[\"a\"], 1)",
        "attributes[\"a\"] == 1",
    ),
    (
        Context::Scope,
        "set(version, \"2\")",
        "version == \"2\" and name == \"tracer\"",
    ),
    (
        Context::SpanEvent,
        "set(attributes[\"a\"], span.name)",
        "attributes[\"a\"] == span.name",
    ),
    (
        Context::Metric,
        "set(is_monotonic, false)",
        "is_monotonic == false",
    ),
    (
        Context::Metric,
        "set(aggregation_temporality, 1)",
        "aggregation_temporality == 1",
    ),
    (
        Context::Metric,
        "set(description, \"d\")",
        "description == \"d\" and unit == \"1\"",
    ),
    (
        Context::Metric,
        "set(metadata[\"a\"], 1)",
        "metadata[\"a\"] == 1",
    ),
    (
        Context::DataPoint,
        "set(value_double, 2.5)",
        "value_double == 2.5 and value_int == 0",
    ),
    (Context::DataPoint, "set(value_int, 0)", "value_int == 0"),
    (
        Context::DataPoint,
        "set(attributes[\"a\"], metric.name)",
        "attributes[\"a\"] == metric.name",
    ),
    (Context::DataPoint, "set(flags, 0)", "flags == 0"),
    (Context::Log, "set(body, \"text\")", "body == \"text\""),
    (
        Context::Log,
        "set(body[\"user\"], \"bob\")",
        "body == {\"user\": \"bob\", \"count\": 2}",
    ),
    (
        Context::Log,
        "delete_key(body, \"user\")",
        "body == {\"count\": 2}",
    ),
    (
        Context::Log,
        "set(body.string, \"text\")",
        "body == \"text\"",
    ),
    (
        Context::Log,
        "set(severity_number, 17)",
        "severity_number == SEVERITY_NUMBER_ERROR",
    ),
    (
        Context::Log,
        "set(time, observed_time)",
        "time_unix_nano == 0",
    ),
    (
        Context::Log,
        "set(attributes, ParseJSON(\"{\\\"a\\\":1}\"))",
        "attributes == {\"a\": 1.0}",
    ),
];

#[test]
fn every_kind_of_message_is_changed() {
    for (context, statement, condition) in OF_EACH_KIND.iter().copied() {
        assert_eq!(
            then(context, statement, condition),
            Ok(true),
            "{statement}: {condition}"
        );
    }
}

/// Statements that fail, and what is said of them.
const FAIL: &[(Context, &str, &str)] = &[
    (
        Context::Span,
        "set(name, 1)",
        "expected a string, found an int",
    ),
    (
        Context::Span,
        "set(kind, \"server\")",
        "expected an int, found a string",
    ),
    (Context::Span, "set(kind, -1)", "-1 is out of range"),
    (
        Context::Span,
        "set(trace_id, 0x01)",
        "expected an id of 16 bytes",
    ),
    (
        Context::Span,
        "set(span_id.string, \"x\")",
        "expected an id of 8 bytes",
    ),
    (
        Context::Span,
        "set(attributes, 1)",
        "expected a map, found an int",
    ),
    (
        Context::Span,
        "set(attributes[\"ratio\"][\"a\"], 1)",
        "cannot set [\"a\"] of a double",
    ),
    (
        Context::Span,
        "set(attributes[\"tags\"][2], 1)",
        "cannot set [2] of a list of 2",
    ),
    (
        Context::Span,
        "set(attributes[\"new\"][0], 1)",
        "cannot set [0] of nil",
    ),
    (
        Context::Span,
        "set(attributes[\"a\"], start_time)",
        "a time cannot be stored as a value",
    ),
    (
        Context::Span,
        "delete_key(attributes[\"tags\"], \"a\")",
        "expected a map, found a list",
    ),
    (
        Context::DataPoint,
        "set(count, 1)",
        "this kind of point has no such field",
    ),
    (
        Context::Metric,
        "set(is_monotonic, 1)",
        "expected a bool, found an int",
    ),
];

#[test]
fn what_cannot_be_set_is_an_error() {
    for (context, statement, expected) in FAIL.iter().copied() {
        let held = then(context, statement, "true");
        assert_eq!(held, Err(expected.to_owned()), "{statement}");
    }
}

#[test]
fn values_neither_nest_nor_grow_without_end() {
    let context = Context::Span;
    let messages = Messages::new();
    let deeper = Statement::parse(context, "set(attributes, {\"a\": attributes})").expect("sound");
    let mut draft = Draft::new(context, messages.record(context));
    let failed = (0..64).find_map(|_| deeper.run(&mut draft).err());
    assert!(
        failed
            .expect("an error")
            .to_string()
            .contains("nests deeper than")
    );

    let mut draft = Draft::new(context, messages.record(context));
    let run = |text: &str, draft: &mut Draft<'_>| {
        Statement::parse(context, text).expect("sound").run(draft)
    };
    for number in 0..1_024 - 8 {
        let text = format!("set(attributes[\"{number}\"], 1)");
        run(&text, &mut draft).expect("there is room");
    }
    for text in [
        "set(attributes[\"more\"], 1)",
        "merge_maps(attributes, {\"more\": 1}, \"insert\")",
    ] {
        let error = run(text, &mut draft).expect_err("there is no room");
        assert!(
            error.to_string().contains("more than 1024 entries"),
            "{error}"
        );
    }
    run("set(attributes[\"5\"], 2)", &mut draft).expect("no new entry");
    let holds = Condition::parse(context, "attributes[\"5\"] == 2").expect("sound");
    assert_eq!(holds.matches(&draft.record()), Ok(true));
}

#[test]
fn fields_that_are_not_known_stay() {
    let messages = Messages::new();
    let mut span = messages.span.clone();
    campanile_wire::otlp::write::text(&mut span, 999, "later");
    let record = messages.record(Context::Span).item(&span);
    let mut draft = Draft::new(Context::Span, record);
    for text in [
        "set(name, \"x\")",
        "set(attributes[\"a\"], 1)",
        "keep_keys(attributes, [])",
    ] {
        let parsed = Statement::parse(Context::Span, text).expect("sound");
        parsed.run(&mut draft).expect("it runs");
    }
    let changed = draft.into_changed().expect("it changed");
    assert!(changed.ends_with(b"later"));
}
