//! Whether a request has a name and its password.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use lru::LruCache;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::hash::Hash;
use super::htpasswd::Table;
use crate::auth::Guard;

/// Pairs that were found to be right lately.
const CACHED: NonZeroUsize = NonZeroUsize::new(1_024).expect("not zero");
/// Slow comparisons at a time: whoever guesses passwords does not get every thread.
const AT_ONCE: usize = 2;

/// See [the module](super).
pub(super) struct Users {
    table: Table,
    /// The digests of headers whose password was right: each request would cost what slows an
    /// attacker, else.
    right: Mutex<LruCache<[u8; 32], ()>>,
    /// What a name that does not exist is compared with, so that it takes as long.
    nobody: Option<Hash>,
    slots: Semaphore,
}

impl Users {
    pub(super) fn new(table: Table) -> Self {
        Self {
            nobody: table.slow().cloned(),
            table,
            right: Mutex::new(LruCache::new(CACHED)),
            slots: Semaphore::new(AT_ONCE),
        }
    }

    async fn knows(&self, headers: &HeaderMap) -> bool {
        let Some((name, password)) = presented(headers) else {
            return false;
        };
        let known = self.table.get(&name);
        let Some(hash) = known.or(self.nobody.as_ref()) else {
            return false;
        };
        let found = known.is_some();
        if !hash.is_slow() {
            return hash.is_of(&password) && found;
        }
        let pair = Sha256::digest(format!("{name}:{password}")).into();
        if self.lock().get(&pair).is_some() {
            return true;
        }
        // Closed by nobody.
        let Ok(_slot) = self.slots.acquire().await else {
            return false;
        };
        let hash = hash.clone();
        let right = spawn_blocking(move || hash.is_of(&password)).await;
        let right = right.unwrap_or(false) && found;
        if right {
            self.lock().put(pair, ());
        }
        right
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<[u8; 32], ()>> {
        self.right.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name and the password that a request has
/// ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)).
fn presented(headers: &HeaderMap) -> Option<(String, String)> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, pair) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = BASE64_STANDARD.decode(pair.trim()).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (name, password) = pair.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

impl Guard for Users {
    fn admits<'h>(&'h self, headers: &'h HeaderMap) -> BoxFuture<'h, bool> {
        Box::pin(self.knows(headers))
    }

    fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static("Basic realm=\"campanile\", charset=\"UTF-8\"")
    }
}

impl std::fmt::Debug for Users {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Users")
    }
}
