//! What a user writes.

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::Secret;
use crate::receivers::{Unsupported, refuse};

/// The configuration of `redaction`, with the Collector's keys and defaults.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Whether attributes stay whose keys are not in `allowed_keys`. Without it and without
    /// `allowed_keys` every attribute is removed. Default false.
    pub(crate) allow_all_keys: bool,
    /// Keys of attributes that stay. Default none.
    pub(crate) allowed_keys: Vec<String>,
    /// Keys of attributes that are left alone, whatever their values are. Default none.
    pub(crate) ignored_keys: Vec<String>,
    /// Regular expressions of keys that are left alone. Default none.
    pub(crate) ignored_key_patterns: Vec<String>,
    /// Regular expressions of keys whose values are masked whole. Default none.
    pub(crate) blocked_key_patterns: Vec<String>,
    /// Regular expressions of what is masked in values. Default none.
    pub(crate) blocked_values: Vec<String>,
    /// Regular expressions of values that are left alone. Default none.
    pub(crate) allowed_values: Vec<String>,
    /// What stands in place of what is masked: the digest of this function, else `****`. Default
    /// none.
    pub(crate) hash_function: Option<HashFunction>,
    /// The key of `hmac-sha256` and `hmac-sha512`, which must be set with them. Default none.
    pub(crate) hmac_key: Option<Secret>,
    /// Whether values that are no text are looked at, too, as text. Default false.
    pub(crate) redact_all_types: bool,
    /// What is said about it in attributes beside those that were changed. Default silent.
    pub(crate) summary: Summary,
    /// Refused: `transform` changes parts of URLs.
    #[serde(skip_serializing)]
    pub(crate) url_sanitizer: Unsupported,
    /// Refused: `blocked_values` masks what it finds in statements.
    #[serde(skip_serializing)]
    pub(crate) db_sanitizer: Unsupported,
}

/// A digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub(crate) enum HashFunction {
    /// HMAC with SHA-256.
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    /// HMAC with SHA-512.
    #[serde(rename = "hmac-sha512")]
    HmacSha512,
    /// MD5.
    #[serde(rename = "md5")]
    Md5,
    /// SHA-1.
    #[serde(rename = "sha1")]
    Sha1,
    /// SHA3-256.
    #[serde(rename = "sha3")]
    Sha3,
}

/// How much is said about what was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Summary {
    /// The keys, and how many.
    Debug,
    /// How many.
    Info,
    /// Nothing.
    #[default]
    Silent,
}

/// Expressions that there may be of each kind.
const MAX_PATTERNS: usize = 1_000;
/// Bytes that one compiled expression may take.
const MAX_SIZE: usize = 1 << 20;

/// A regular expression of bounded size.
pub(super) fn pattern(text: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(text).size_limit(MAX_SIZE).build();
    built.map_err(|error| error.to_string().replace('\n', " "))
}

impl Config {
    /// Every list of expressions, with its key.
    fn patterns(&self) -> [(&'static str, &[String]); 4] {
        [
            ("allowed_values", &self.allowed_values),
            ("blocked_key_patterns", &self.blocked_key_patterns),
            ("blocked_values", &self.blocked_values),
            ("ignored_key_patterns", &self.ignored_key_patterns),
        ]
    }

    fn wants_key(&self) -> bool {
        matches!(
            self.hash_function,
            Some(HashFunction::HmacSha256 | HashFunction::HmacSha512)
        )
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let refused = [
            ("db_sanitizer", self.db_sanitizer),
            ("url_sanitizer", self.url_sanitizer),
        ];
        let mut wrong = refuse("", &refused);
        for (key, patterns) in self.patterns() {
            if patterns.len() > MAX_PATTERNS {
                let message = format!("more than {MAX_PATTERNS} expressions");
                wrong.push(Invalid::new(key, message));
            }
            for (index, text) in patterns.iter().enumerate() {
                if let Err(message) = pattern(text) {
                    wrong.push(Invalid::new(format!("{key}[{index}]"), message));
                }
            }
        }
        let key = self.hmac_key.as_ref().map_or("", Secret::reveal);
        if self.wants_key() && key.is_empty() {
            let message = "is missing: the digest of `hash_function` needs a key";
            wrong.push(Invalid::new("hmac_key", message));
        }
        wrong
    }
}
