//! Where things were written.

use super::tree;
use crate::config::locate::locate;
use crate::config::parse::parse;
use crate::config::{Place, Source};

const TEXT: &str = "\
first: {a: [x, {b: y}]}
with.dots: {k: v, k.l: w}
empty:
\"\u{e9}\u{e9}\": \u{e9}\u{e9}\u{e9}
";

fn place(path: &str) -> String {
    let root = tree(TEXT);
    let located = locate(&root, &root.place, path);
    format!(
        "{}:{} {:?}",
        located.place.line, located.place.column, located.missing
    )
}

#[test]
fn a_path_leads_to_the_value_or_to_the_key_of_what_is_no_scalar() {
    for (path, expected) in [
        ("first", "1:1 \"\""),
        ("first.a", "1:9 \"\""),
        ("first.a[0]", "1:13 \"\""),
        ("first.a[1].b", "1:20 \"\""),
        ("empty", "3:1 \"\""),
        ("with.dots.k", "2:16 \"\""),
        ("with.dots.k.l", "2:24 \"\""),
        ("\u{e9}\u{e9}", "4:7 \"\""),
    ] {
        assert_eq!(place(path), expected, "{path}");
    }
}

#[test]
fn a_path_that_was_not_written_leads_as_far_as_it_was() {
    for (path, expected) in [
        ("first.b.c", "1:1 \"b.c\""),
        ("first.a[7].b", "1:9 \"[7].b\""),
        ("empty.x", "3:1 \"x\""),
        ("firs", "1:1 \"firs\""),
        ("first.a[x]", "1:9 \"[x]\""),
    ] {
        assert_eq!(place(path), expected, "{path}");
    }
}

#[test]
fn a_place_marks_the_bytes_of_its_text() {
    let root = tree(TEXT);
    let located = locate(&root, &root.place, "\u{e9}\u{e9}");
    let Place { offset, len, .. } = located.place;
    assert_eq!(&TEXT[offset..offset + len], "\u{e9}\u{e9}\u{e9}");
}

#[test]
fn a_place_beyond_the_text_is_its_end() {
    let source = Source::new("f", "ab\ncd");
    assert_eq!(Place::new(&source, 9, 9, 9).offset, 5);
    let place = Place::new(&source, 1, 9, 9);
    assert_eq!((place.offset, place.len), (2, 0));
}

#[test]
fn nesting_nodes_and_aliases_are_bounded() {
    let deep = format!("a: {}{}", "[".repeat(70), "]".repeat(70));
    let many = format!("a: [{}]", "1,".repeat(100_001));
    let laughs = "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n\
                  c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n\
                  e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    for text in [deep.as_str(), &many, laughs] {
        assert!(parse(&Source::new("f", text)).is_err());
    }
    let fine = format!("a: {}{}", "[".repeat(60), "]".repeat(60));
    assert!(parse(&Source::new("f", fine)).is_ok());
}

#[test]
fn aliases_and_merge_keys_are_what_they_stand_for() {
    let root = tree("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\n");
    let expected = serde_json::json!({"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1, "y": 2}});
    assert_eq!(root.to_json(), expected);
}
