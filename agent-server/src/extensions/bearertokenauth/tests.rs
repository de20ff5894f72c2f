//! Which tokens are accepted, and which is sent.

use std::fs;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::tokens::Tokens;
use super::{BearerTokenAuth, Config};
use crate::auth::{Credentials as _, Guard as _};
use crate::component::{Entry, Validate as _};

fn config(value: Value) -> Config {
    serde_json::from_value(value).expect("keys that exist")
}

async fn admits(tokens: &Tokens, header: &'static str, value: &str) -> bool {
    let value = HeaderValue::try_from(value).expect("a value");
    let headers = HeaderMap::from_iter([(HeaderName::from_static(header), value)]);
    tokens.admits(&headers).await
}

#[tokio::test]
async fn a_token_is_accepted_with_its_scheme_and_no_other_is() {
    let tokens = Tokens::new(&config(json!({"tokens": ["one", "two"]}))).expect("tokens");
    for (value, expected) in [
        ("Bearer one", true),
        ("bearer two", true),
        ("Bearer three", false),
        ("Bearer on", false),
        ("Bearer", false),
        ("Basic one", false),
        ("one", false),
        ("", false),
    ] {
        assert_eq!(
            admits(&tokens, "authorization", value).await,
            expected,
            "{value}"
        );
    }
    assert!(!tokens.admits(&HeaderMap::new()).await);
    let twice = ["Bearer one", "Bearer three"].map(|value| {
        let name = HeaderName::from_static("authorization");
        (name, HeaderValue::from_static(value))
    });
    let mut headers = HeaderMap::new();
    for (name, value) in twice {
        headers.append(name, value);
    }
    assert!(!tokens.admits(&headers).await, "which of the two?");
    assert_eq!(tokens.challenge(), "Bearer");
    let (name, value) = tokens.header().expect("a token");
    assert_eq!(
        (name.as_str(), value.as_bytes()),
        ("authorization", &b"Bearer one"[..])
    );
    assert!(value.is_sensitive());
}

#[tokio::test]
async fn scheme_and_header_are_as_configured() {
    let keyed = json!({"token": "secret", "scheme": "", "header": "X-Api-Key"});
    let tokens = Tokens::new(&config(keyed)).expect("a token");
    assert!(admits(&tokens, "x-api-key", "secret").await);
    assert!(!admits(&tokens, "x-api-key", "Bearer secret").await);
    assert!(!admits(&tokens, "authorization", "secret").await);
}

#[tokio::test(start_paused = true)]
async fn a_file_is_read_again_when_it_has_changed_and_holds_when_it_is_gone() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("tokens");
    fs::write(&file, "one\n\n two \n").expect("written");
    let tokens = Tokens::new(&config(json!({"filename": file}))).expect("tokens");
    assert!(admits(&tokens, "authorization", "Bearer two").await);
    fs::write(&file, "other one\n").expect("written");
    assert!(
        admits(&tokens, "authorization", "Bearer two").await,
        "not looked yet"
    );
    tokio::time::advance(Duration::from_secs(2)).await;
    assert!(!admits(&tokens, "authorization", "Bearer two").await);
    assert!(admits(&tokens, "authorization", "Bearer other one").await);
    fs::remove_file(&file).expect("removed");
    tokio::time::advance(Duration::from_secs(2)).await;
    assert!(admits(&tokens, "authorization", "Bearer other one").await);
    let missing = Tokens::new(&config(json!({"filename": file})));
    assert_eq!(
        missing.err().map(|error| error.key).as_deref(),
        Some("filename")
    );
}

#[test]
fn exactly_one_source_of_tokens_is_wanted() {
    let keys = |value| -> Vec<String> {
        let wrong = config(value).validate();
        wrong.into_iter().map(|invalid| invalid.key).collect()
    };
    assert_eq!(keys(json!({})), ["token"]);
    assert_eq!(keys(json!({"token": "a", "filename": "b"})), ["token"]);
    assert_eq!(
        keys(json!({"tokens": ["a", "", "b\nc"]})),
        ["tokens[1]", "tokens[2]"]
    );
    assert_eq!(
        keys(json!({"token": "a", "header": "a b", "scheme": "a b"})),
        ["header", "scheme"]
    );
}

#[test]
fn no_token_is_shown() {
    let value = json!({"tokens": ["hunter2"]});
    assert!(!format!("{:?}", config(value.clone())).contains("hunter2"));
    let shown = Entry::of::<BearerTokenAuth>()
        .effective(&value)
        .expect("valid");
    assert!(!shown.to_string().contains("hunter2"));
    let tokens = Tokens::new(&config(value)).expect("a token");
    assert!(!format!("{tokens:?}").contains("hunter2"));
}
