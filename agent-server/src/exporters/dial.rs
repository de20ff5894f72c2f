//! Connections to a destination: TCP or a Unix socket, with or without TLS.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A connection, whatever carries it.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Where to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A host, by name or address, and a port.
    Tcp(String, u16),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

/// How to connect. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Dial {
    place: Arc<Place>,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Dial {
    /// Connects to `place`; with TLS to who has a certificate for the name.
    pub(crate) fn new(place: Place, tls: Option<(ClientConfig, ServerName<'static>)>) -> Self {
        let tls = tls.map(|(config, name)| (TlsConnector::from(Arc::new(config)), name));
        Self {
            place: Arc::new(place),
            tls,
        }
    }

    /// Opens a connection.
    ///
    /// # Errors
    ///
    /// When nobody answers, or not the one who should.
    pub(crate) async fn connect(self) -> io::Result<Box<dyn Duplex>> {
        let stream: Box<dyn Duplex> = match &*self.place {
            Place::Tcp(host, port) => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
            Place::Unix(path) => Box::new(UnixStream::connect(path).await?),
        };
        let Some((connector, name)) = self.tls else {
            return Ok(stream);
        };
        let secured = timeout(HANDSHAKE, connector.connect(name, stream)).await;
        let slow = |_| io::Error::new(io::ErrorKind::TimedOut, "the TLS handshake takes too long");
        Ok(Box::new(secured.map_err(slow)??))
    }
}

impl std::fmt::Debug for Dial {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.tls.as_ref().map(|(_, name)| name);
        let mut shown = formatter.debug_struct("Dial");
        shown
            .field("place", &self.place)
            .field("tls", &name)
            .finish()
    }
}
