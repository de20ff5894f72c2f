use proptest::prelude::*;

use super::super::error::ParseError;
use super::tree::{Expression, Statement};
use super::{MAX_DEPTH, MAX_LENGTH, boolean, statement};

/// The condition as it is understood: with every parenthesis that is not needed.
fn understood(text: &str) -> String {
    let read = boolean(text).map_err(|mistake| mistake.locate(text));
    read.expect(text).it.to_string()
}

fn refused(text: &str) -> ParseError {
    let read = boolean(text).map_err(|mistake| mistake.locate(text));
    read.expect_err(text)
}

#[test]
fn operators_bind_as_in_the_collector() {
    let table = [
        (
            "a == 1 or b == 2 and c == 3",
            "(a == 1) or ((b == 2) and (c == 3))",
        ),
        (
            "(a == 1 or b == 2) and c == 3",
            "((a == 1) or (b == 2)) and (c == 3)",
        ),
        ("not a == 1 and b == 2", "(not (a == 1)) and (b == 2)"),
        ("not not true", "not (not true)"),
        ("a + 2 * 3 == 7 - b / 2", "(a + (2 * 3)) == (7 - (b / 2))"),
        ("1 - 2 - 3 < 0", "((1 - 2) - 3) < 0"),
        ("(1 + 2) * 3 == 9", "((1 + 2) * 3) == 9"),
        (
            "a==1 and b==2 and c==3",
            "(a == 1) and (b == 2) and (c == 3)",
        ),
        ("-a == +1", "-(a) == 1"),
        ("a-1 == -1", "(a - 1) == -1"),
    ];
    for (text, expected) in table {
        assert_eq!(understood(text), expected, "{text}");
    }
}

#[test]
fn every_literal_is_read() {
    let table = [
        (
            "x == \"a\\\"b\\\\c\\n\\t\\u00e9\"",
            "x == \"a\\\"b\\\\c\\n\t\u{e9}\"",
        ),
        ("x == 0x00ff", "x == 0x00ff"),
        ("x == 0x", "x == 0x"),
        ("x == 12", "x == 12"),
        ("x == 1.50", "x == 1.5"),
        ("x == .5", "x == 0.5"),
        ("x == 2e3", "x == 2000.0"),
        ("x == -9223372036854775808", "x == -9223372036854775808"),
        ("x == true", "x == true"),
        ("x != nil", "x != nil"),
        ("x == STATUS_CODE_ERROR", "x == STATUS_CODE_ERROR"),
        ("x == [1, \"a\", []]", "x == [1, \"a\", []]"),
        ("x == {\"a\": 1, \"b\": {}}", "x == {\"a\": 1, \"b\": {}}"),
        ("a.b.c[\"k\"][0] == 1", "a.b.c[\"k\"][0] == 1"),
        ("Split(a, \",\")[0] == \"x\"", "Split(a, \",\")[0] == \"x\""),
        ("F(a, name = 2) == 1", "F(a, name = 2) == 1"),
    ];
    for (text, expected) in table {
        assert_eq!(understood(text), expected, "{text}");
    }
}

