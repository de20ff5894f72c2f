//! Keeps credentials out of `url.full` and `url.query`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, LazyLock};

use ::http::Uri;

/// What stands in the place of a secret.
pub(crate) const REDACTED: &str = "REDACTED";

/// What stands in the place of a user name and password.
pub(crate) const REDACTED_USERINFO: &str = "REDACTED:REDACTED@";

/// The query keys whose values are signatures or credentials, compared with case.
///
/// [`url.query`](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/registry/attributes/url.md)
/// names five of them; `AWSAccessKeyId` and `Signature` were named before 1.44 and will be after.
const SENSITIVE_KEYS: [&str; 7] = [
    "AWSAccessKeyId",
    "Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Goog-Signature",
    "sig",
];

/// The key of hashes: one for the process, so that servers and clients hash alike, and random, so
/// that nobody can try values out.
static HASH_KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// Which query values are not shown, and what is shown instead.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redaction {
    /// None: the seven default keys.
    own: Option<Arc<[String]>>,
    instead: Instead,
}

/// What is shown in the place of a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Instead {
    /// A word.
    #[default]
    Word,
    /// The word and a hash, by which equal values look equal.
    Hash,
    /// No query at all.
    Nothing,
}

impl Redaction {
    /// These keys instead of the default ones; with case.
    pub(crate) fn new<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Self {
        Self {
            own: Some(keys.into_iter().map(Into::into).collect()),
            instead: Instead::Word,
        }
    }

    /// Chooses the keys, and leaves what is shown instead of their values as it is.
    pub(crate) fn set_keys<K: Into<String>>(&mut self, keys: impl IntoIterator<Item = K>) {
        self.own = Some(keys.into_iter().map(Into::into).collect());
    }

    /// Nothing of a query is shown.
    pub(crate) fn hide_everything(&mut self) {
        self.instead = Instead::Nothing;
    }

    /// Hashes are shown instead of sensitive values, unless nothing is.
    pub(crate) fn hash_values(&mut self) {
        if self.instead == Instead::Word {
            self.instead = Instead::Hash;
        }
    }

    /// What may be shown of the query of `uri`, if it has one.
    pub(crate) fn query_of<'u>(&self, uri: &'u Uri) -> Option<Cow<'u, str>> {
        let query = uri.query().filter(|_| self.instead != Instead::Nothing)?;
        Some(self.query(query))
    }

    /// `query` with the values of sensitive keys replaced. Borrowed when there is nothing to hide.
    pub(crate) fn query<'q>(&self, query: &'q str) -> Cow<'q, str> {
        if !Pairs(Some(query)).any(|pair| self.is_sensitive(pair)) {
            return Cow::Borrowed(query);
        }
        let mut redacted = String::with_capacity(query.len());
        for pair in Pairs(Some(query)) {
            redacted.push_str(pair.key);
            if let Some(value) = pair.value {
                redacted.push('=');
                if self.is_sensitive(pair) {
                    redacted.push_str(&self.instead_of(value));
                } else {
                    redacted.push_str(value);
                }
            }
            redacted.push_str(pair.separator);
        }
        Cow::Owned(redacted)
    }

    fn instead_of(&self, secret: &str) -> Cow<'static, str> {
        match self.instead {
            Instead::Hash => format!("{REDACTED}-{:016x}", HASH_KEY.hash_one(secret)).into(),
            Instead::Word | Instead::Nothing => Cow::Borrowed(REDACTED),
        }
    }

    /// Whether `pair` gives a value to a sensitive key, however the key is percent-encoded.
    fn is_sensitive(&self, pair: Pair<'_>) -> bool {
        if pair.value.is_none() {
            return false;
        }
        match &self.own {
            None if !pair.is_encoded => SENSITIVE_KEYS.contains(&pair.key),
            None => SENSITIVE_KEYS.iter().any(|name| is_key(pair.key, name)),
            Some(own) => own.iter().any(|name| is_key(pair.key, name)),
        }
    }
}

/// One part of a query, between two `&`, or two `;`, as some servers have it.
#[derive(Clone, Copy, Debug)]
struct Pair<'a> {
    key: &'a str,
    /// What stands after the first `=`.
    value: Option<&'a str>,
    /// Whether there is a `%` in it.
    is_encoded: bool,
    /// What stands after it.
    separator: &'a str,
}

