//! Who may send here, and as whom we send: the seam between the extensions that know and the
//! listeners and exporters that ask.
//!
//! An extension such as `bearertokenauth` puts an [`Authenticator`] under its id into
//! [`Authenticators`] when it is built. A listener or exporter has a block `auth` ([`Auth`]) that
//! names the extension. Components are built before any starts, and ask when they start, or when
//! they send: by then every extension is there. A name that nobody answers to is an error; that
//! nobody is asked because the one who should be is missing cannot happen.
//!
//! | file | what |
//! |---|---|
//! | `block` | the key `auth` |
//! | `client` | credentials on what is sent |
//! | `gate` | a request before anything of it is read |

mod block;
mod client;
mod gate;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};

pub use self::block::Auth;
pub(crate) use self::client::ClientAuth;
pub use self::gate::Gate;

/// Says whether a sender is known.
pub trait Guard: Debug + Send + Sync {
    /// Whether a request with these headers may be read.
    fn admits<'h>(&'h self, headers: &'h HeaderMap) -> BoxFuture<'h, bool>;

    /// How a sender says who it is: the value of `WWW-Authenticate`.
    fn challenge(&self) -> HeaderValue;
}

/// Knows how the agent says who it is.
pub trait Credentials: Debug + Send + Sync {
    /// The header to send; `None` while there is none.
    fn header(&self) -> Option<(HeaderName, HeaderValue)>;
}

/// What one extension offers.
#[derive(Clone, Debug, Default)]
pub struct Authenticator {
    /// For exporters.
    pub client: Option<Arc<dyn Credentials>>,
    /// For listeners.
    pub server: Option<Arc<dyn Guard>>,
}

/// Every authenticator of one agent, by the id of its extension. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Authenticators(Arc<Mutex<BTreeMap<String, Authenticator>>>);

impl Authenticators {
    /// Notes what the extension `id` offers.
    pub fn insert(&self, id: &(impl ToString + ?Sized), authenticator: Authenticator) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(id.to_string(), authenticator);
    }

    fn get(&self, id: &str) -> Option<Authenticator> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).cloned()
    }
}