#[test]
fn a_statement_is_an_editor_and_maybe_a_condition() {
    let text = "set(attributes[\"a\"], 1) where name == \"x\"";
    let read = statement(text).expect("a statement");
    assert_eq!(
        read.to_string(),
        "set(attributes[\"a\"], 1) where (name == \"x\")"
            .replace("where (name == \"x\")", "where name == \"x\"")
    );
    for wrong in [
        "",
        "name == 1",
        "set",
        "set(a, 1) when b == 1",
        "set(a, 1) where",
        "1",
    ] {
        assert!(statement(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_mistake_is_told_with_its_column() {
    let table = [
        ("name = \"x\"", 6, "expected `and`, `or` or the end"),
        ("name == 'x'", 9, "a string has double quotes"),
        ("name == \"x", 9, "the string does not end"),
        ("name == \"\\d\"", 10, "unknown escape in a string"),
        ("a == 1 && b == 2", 8, "unexpected character"),
        ("a == 1 b == 2", 8, "expected `and`, `or` or the end"),
        ("a == ", 6, "expected a value"),
        ("(a == 1", 8, "expected `)`"),
        ("a == b == c", 8, "a second comparison"),
        ("a[b] == 1", 3, "a key is a string or a whole number"),
        (
            "a[\"b\"].c == 1",
            7,
            "nothing may follow the keys of a path",
        ),
        ("F(a b) == 1", 5, "expected `,` or `)`"),
        (
            "a == 99999999999999999999",
            6,
            "the number is malformed or too large",
        ),
        (
            "a == 9223372036854775808",
            6,
            "the number does not fit into 64 bits",
        ),
        ("a == 0x123", 7, "expected `and`, `or` or the end"),
        ("\u{e9}\u{e9} == 1", 1, "unexpected character"),
        ("a == \"\u{e9}\u{e9}\" !", 11, "unexpected character"),
    ];
    for (text, column, message) in table {
        let error = refused(text);
        assert_eq!(
            (error.column, error.message.as_str()),
            (column, message),
            "{text}"
        );
    }
}

#[test]
fn nesting_and_length_are_bounded() {
    let nested = |depth: usize| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
    assert!(boolean(&nested(MAX_DEPTH - 1)).is_ok());
    assert!(
        refused(&nested(MAX_DEPTH))
            .message
            .contains("nested deeper")
    );
    assert!(
        refused(&"not ".repeat(10_000))
            .message
            .contains("longer than")
    );
    assert!(
        refused(&"not ".repeat(4_000))
            .message
            .contains("nested deeper")
    );
    assert!(
        refused(&format!("a == 1{}", " + 1".repeat(1_000)))
            .message
            .contains("in a row")
    );
    let long = format!("a == \"{}\"", "x".repeat(MAX_LENGTH));
    assert!(refused(&long).message.contains("longer than"));
}

/// Pieces that texts are made of, so that random ones get far.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "set",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"a\"",
        "\"",
        "\\",
        "==",
        "!=",
        "<",
        ">=",
        "=",
        "and",
        "or",
        "not",
        "where",
        "nil",
        "true",
        "1",
        "2.5",
        "0x0f",
        "-",
        "+",
        "*",
        "/",
        ".",
        ",",
        ":",
        "attributes",
        "name",
        "IsMatch",
        "STATUS_CODE_OK",
        "resource",
        " ",
        "\u{e9}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" "))
}

/// Text of conditions that are sound.
fn sound() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        "[a-z]{1,5}(\\.[a-z]{1,5})?(\\[\"[a-z\\\\\"]{0,0}[a-z]{1,4}\"\\])?".prop_filter(
            "a word",
            |text| !["and", "or", "not", "nil", "true", "false", "where"].contains(&text.as_str())
        ),
        any::<i64>().prop_map(|number| number.to_string()),
        (-1e9..1e9).prop_map(|number: f64| format!("{number:?}")),
        any::<String>().prop_map(|text| {
            let text = text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            format!("\"{text}\"")
        }),
        "F\\([a-e](, b = [0-9])?\\)",
    ];
    let compared = (value.clone(), "(==|!=|<|<=|>|>=)", value)
        .prop_map(|(left, operator, right)| format!("{left} {operator} {right}"));
    compared.prop_recursive(4, 20, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or {b}")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

fn read_again(tree: &Statement) -> Statement {
    statement(&tree.to_string()).expect("what was printed is sound")
}

proptest! {
    #[test]
    fn random_text_is_read_or_refused(text: String) {
        let _ = boolean(&text);
        let _ = statement(&text);
    }

    #[test]
    fn likely_text_reads_back_as_it_was_printed(text in pieces()) {
        if let Ok(tree) = boolean(&text) {
            let printed = tree.it.to_string();
            let again: Expression = boolean(&printed).expect("what was printed is sound").it;
            prop_assert_eq!(again, tree.it);
        }
        if let Ok(tree) = statement(&text) {
            prop_assert_eq!(read_again(&tree), tree);
        }
    }

    #[test]
    fn what_is_sound_reads_back_as_it_was_printed(text in sound()) {
        let tree = boolean(&text);
        let tree = tree.map_err(|mistake| TestCaseError::fail(mistake.locate(&text).to_string()))?;
        let printed = tree.it.to_string();
        let again = boolean(&printed).expect("what was printed is sound");
        prop_assert_eq!(again.it, tree.it);
    }
}
