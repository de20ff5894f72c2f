use std::collections::BTreeSet;

use super::described::{Described, default_of, describe};
use super::{Arguments, ListFormat, run};
use crate::cli::CliError;
use crate::registries::Registries;
use crate::testing::REGISTRIES;

/// Writes the reference page anew; said when it is not what it should be.
const RENEW: &str = "cargo run -p campanile-agent -- components --format markdown \
                     > agent-server/COMPONENTS.md";

fn printed(component: Option<&str>, keys: bool, format: ListFormat) -> Result<String, CliError> {
    let arguments = Arguments {
        component: component.map(str::to_owned),
        keys,
        format,
    };
    let mut out = Vec::new();
    run(&arguments, &mut out)?;
    Ok(String::from_utf8(out).expect("text"))
}

/// The keys that say nothing of themselves.
fn undocumented(list: &[Described]) -> Vec<String> {
    let keys = list.iter().flat_map(|described| {
        let silent = described.keys.iter().filter(|key| {
            let about = &key.about;
            about.is_empty() || about.starts_with("Default") || about.starts_with("Required")
        });
        silent.map(move |key| format!("{}/{}: {}", described.section, described.kind, key.path))
    });
    keys.collect()
}

#[test]
fn every_key_of_every_component_says_what_it_is() {
    let list = describe(&Registries::builtin());
    assert_eq!(undocumented(&list), [""; 0]);
}

#[test]
fn a_key_without_documentation_is_found() {
    let list = describe(&REGISTRIES);
    assert!(
        undocumented(&list).contains(&"processors/filter: verdict".to_owned()),
        "{:?}",
        undocumented(&list)
    );
}

#[test]
fn every_key_has_a_type_and_every_leaf_that_may_be_set_a_default() {
    for described in describe(&Registries::builtin()) {
        let paths: BTreeSet<_> = described.keys.iter().map(|key| &key.path).collect();
        assert_eq!(paths.len(), described.keys.len(), "{}", described.kind);
        for key in &described.keys {
            let what = format!("{}/{}: {key:?}", described.section, described.kind);
            assert!(!key.kind.is_empty(), "{what}");
            assert!(!key.about.contains('\n'), "{what}");
            let inside = format!("{}.", key.path);
            let is_block = paths.iter().any(|path| path.starts_with(&inside));
            let in_list = key.path.contains("[]") || key.path.contains("<name>");
            assert!(
                !key.supported || is_block || in_list || !default_of(key).is_empty(),
                "{what}"
            );
        }
    }
}

#[test]
fn the_reference_page_is_current() {
    let page = printed(None, false, ListFormat::Markdown).expect("a page");
    let committed = include_str!("../../../COMPONENTS.md");
    assert!(
        page == committed,
        "COMPONENTS.md has to be renewed: {RENEW}"
    );
}

#[test]
fn the_reference_page_links_to_files_that_there_are() {
    let page = printed(None, false, ListFormat::Markdown).expect("a page");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let links = page.split("](").skip(1);
    for link in links.filter_map(|rest| rest.split_once(')')) {
        assert!(root.join(link.0).is_file(), "{}", link.0);
    }
}

#[test]
fn components_are_named_one_a_line_and_a_named_one_shows_its_keys() {
    let all = printed(None, false, ListFormat::Human).expect("a list");
    assert!(all.starts_with("receivers:\n  "), "{all}");
    assert!(!all.contains("endpoint"), "{all}");
    let one = printed(Some("receivers/otlp"), false, ListFormat::Human).expect("one");
    assert!(one.starts_with("receivers/otlp: "), "{one}");
    let row = one
        .lines()
        .find(|line| line.contains("protocols.grpc.endpoint "));
    let row = row.expect("a row");
    assert!(row.contains("  127.0.0.1:4317  "), "{row}");
    assert!(row.contains("  Where to listen"), "{row}");
    let refused = one
        .lines()
        .find(|line| line.contains("protocols.grpc.middlewares "));
    assert!(
        refused.is_some_and(|line| line.contains("  not supported  ")),
        "{one}"
    );
    assert!(!one.contains("exporters/otlp"), "{one}");
}

#[test]
fn a_type_names_all_of_that_type_and_a_section_all_in_it() {
    let named = |name| {
        let text = printed(Some(name), false, ListFormat::Ndjson).expect(name);
        let lines = text.lines().map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert!(value["keys"].is_array(), "{line}");
            format!("{}/{}", value["section"], value["type"]).replace('"', "")
        });
        lines.collect::<Vec<_>>()
    };
    assert_eq!(named("otlp"), ["receivers/otlp", "exporters/otlp"]);
    let extensions = Registries::builtin().extensions.iter();
    let extensions: Vec<_> = extensions
        .map(|entry| format!("extensions/{}", entry.kind))
        .collect();
    assert_eq!(named("extensions"), extensions);
}

#[test]
fn an_unknown_component_is_not_found_and_what_was_meant_is_said() {
    let said = |name| match printed(Some(name), false, ListFormat::Json) {
        Err(CliError::NotFound(message)) => message,
        other => panic!("{other:?}"),
    };
    let meant = "there is no component `exporter/otlp`; did you mean `exporters/otlp`?";
    assert_eq!(said("exporter/otlp"), meant);
    assert!(said("otlhttp").ends_with("did you mean `otlphttp`?"));
    assert!(said("something else").contains("`campanile components` lists"));
}
