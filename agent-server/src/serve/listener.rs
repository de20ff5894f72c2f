//! Binding sockets and accepting connections.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

use super::Peer;
use super::refused::Refused;
use super::unix::{self, SocketFile};
use crate::admission::Memory;
use crate::component::{Address, Context, Listed, StartError};
use crate::config::ListenAddress;

/// A bound socket. Dropping it closes it, and takes a Unix socket's file away.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    address: Address,
    pub(super) refused: Refused,
    pub(super) memory: Memory,
    // Dropped after the socket.
    _listed: Listed,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    Unix(
        UnixListener,
        #[expect(dead_code, reason = "it removes the file")] SocketFile,
    ),
}

/// What is read from and written to.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection, whatever carries it. One box each: its reads and writes are system calls, beside
/// which a dynamic call is nothing.
pub(super) type Connection = Box<dyn Duplex>;

/// Binds `endpoint`, the value of `key`, and notes the address in the context.
///
/// # Errors
///
/// When the host does not resolve, the address cannot be bound or something listens there.
pub async fn bind(
    endpoint: impl Into<ListenAddress>,
    key: &str,
    context: &Context,
) -> Result<Listener, StartError> {
    let endpoint = endpoint.into();
    let (socket, address) = open(&endpoint).await.map_err(|source| StartError::Bind {
        key: key.to_owned(),
        endpoint: endpoint.to_string(),
        source,
    })?;
    let addresses = &context.shared.addresses;
    Ok(Listener {
        socket,
        refused: Refused::new(context, key),
        memory: context.shared.memory.clone(),
        _listed: addresses.insert(&context.id, key, address.clone()),
        address,
    })
}

async fn open(endpoint: &ListenAddress) -> io::Result<(Socket, Address)> {
    match endpoint {
        ListenAddress::Tcp(endpoint) => {
            let socket = TcpListener::bind((endpoint.host(), endpoint.port())).await?;
            let address = Address::Inet(socket.local_addr()?);
            Ok((Socket::Tcp(socket), address))
        }
        ListenAddress::Unix(path) => {
            let (socket, file) = unix::bind(path).await?;
            Ok((Socket::Unix(socket, file), Address::Unix(path.clone())))
        }
    }
}

impl Listener {
    /// Where it is bound.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The next connection. Errors are of the one connection, or pass (no file descriptors left):
    /// waiting a little and going on is right for both.
    pub(super) async fn accept(&self) -> (Connection, Peer) {
        loop {
            match self.try_accept().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    tracing::debug!(%error, address = %self.address, "accept failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn try_accept(&self) -> io::Result<(Connection, Peer)> {
        match &self.socket {
            Socket::Tcp(socket) => {
                let (stream, peer) = socket.accept().await?;
                // Without it answers wait; a connection that is gone already says so when used.
                let _ = stream.set_nodelay(true);
                Ok((Box::new(stream), Peer::Inet(peer)))
            }
            Socket::Unix(socket, _) => {
                let (stream, _) = socket.accept().await?;
                let peer = Peer::of(&stream);
                Ok((Box::new(stream), peer))
            }
        }
    }
}
