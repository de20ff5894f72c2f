//! Who is known, and how long it takes to say so.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::hash::Hash;
use super::users::Users;
use super::{BasicAuth, Config};
use crate::auth::Guard as _;
use crate::component::{Context, Factory as _, Shared, Validate as _};

/// `secret`, as `htpasswd -s` has it.
const SHA: &str = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=";

fn config(value: Value) -> Config {
    serde_json::from_value(value).expect("keys that exist")
}

fn users(lines: &str) -> Users {
    let config = config(json!({"htpasswd": {"inline": lines}}));
    Users::new(config.table().expect("valid").expect("a table"))
}

fn basic(pair: &str) -> HeaderMap {
    let value = format!("Basic {}", BASE64_STANDARD.encode(pair));
    HeaderMap::from_iter([(
        AUTHORIZATION,
        HeaderValue::try_from(value).expect("a value"),
    )])
}

#[tokio::test]
async fn every_kind_of_hash_knows_its_password_and_no_other() {
    let slow = bcrypt::hash("secret", 4).expect("hashed");
    let salted = {
        use sha1::{Digest as _, Sha1};
        let sum = Sha1::new()
            .chain_update("secret")
            .chain_update("salt")
            .finalize();
        format!(
            "{{SSHA}}{}",
            BASE64_STANDARD.encode([&sum[..], b"salt"].concat())
        )
    };
    for hash in [slow.as_str(), SHA, &salted, "secret"] {
        let users = users(&format!("# who may\nshop:{hash}\n\nother:{hash}\n"));
        for (pair, expected) in [
            ("shop:secret", true),
            ("shop:secret", true),
            ("other:secret", true),
            ("shop:secre", false),
            ("shop:secret:", false),
            ("shop:", false),
            ("nobody:secret", false),
            ("shop", false),
        ] {
            assert_eq!(users.admits(&basic(pair)).await, expected, "{hash} {pair}");
        }
        assert!(!users.admits(&HeaderMap::new()).await);
    }
}

#[tokio::test]
async fn what_is_no_basic_header_is_nobody() {
    let users = users("shop:secret");
    for value in [
        "Bearer c2hvcDpzZWNyZXQ=",
        "Basic",
        "Basic !",
        "Basic /w==",
        "basic",
    ] {
        let value = HeaderValue::from_static(value);
        let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        assert!(!users.admits(&headers).await);
    }
    let lower = HeaderValue::from_static("basic c2hvcDpzZWNyZXQ=");
    assert!(
        users
            .admits(&HeaderMap::from_iter([(AUTHORIZATION, lower)]))
            .await
    );
    assert!(
        users
            .challenge()
            .to_str()
            .is_ok_and(|text| text.starts_with("Basic realm="))
    );
}

#[test]
fn hashes_that_are_not_supported_are_refused_and_not_taken_for_passwords() {
    for text in [
        "",
        "$apr1$salt$sum",
        "$2y$31$abc",
        "{MD5}abc",
        "{SHA}abc",
        "{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
    ] {
        assert!(Hash::parse(text).is_err(), "{text}");
    }
    let dear = bcrypt::hash("a", 4)
        .expect("hashed")
        .replacen("$04$", "$15$", 1);
    assert!(Hash::parse(&dear).is_err());
}

#[test]
fn what_is_missing_or_wrong_is_refused_without_repeating_it() {
    let wrong = |value| -> Vec<(String, String)> {
        let wrong = config(value).validate();
        wrong
            .into_iter()
            .map(|invalid| (invalid.key, invalid.message))
            .collect()
    };
    let keys = |value| -> Vec<String> { wrong(value).into_iter().map(|(key, _)| key).collect() };
    assert_eq!(keys(json!({})), ["htpasswd"]);
    assert_eq!(keys(json!({"htpasswd": {}})), ["htpasswd"]);
    assert_eq!(keys(json!({"client_auth": {}})), ["client_auth.username"]);
    assert_eq!(
        keys(json!({"client_auth": {"username": "a:b"}})),
        ["client_auth.username"]
    );
    let lines = wrong(json!({"htpasswd": {"inline": "shop:a\nhunter2"}}));
    assert_eq!(lines[0].0, "htpasswd.inline");
    assert!(lines[0].1.contains("line 2") && !lines[0].1.contains("hunter2"));
}

#[test]
fn an_extension_offers_what_is_configured() {
    let context = Context {
        id: "basicauth".parse().expect("an id"),
        shared: Shared::default(),
    };
    let client = json!({"client_auth": {"username": "shop", "password": "secret"}});
    BasicAuth::build(config(client), context.clone()).expect("built");
    let auth = crate::auth::Auth {
        authenticator: "basicauth".to_owned(),
    };
    assert!(auth.gate(&context, "").is_err());
    let headers = crate::auth::Auth::client(Some(&auth), &context).headers();
    assert_eq!(
        headers.expect("credentials")[AUTHORIZATION],
        "Basic c2hvcDpzZWNyZXQ="
    );
    let missing = config(json!({"htpasswd": {"file": "/nowhere/htpasswd"}}));
    let error = BasicAuth::build(missing, context).err().expect("no file");
    assert_eq!(error.key, "htpasswd.file");
}
