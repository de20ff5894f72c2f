use campanile_wire::otlp::Signal;

use super::super::{Condition, Context, Statement, inferred};

/// Conditions on spans, what is said of them, and what is said to help.
const UNKNOWN: &[(&str, &str, &str)] = &[
    (
        "IsMatsh(name, \"a\")",
        "unknown function `IsMatsh` at column 1: `IsMatsh(name, \"a\")`",
        "did you mean `IsMatch`?",
    ),
    (
        "not ismatch(name, \"a\")",
        "`ismatch` has no value: functions with a value begin with a capital at column 5: `ismatch(name, \"a\")`",
        "did you mean `IsMatch`?",
    ),
    (
        "atributes[\"a\"] == 1",
        "`atributes` is no path of `span` at column 1: `atributes[\"a\"] == 1`",
        "did you mean `attributes`?",
    ),
    (
        "resource.name == \"a\"",
        "`name` is no path of `resource` at column 1: `resource.name == \"a\"`",
        "known here: `attributes`",
    ),
    (
        "log.body == \"a\"",
        "`log` cannot be reached in the context `span` at column 1: `log.body == \"a\"`",
        "reached from here: `span`, `scope`, `resource`",
    ),
    (
        "kind == SPAN_KIND_SEVER",
        "unknown name `SPAN_KIND_SEVER` at column 9: `SPAN_KIND_SEVER`",
        "did you mean `SPAN_KIND_SERVER`?",
    ),
    (
        "name[\"a\"] == 1",
        "`name` has no keys at column 6: `\"a\"] == 1`",
        "",
    ),
    (
        "attributes[0] == 1",
        "`attributes` is a map: its keys are strings at column 1: `attributes[0] == 1`",
        "",
    ),
    (
        "HasAttrKeyOnDatapoint(\"a\")",
        "`HasAttrKeyOnDatapoint` has no meaning in the context `span` at column 1: `HasAttrKeyOnDatapoint(\"a\")`",
        "contexts: metric",
    ),
    (
        "IsMatch(name)",
        "`IsMatch` lacks the argument `pattern` at column 1: `IsMatch(name)`",
        "write `IsMatch(target, pattern)`",
    ),
    (
        "IsMatch(name, \"a\", \"b\")",
        "`IsMatch` has 2 arguments, not more at column 20: `\"b\")`",
        "write `IsMatch(target, pattern)`",
    ),
    (
        "IsMatch(name, \"a(\")",
        "not a regular expression: unclosed group at column 15: `\"a(\")`",
        "",
    ),
    (
        "IsMatch(name, name)",
        "`pattern` is a string, written out at column 15: `name)`",
        "",
    ),
    (
        "attributes[\"cached\"]",
        "expected a condition, found a value at column 1: `attributes[\"cached\"]`",
        "compare it with something",
    ),
    (
        "name == (kind == 1)",
        "expected a value, found a condition at column 9: `(kind == 1)`",
        "",
    ),
    (
        "IsMatch(name, \"\\\\w{1000}{1000}\")",
        "the pattern is too large at column 15",
        "",
    ),
];

#[test]
fn what_is_not_known_is_named_with_what_is() {
    for (text, expected, help) in UNKNOWN.iter().copied() {
        let error = Condition::parse(Context::Span, text).expect_err(text);
        assert!(error.to_string().starts_with(expected), "{text}: {error}");
        let given = error.help.unwrap_or_default();
        assert!(given.contains(help), "{text}: {given}");
    }
}

#[test]
fn statements_that_cannot_work_are_refused() {
    let table = [
        ("sett(name, 1)", "unknown editor `sett`"),
        (
            "Concat(name, 1)",
            "`Concat` is no editor: it has a value, and changes nothing",
        ),
        (
            "set(\"name\", 1)",
            "`target` is a path, such as `attributes`",
        ),
        ("set(kind.string, 1)", "`kind.string` cannot be changed"),
        (
            "set(resource.attributes[\"a\"], 1)",
            "a statement on `span` cannot change its `resource`",
        ),
        ("delete_key(name, \"a\")", "`name` is no map"),
        (
            "merge_maps(attributes, cache, \"mix\")",
            "\"mix\" is no `strategy`",
        ),
        (
            "limit(attributes, -1, [])",
            "`limit` is a whole number, 0 or more",
        ),
        (
            "keep_keys(attributes, \"a\")",
            "`keys` is a list of strings: [\"...\"]",
        ),
        (
            "keep_keys(attributes, [name])",
            "`keys` is a string, written out",
        ),
        (
            "replace_match(name, \"a[b]\", \"\")",
            "only `*` and `?` have a meaning in such a pattern",
        ),
        (
            "set(name, value = 1, target = name)",
            "the argument is given twice",
        ),
        (
            "set(target = name, 1)",
            "an argument without a name behind one with a name",
        ),
        ("set(name, vallue = 1)", "`set` has no argument `vallue`"),
        (
            "set(name, {\"a\": 1, \"a\": 2})",
            "the key \"a\" is there twice",
        ),
        ("set(name, 1)[0]", "an editor has no value, and no keys"),
    ];
    for (text, expected) in table {
        let error = Statement::parse(Context::Span, text).expect_err(text);
        assert_eq!(error.message, expected, "{text}");
    }
}

#[test]
fn the_context_is_told_from_the_paths() {
    let told = |signal, texts: &[(&str, bool)]| {
        inferred(signal, texts).map_err(|(index, error)| (index, error.message))
    };
    let span = ("span.name == resource.attributes[\"a\"]", true);
    let event = ("set(spanevent.name, span.name)", false);
    assert_eq!(told(Signal::Traces, &[span]), Ok(Context::Span));
    assert_eq!(told(Signal::Traces, &[event, span]), Ok(Context::SpanEvent));
    assert_eq!(told(Signal::Traces, &[span, event]), Ok(Context::SpanEvent));
    let scope = (
        "set(instrumentation_scope.name, \"a\") where IsMatch(scope.version, \"1\")",
        false,
    );
    assert_eq!(told(Signal::Logs, &[scope]), Ok(Context::Scope));
    let wrong = [
        (
            ("name == \"a\"", true),
            "`name` of what? the context is not said",
        ),
        (("metric.name == \"a\"", true), "traces have no `metric`"),
        (
            ("IsRootSpan()", true),
            "the context cannot be told: no path names it",
        ),
        (("span.name ==", true), "expected a value"),
    ];
    for (text, expected) in wrong {
        let error = told(Signal::Traces, &[text]).expect_err(text.0);
        assert_eq!(error, (0, expected.to_owned()), "{}", text.0);
    }
    let error = told(Signal::Traces, &[span, wrong[0].0]).expect_err("the second");
    assert_eq!(error.0, 1);
}
