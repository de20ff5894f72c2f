//! What stands in place of what is masked.

use hmac::{Hmac, Mac as _};
use md5::Md5;
use regex::Regex;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use sha3::Sha3_256;

use super::config::{Config, HashFunction};
use crate::config::Secret;

/// Stands in place of what is masked without a digest.
const MASK: &str = "****";

/// How values are masked.
pub(super) struct Mask {
    function: Option<HashFunction>,
    key: Vec<u8>,
}

impl Mask {
    pub(super) fn new(config: &Config) -> Self {
        let key = config.hmac_key.as_ref().map_or("", Secret::reveal);
        Self {
            function: config.hash_function,
            key: key.as_bytes().to_vec(),
        }
    }

    /// What stands in place of `text`.
    pub(super) fn of(&self, text: &str) -> String {
        let bytes = text.as_bytes();
        match self.function {
            None => MASK.to_owned(),
            Some(HashFunction::HmacSha256) => {
                let mut mac = Hmac::<Sha256>::new_from_slice(&self.key)
                    .expect("a key of any length is a key");
                mac.update(bytes);
                const_hex::encode(mac.finalize().into_bytes())
            }
            Some(HashFunction::HmacSha512) => {
                let mut mac = Hmac::<Sha512>::new_from_slice(&self.key)
                    .expect("a key of any length is a key");
                mac.update(bytes);
                const_hex::encode(mac.finalize().into_bytes())
            }
            Some(HashFunction::Md5) => const_hex::encode(Md5::digest(bytes)),
            Some(HashFunction::Sha1) => const_hex::encode(Sha1::digest(bytes)),
            Some(HashFunction::Sha3) => const_hex::encode(Sha3_256::digest(bytes)),
        }
    }

    /// `text` with every match of `patterns` masked, one pattern after the other; nothing if none
    /// matches.
    pub(super) fn within(&self, text: &str, patterns: &[Regex]) -> Option<String> {
        let mut masked: Option<String> = None;
        for pattern in patterns {
            let now = masked.as_deref().unwrap_or(text);
            if !pattern.is_match(now) {
                continue;
            }
            let replaced = pattern.replace_all(now, |found: &regex::Captures<'_>| {
                found
                    .get(0)
                    .map_or_else(String::new, |part| self.of(part.as_str()))
            });
            masked = Some(replaced.into_owned());
        }
        masked
    }
}
