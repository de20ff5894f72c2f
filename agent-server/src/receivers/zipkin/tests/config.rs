//! Keys and defaults.

use serde_json::{Value, json};

use super::super::Zipkin;
use crate::component::{Entry, Receiver};

const ENTRY: Entry<Box<dyn Receiver>> = Entry::of::<Zipkin>();

#[test]
fn the_defaults_are_the_collector_s() {
    let defaults = ENTRY.defaults();
    assert_eq!(defaults["endpoint"], "127.0.0.1:9411");
    assert_eq!(defaults["parse_string_tags"], false);
    assert_eq!(defaults["idle_timeout"], "1m");
    assert!(ENTRY.configure(&Value::Null).is_ok());
    assert!(ENTRY.configure(&defaults).is_ok());
}

#[test]
fn everything_wrong_is_named_by_its_key() {
    let config = json!({
        "transport": "unix",
        "auth": {"authenticator": ""},
        "include_metadata": true,
        "middlewares": [],
        "cors": {"allowed_origins": ["shop"]},
        "compression_algorithms": ["br"],
    });
    let wrong = ENTRY.configure(&config).expect_err("it is wrong");
    let keys: Vec<_> = wrong.iter().map(|wrong| wrong.key.as_str()).collect();
    let expected = [
        "middlewares",
        "auth.authenticator",
        "transport",
        "cors.allowed_origins[0]",
        "compression_algorithms[0]",
    ];
    assert_eq!(keys, expected);
}
