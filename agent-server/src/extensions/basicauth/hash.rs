//! What a password is compared with.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// The most expensive bcrypt that is accepted: more takes a second and is a way to stop us.
const MAX_COST: u32 = 14;

/// What a table has of a password.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Hash {
    /// `$2a$`, `$2b$`, `$2x$` or `$2y$`: slow, so that whoever has the table does not have the
    /// passwords.
    Bcrypt(String),
    /// The password itself.
    Plain(String),
    /// `{SHA}`, and `{SSHA}` with a salt.
    Sha1 { sum: [u8; 20], salt: Vec<u8> },
}

impl Hash {
    /// Reads what stands behind the colon.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if ["$2a$", "$2b$", "$2x$", "$2y$"]
            .iter()
            .any(|kind| text.starts_with(kind))
        {
            let known: bcrypt::HashParts = text.parse().map_err(|_| "is no bcrypt hash")?;
            if known.get_cost() > MAX_COST {
                return Err("costs more than 14");
            }
            return Ok(Self::Bcrypt(text.to_owned()));
        }
        let salted = text.strip_prefix("{SSHA}");
        if let Some(sum) = text.strip_prefix("{SHA}").or(salted) {
            let bytes = BASE64_STANDARD.decode(sum).map_err(|_| "is no base64")?;
            let (sum, salt) = bytes.split_first_chunk().ok_or("is no SHA-1")?;
            if salt.is_empty() == salted.is_some() {
                return Err("is no SHA-1");
            }
            let salt = salt.to_vec();
            return Ok(Self::Sha1 { sum: *sum, salt });
        }
        match text.chars().next() {
            None => Err("is empty"),
            Some('$' | '{') => {
                Err("is of a kind that is not supported; `htpasswd -B` makes bcrypt")
            }
            Some(_) => Ok(Self::Plain(text.to_owned())),
        }
    }

    /// Whether it takes so long that it does not belong on an asynchronous thread.
    pub(super) fn is_slow(&self) -> bool {
        matches!(self, Self::Bcrypt(_))
    }

    /// Whether it is of this password. Takes as long for a wrong one.
    pub(super) fn is_of(&self, password: &str) -> bool {
        match self {
            Self::Bcrypt(hash) => bcrypt::verify(password, hash).unwrap_or(false),
            Self::Plain(known) => {
                let digest = |text: &str| Sha256::digest(text.as_bytes());
                digest(known).ct_eq(&digest(password)).into()
            }
            Self::Sha1 { sum, salt } => {
                let found = Sha1::new().chain_update(password).chain_update(salt);
                found.finalize().as_slice().ct_eq(sum).into()
            }
        }
    }
}
