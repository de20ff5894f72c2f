use serde_json::{Value, json};

use super::support::configured;

/// The keys that are wrong when `include` is this.
fn wrong(include: &Value) -> Vec<String> {
    let delete = json!({"key": "k", "action": "delete"});
    let config = json!({"include": include, "actions": [delete]});
    let wrong = configured(&config).err().unwrap_or_default();
    wrong.into_iter().map(|invalid| invalid.key).collect()
}

#[test]
fn properties_say_how_they_compare_and_what() {
    assert_eq!(wrong(&json!({"services": ["a"]})), ["include.match_type"]);
    assert_eq!(wrong(&json!({"match_type": "strict"})), ["include"]);
    assert_eq!(
        wrong(&json!({"match_type": "expr", "services": ["a"]})).len(),
        1
    );
    assert!(wrong(&json!({"match_type": "strict", "services": ["a"]})).is_empty());
}

#[test]
fn every_mistake_is_named() {
    let wrong = wrong(&json!({
        "match_type": "regexp", "span_names": ["a", "("], "span_kinds": ["anything"],
        "attributes": [{"value": "("}, {"key": "k", "value": 1}],
        "libraries": [{"name": "(", "version": "("}, {}],
    }));
    let expected = [
        "include.attributes[0].key",
        "include.attributes[0].value",
        "include.attributes[1].value",
        "include.span_names[1]",
        "include.libraries[0].name",
        "include.libraries[0].version",
        "include.libraries[1].name",
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn kinds_are_compared_with_those_that_there_are() {
    let kinds = json!({"match_type": "strict", "span_kinds": ["SPAN_KIND_SERVER", "server"]});
    assert_eq!(wrong(&kinds), ["include.span_kinds[1]"]);
}

#[test]
fn nothing_to_do_is_a_mistake() {
    let wrong = configured(&Value::Null).err().unwrap_or_default();
    let keys: Vec<_> = wrong.into_iter().map(|invalid| invalid.key).collect();
    assert_eq!(keys, ["actions"]);
}
