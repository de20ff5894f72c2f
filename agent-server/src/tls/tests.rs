//! What the block takes and refuses.

use serde_json::json;

use super::testing::Authority;
use super::{ServerTls, TlsVersion};
use crate::component::Invalid;
use crate::config::Secret;

fn block(value: serde_json::Value) -> ServerTls {
    serde_json::from_value(value).expect("the right types")
}

#[test]
fn what_is_missing_doubled_or_contradictory_is_named() {
    let cases = [
        (json!({}), &["x.tls.cert_file", "x.tls.key_file"][..]),
        (
            json!({"cert_file": "/c", "cert_pem": "c", "key_file": "/k"}),
            &["x.tls.cert_file"],
        ),
        (
            json!({"cert_pem": "c", "key_pem": "k", "min_version": 1.3, "max_version": "1.2"}),
            &["x.tls.max_version"],
        ),
        (
            json!({"cert_pem": "c", "key_pem": "k", "ca_file": "/c", "tpm": {}}),
            &["x.tls.ca_file", "x.tls.tpm"],
        ),
        (json!({"cert_pem": "c", "key_pem": "k"}), &[]),
    ];
    for (value, expected) in cases {
        let wrong: Vec<Invalid> = block(value.clone()).validate("x.");
        let keys: Vec<&str> = wrong.iter().map(|wrong| wrong.key.as_str()).collect();
        assert_eq!(keys, expected, "{value}");
    }
}

#[test]
fn versions_are_text_or_numbers_and_old_ones_are_refused() {
    let version = |value| serde_json::from_value::<TlsVersion>(value).map_err(|e| e.to_string());
    assert_eq!(version(json!("1.3")), Ok(TlsVersion::V1_3));
    assert_eq!(version(json!(1.2)), Ok(TlsVersion::V1_2));
    for (value, expected) in [(json!(1.1), "broken"), (json!("1.4"), "is not a version")] {
        let message = version(value).expect_err("refused");
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn the_key_is_never_shown() {
    let block = block(json!({"cert_pem": "c", "key_pem": "hunter2"}));
    let shown = serde_json::to_string(&block).expect("plain data");
    assert!(
        shown.contains("key_pem") && !shown.contains("hunter2"),
        "{shown}"
    );
    assert!(!format!("{block:?}").contains("hunter2"));
    assert_eq!(block.key_pem.as_ref().map(Secret::reveal), Some("hunter2"));
}

#[test]
fn files_that_cannot_be_used_are_named_with_their_key() {
    let authority = Authority::new("authority");
    authority.sign("server");
    authority.sign("other");
    authority.write("text.pem", "hello");
    let good = authority.server("server");
    let with = |change: &dyn Fn(&mut ServerTls)| {
        let mut block = good.clone();
        change(&mut block);
        block
    };
    let cases = [
        (
            with(&|block| block.cert_file = Some(authority.path("none.pem"))),
            ["tls.cert_file", "none.pem"],
        ),
        (
            with(&|block| block.cert_file = Some(authority.path("text.pem"))),
            ["tls.cert_file", "holds no certificate"],
        ),
        (
            with(&|block| block.key_file = Some(authority.path("text.pem"))),
            ["tls.key_file", "holds no private key"],
        ),
        (
            with(&|block| block.key_file = Some(authority.path("other.key"))),
            ["tls.key_file", "does not go with"],
        ),
        (
            with(&|block| block.client_ca_file = Some(authority.path("text.pem"))),
            ["tls.client_ca_file", "text.pem"],
        ),
    ];
    for (block, [key, text]) in cases {
        let error = block.open("tls").expect_err(key);
        assert_eq!(error.key(), key);
        assert!(error.to_string().contains(text), "{error}");
    }
    assert!(good.open("tls").is_ok());
}