/// The parts of a query; at least one. Queries are short, so this looks at each byte once instead
/// of searching.
struct Pairs<'a>(Option<&'a str>);

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    #[inline]
    fn next(&mut self) -> Option<Pair<'a>> {
        let text = self.0?;
        let (mut equals, mut end, mut is_encoded) = (None, text.len(), false);
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'=' if equals.is_none() => equals = Some(at),
                b'%' => is_encoded = true,
                b'&' | b';' => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        self.0 = text.get(end + 1..);
        let pair = text.get(..end)?;
        let separator = text.get(end..=end).unwrap_or_default();
        Some(match equals {
            Some(at) => Pair {
                key: pair.get(..at)?,
                value: pair.get(at + 1..),
                is_encoded,
                separator,
            },
            None => Pair {
                key: pair,
                value: None,
                is_encoded,
                separator,
            },
        })
    }
}

/// Whether `key` is `name`. Encoding only makes a key longer.
fn is_key(key: &str, name: &str) -> bool {
    match key.len().cmp(&name.len()) {
        Ordering::Less => false,
        Ordering::Equal => key == name,
        Ordering::Greater => key.contains('%') && decoded(key).eq(name.bytes()),
    }
}

/// The bytes of `text` with percent-encoding undone; what is not valid encoding stays as it is.
fn decoded(text: &str) -> impl Iterator<Item = u8> {
    let mut rest = text.as_bytes();
    std::iter::from_fn(move || {
        let (&first, tail) = rest.split_first()?;
        let encoded = match tail {
            [high, low, ..] if first == b'%' => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        match encoded {
            Some((high, low)) => {
                rest = tail.get(2..).unwrap_or_default();
                Some(high * 16 + low)
            }
            None => {
                rest = tail;
                Some(first)
            }
        }
    })
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(query: &str) -> Cow<'_, str> {
        Redaction::default().query(query)
    }

    #[test]
    fn own_keys_replace_the_default_ones() {
        let own = Redaction::new(["token"]);
        assert_eq!(own.query("token=x&sig=y"), "token=REDACTED&sig=y");
    }

    #[test]
    fn a_query_can_be_hidden_whole() {
        let uri = Uri::from_static("/a?b=c");
        assert_eq!(Redaction::default().query_of(&uri).as_deref(), Some("b=c"));
        let mut redaction = Redaction::default();
        redaction.hide_everything();
        redaction.set_keys(["token"]);
        redaction.hash_values();
        assert_eq!(redaction.query_of(&uri), None);
    }

    #[test]
    fn equal_secrets_have_equal_hashes_that_do_not_tell_them() {
        let mut redaction = Redaction::default();
        redaction.hash_values();
        let hashed = |by: &Redaction, query| by.query(query).into_owned();
        let one = hashed(&redaction, "sig=one");
        let (word, hash) = one.split_once('-').expect("a hash");
        assert_eq!(word, "sig=REDACTED");
        assert_eq!(hash.len(), 16);
        assert!(hash.bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert_eq!(hashed(&redaction, "a=1&sig=one&b"), format!("a=1&{one}&b"));
        assert_ne!(hashed(&redaction, "sig=two"), one);
        redaction.set_keys(["token"]);
        assert_eq!(
            hashed(&redaction, "sig=one&token=one"),
            format!("sig=one&token=REDACTED-{hash}")
        );
    }

    #[test]
    fn the_seven_default_keys_are_redacted() {
        for key in SENSITIVE_KEYS {
            assert_eq!(
                query(&format!("a=1&{key}=secret&b=2")),
                format!("a=1&{key}=REDACTED&b=2")
            );
        }
    }

    #[test]
    fn a_percent_encoded_key_is_no_way_around() {
        assert_eq!(query("%73ig=secret"), "%73ig=REDACTED");
        assert_eq!(query("s%69%67=a=b"), "s%69%67=REDACTED");
    }

    #[test]
    fn other_keys_and_other_cases_stay_as_they_are() {
        for plain in [
            "",
            "a=1",
            "SIG=x",
            "signature=x",
            "sig",
            "xsig=1&b",
            "%=1",
            "%7=%zz",
        ] {
            assert!(
                matches!(query(plain), Cow::Borrowed(kept) if kept == plain),
                "{plain}"
            );
        }
    }

    #[test]
    fn every_occurrence_is_redacted() {
        assert_eq!(
            query("sig=a&sig=b&&sig="),
            "sig=REDACTED&sig=REDACTED&&sig=REDACTED"
        );
        assert_eq!(query("a=1;sig=b;;c"), "a=1;sig=REDACTED;;c");
    }

    proptest! {
        #[test]
        fn a_secret_never_survives(before in "[a-z&=%]{0,20}", after in "[a-z&=%]{0,20}") {
            let redacted = query(&format!("{before}&sig=S3CR3T&{after}")).into_owned();
            prop_assert!(!redacted.contains("S3CR3T"));
        }
    }
}
