use campanile_wire::otlp::edit::{Draft, Kind};
use campanile_wire::otlp::view::AnyValue;
use campanile_wire::otlp::write::{self, Scalar};
use serde_json::{Value, json};

use super::{Action, Plan, any_value, check};

fn actions(actions: impl Into<Value>) -> Vec<Action> {
    serde_json::from_value(actions.into()).expect("actions")
}

/// The attributes of a span with `before` after actions, as JSON.
fn after(before: &[(&str, Scalar<'_>)], written: impl Into<Value>) -> Vec<String> {
    let mut span = Vec::new();
    for (key, value) in before {
        write::attribute(&mut span, 9, key, *value);
    }
    let actions = actions(written);
    assert_eq!(check("actions", &actions), []);
    let plan = Plan::new("actions", &actions).expect("checked");
    let mut draft = Draft::new(Kind::Span, &span);
    plan.apply(&mut draft, Some("10.0.0.1"));
    let attributes = draft.attributes();
    let shown = attributes
        .iter()
        .map(|(key, value)| format!("{key}={value:?}"));
    shown.collect()
}

const TEXT: Scalar<'_> = Scalar::Text("x");

#[test]
fn constants_are_inserted_updated_and_upserted() {
    let written = json!([
        {"key": "a", "action": "insert", "value": 1},
        {"key": "b", "action": "update", "value": 2.5},
        {"key": "c", "action": "UPSERT", "value": true},
        {"key": "d", "action": "update", "value": "never"},
        {"key": "b", "action": "insert", "value": "never"},
    ]);
    let after = after(&[("b", TEXT)], written);
    assert_eq!(after, ["b=Double(2.5)", "a=Int(1)", "c=Bool(true)"]);
}

#[test]
fn a_value_can_be_a_list_or_a_map() {
    let value = any_value(&json!([1, {"a": null}, "t"]));
    assert_eq!(AnyValue::new(&value).to_string(), r#"[1,{"a":null},"t"]"#);
}

#[test]
fn a_value_is_taken_from_another_attribute_or_from_the_connection() {
    let written = json!([
        {"key": "copy", "action": "upsert", "from_attribute": "a"},
        {"key": "none", "action": "upsert", "from_attribute": "missing"},
        {"key": "peer", "action": "insert", "from_context": "client.address"},
    ]);
    let after = after(&[("a", Scalar::Int(7))], written);
    assert_eq!(
        after,
        ["a=Int(7)", "copy=Int(7)", r#"peer=Text("10.0.0.1")"#]
    );
}

#[test]
fn attributes_are_deleted_by_key_and_by_pattern() {
    let written = json!([{"key": "a", "action": "delete", "pattern": "^secret\\."}]);
    let before = [
        ("a", TEXT),
        ("secret.b", TEXT),
        ("not.secret.c", TEXT),
        ("a", TEXT),
    ];
    assert_eq!(after(&before, written), [r#"not.secret.c=Text("x")"#]);
}

#[test]
fn hashes_are_sha_256_of_the_bytes_of_the_value() {
    let written = json!([{"key": "t", "action": "hash", "pattern": "^(n|b|e|l)$"}]);
    let before = [
        ("t", Scalar::Text("hello")),
        ("n", Scalar::Int(1)),
        ("b", Scalar::Bool(true)),
        ("e", Scalar::Text("")),
        ("l", Scalar::Bytes(b"raw")),
        ("other", TEXT),
    ];
    let expected = [
        (
            "t",
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        ),
        (
            "n",
            "7c9fa136d4413fa6173637e883b6998d32e1d675f88cddff9dcbcf331820f4b8",
        ),
        (
            "b",
            "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
        ),
        ("e", ""),
        ("l", ""),
        ("other", "x"),
    ];
    let expected: Vec<_> = expected
        .map(|(key, hash)| format!("{key}=Text({hash:?})"))
        .into();
    assert_eq!(after(&before, written), expected);
}

#[test]
fn named_groups_become_attributes() {
    let written = json!([{
        "key": "url", "action": "extract",
        "pattern": "^(?P<scheme>[a-z]+)://(?P<host>[^/:]+)(:(?P<port>\\d+))?"
    }]);
    assert_eq!(
        check("a", &actions(written)).len(),
        1,
        "a group has no name"
    );
    let written = json!([{
        "key": "url", "action": "extract",
        "pattern": "^(?P<scheme>[a-z]+)://(?P<host>[^/:]+)(?::(?P<port>\\d+))?"
    }]);
    let before = [
        ("host", Scalar::Int(1)),
        ("url", Scalar::Text("http://shop/a")),
    ];
    let expected = [
        r#"host=Text("shop")"#,
        r#"url=Text("http://shop/a")"#,
        r#"scheme=Text("http")"#,
        r#"port=Text("")"#,
    ];
    assert_eq!(after(&before, written.clone()), expected);
    assert_eq!(after(&[("url", Scalar::Int(1))], written), ["url=Int(1)"]);
}

#[test]
fn values_are_converted_where_they_can_be() {
    let to = |to: &str, value| {
        let written = json!([{"key": "k", "action": "convert", "converted_type": to}]);
        after(&[("k", value)], written).remove(0)
    };
    assert_eq!(to("int", Scalar::Text("-12")), "k=Int(-12)");
    assert_eq!(to("int", Scalar::Text("1.5")), r#"k=Text("1.5")"#);
    assert_eq!(to("int", Scalar::Double(2.9)), "k=Int(2)");
    assert_eq!(to("int", Scalar::Bool(true)), "k=Int(1)");
    assert_eq!(to("double", Scalar::Int(3)), "k=Double(3.0)");
    assert_eq!(to("double", Scalar::Text("0.5")), "k=Double(0.5)");
    assert_eq!(to("double", Scalar::Bool(false)), "k=Double(0.0)");
    assert_eq!(to("string", Scalar::Int(3)), r#"k=Text("3")"#);
    assert_eq!(to("string", Scalar::Bool(true)), r#"k=Text("true")"#);
    assert_eq!(to("int", Scalar::Bytes(b"b")), "k=Bytes([98])");
}

#[test]
fn every_mistake_is_named() {
    let keys = |action: Value| {
        let wrong = check("actions", &actions(json!([action])));
        let keys = wrong.into_iter().map(|invalid| invalid.key);
        keys.map(|key| key.replace("actions[0].", ""))
            .collect::<Vec<_>>()
    };
    assert_eq!(check("actions", &[])[0].key, "actions");
    assert_eq!(keys(json!({"key": "k"})), ["action"]);
    assert_eq!(keys(json!({"action": "insert", "value": 1})), ["key"]);
    assert_eq!(keys(json!({"action": "delete"})), ["key"]);
    assert_eq!(keys(json!({"key": "k", "action": "insert"})), ["action"]);
    let two = json!({"key": "k", "action": "insert", "value": 1, "from_attribute": "a"});
    assert_eq!(keys(two), ["action"]);
    let metadata = json!({"key": "k", "action": "insert", "from_context": "metadata.tenant"});
    assert_eq!(keys(metadata), ["from_context"]);
    let pattern = json!({"key": "k", "action": "insert", "value": 1, "pattern": "p"});
    assert_eq!(keys(pattern), ["pattern"]);
    assert_eq!(keys(json!({"action": "hash", "pattern": "("})), ["pattern"]);
    assert_eq!(keys(json!({"key": "k", "action": "extract"})), ["pattern"]);
    let unnamed = json!({"key": "k", "action": "extract", "pattern": "a"});
    assert_eq!(keys(unnamed), ["pattern"]);
    assert_eq!(
        keys(json!({"key": "k", "action": "convert"})),
        ["converted_type"]
    );
    let valued = json!({"key": "k", "action": "hash", "value": 1, "converted_type": "int"});
    assert_eq!(keys(valued), ["value", "converted_type"]);
}
