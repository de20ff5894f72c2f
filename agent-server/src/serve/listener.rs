//! Binding sockets.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use crate::component::{Context, StartError};
use crate::config::Endpoint;

/// A bound TCP socket.
#[derive(Debug)]
pub struct Listener {
    inner: TcpListener,
    address: SocketAddr,
}

/// Binds `endpoint`, the value of `key`, and notes the address in the context.
///
/// # Errors
///
/// When the host does not resolve or the address cannot be bound.
pub async fn bind(
    endpoint: &Endpoint,
    key: &str,
    context: &Context,
) -> Result<Listener, StartError> {
    let failed = |source: io::Error| StartError::Bind {
        key: key.to_owned(),
        endpoint: endpoint.to_string(),
        source,
    };
    let inner = TcpListener::bind((endpoint.host(), endpoint.port()))
        .await
        .map_err(failed)?;
    let address = inner.local_addr().map_err(failed)?;
    context.shared.addresses.insert(&context.id, key, address);
    Ok(Listener { inner, address })
}

impl Listener {
    /// Where it is bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next connection. Errors are of the one connection, or pass (no file descriptors left):
    /// waiting a little and going on is right for both.
    pub(super) async fn accept(&self) -> (TcpStream, SocketAddr) {
        loop {
            match self.inner.accept().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    tracing::debug!(%error, address = %self.address, "accept failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}
