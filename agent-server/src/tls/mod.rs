//! TLS: the blocks of configuration, the files they name, and what is made of them.
//!
//! rustls does the work, with ring: TLS 1.2 and 1.3, its own choice of cipher suites and curves.
//! The provider is named wherever a configuration is made, so nothing depends on what a program has
//! installed. What exporters need of it is in `exporters::tls`.
//!
//! | file | what |
//! |---|---|
//! | `server` | the `tls` block of listeners |
//! | `acceptor` | the certificate in use, and the next one when its files change |
//! | `identity` | certificates and keys in PEM |
//! | `verify` | checks of a server's certificate other than the usual one |
//! | `version` | versions of TLS |

mod acceptor;
mod error;
pub(crate) mod identity;
mod server;
mod verify;
mod version;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use self::acceptor::Acceptor;
pub(crate) use self::error::TlsError;
pub use self::server::ServerTls;
pub(crate) use self::verify::{Anybody, Named};
pub use self::version::TlsVersion;

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};

/// The provider of all cryptography.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
