//! The tables of the documentation are about the variables that are read, no more and no less.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::environment::Settings;

/// The names that the readers ask for. A ratio sampler is set, so that its argument is asked for.
fn asked() -> BTreeSet<String> {
    let asked = RefCell::new(BTreeSet::new());
    let _ = Settings::from_lookup(|name| {
        asked.borrow_mut().insert(name.to_owned());
        (name == "OTEL_TRACES_SAMPLER").then(|| "traceidratio".to_owned())
    });
    asked.into_inner()
}

/// The names in the first column of the table that begins with this line.
fn listed(text: &'static str, head: &str) -> BTreeSet<String> {
    let rows = text.lines().skip_while(|line| *line != head).skip(2);
    let mut names = BTreeSet::new();
    for row in rows {
        let Some(row) = row.trim_start_matches("//! ").strip_prefix("| ") else {
            break;
        };
        let (cell, _) = row.split_once(" | ").expect("a row has columns");
        for name in cell.split(", ") {
            let name = name.trim_matches('`');
            assert!(names.insert(name.to_owned()), "{name} stands there twice");
        }
    }
    names
}

#[test]
fn the_table_of_the_module_names_the_variables_that_are_read() {
    let head = "//! | variable | values | default | effect |";
    assert_eq!(listed(include_str!("../mod.rs"), head), asked());
}

#[test]
fn the_table_of_the_readme_names_the_variables_that_are_read() {
    let head = "| variable | values | default |";
    assert_eq!(listed(include_str!("../../../README.md"), head), asked());
}
