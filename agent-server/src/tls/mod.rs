//! TLS: the blocks of configuration, the files they name, and what is made of them.
//!
//! rustls does the work, with ring: TLS 1.2 and 1.3, its own choice of cipher suites and curves.
//! The provider is named wherever a configuration is made, so nothing depends on what a program has
//! installed.
//!
//! | file | what |
//! |---|---|
//! | `server` | the `tls` block of listeners |
//! | `acceptor` | the certificate in use, and the next one when its files change |
//! | `identity` | certificates and keys in PEM |
//! | `version` | versions of TLS |

mod acceptor;
mod error;
mod identity;
mod server;
mod version;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use self::acceptor::Acceptor;
pub use self::server::ServerTls;
pub use self::version::TlsVersion;

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
