//! From an endpoint to a connected stream: TCP or a Unix socket, with TLS around it or without.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tower_service::Service;

use super::CONNECT_TIMEOUT;
use crate::endpoint::Place;
use crate::environment::{Destination, Tls};
use crate::untraced::untraced;

/// A connected stream.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What is known of HTTP's version before anything is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Http1,
    Http2,
}

impl Version {
    /// As TLS names it: <https://www.rfc-editor.org/rfc/rfc7301>.
    #[cfg(feature = "tls")]
    pub(super) const fn alpn(self) -> &'static [u8] {
        match self {
            Self::Http1 => b"http/1.1",
            Self::Http2 => b"h2",
        }
    }
}

/// Connects to one place, again and again.
#[derive(Clone, Debug)]
pub(super) struct Dialer {
    place: Place,
    tls: Tls,
    version: Version,
    timeout: Duration,
}

impl Dialer {
    pub(super) fn new(destination: &Destination, version: Version) -> Self {
        Self {
            place: destination.endpoint().place().clone(),
            tls: destination.tls.clone(),
            version,
            timeout: destination.timeout.min(CONNECT_TIMEOUT),
        }
    }

    /// Connects, within the time for that.
    pub(super) async fn dial(self) -> io::Result<TokioIo<Box<dyn Stream>>> {
        let timeout = self.timeout;
        match tokio::time::timeout(timeout, self.connect()).await {
            Ok(stream) => stream.map(TokioIo::new),
            Err(_) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("no connection within {timeout:?}"),
            )),
        }
    }

    async fn connect(self) -> io::Result<Box<dyn Stream>> {
        match &self.place {
            Place::Tcp { authority, tls } => {
                let default = if *tls { 443 } else { 80 };
                let port = authority.port_u16().unwrap_or(default);
                // A name in brackets is an address of IPv6, which the system wants without them.
                let host = authority.host().trim_matches(['[', ']']);
                let stream = TcpStream::connect((host, port)).await?;
                stream.set_nodelay(true)?;
                if *tls {
                    self.secure(stream, host).await
                } else {
                    Ok(Box::new(stream))
                }
            }
            #[cfg(unix)]
            Place::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Place::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    #[cfg(feature = "tls")]
    async fn secure(&self, stream: TcpStream, host: &str) -> io::Result<Box<dyn Stream>> {
        let stream = super::tls::connect(stream, host, &self.tls, self.version).await?;
        Ok(Box::new(stream))
    }

    #[cfg(not(feature = "tls"))]
    async fn secure(&self, _: TcpStream, _: &str) -> io::Result<Box<dyn Stream>> {
        // An endpoint with TLS is refused where it is read.
        let _ = (&self.tls, self.version);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// For tonic, which wants its connections from a service.
impl Service<Uri> for Dialer {
    type Response = TokioIo<Box<dyn Stream>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        Box::pin(untraced(self.clone().dial()))
    }
}
