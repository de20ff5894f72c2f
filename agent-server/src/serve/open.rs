//! From an accepted connection to one that speaks HTTP: the TLS handshake, and the first bytes.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use super::greeting::{Opening, Protocol};
use super::listener::Connection;
use super::pulse::Pulse;
use super::refused::{Reason, Refused};
use super::stream::Stream;
use crate::tls::Acceptor;

/// How long a peer may take for a handshake, and to show which protocol it speaks.
const DEADLINE: Duration = Duration::from_secs(5);

/// What a client that forgot the `s` in `https` is told.
const USE_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\
    content-type: text/plain\r\ncontent-length: 43\r\n\r\n\
    this port speaks TLS: ask for it by https\r\n";

/// How connections of one listener are opened. All of it happens in the connection's own task: a
/// slow handshake costs a slot, and nobody else's time.
#[derive(Debug)]
pub(super) struct Door {
    tls: Option<Acceptor>,
    refused: Refused,
}

impl Door {
    pub(super) fn new(tls: Option<Acceptor>, refused: Refused) -> Self {
        Self { tls, refused }
    }

    /// Opens a connection; `None`, and counted, when it is not to be served.
    pub(super) async fn open(
        &self,
        connection: Connection,
    ) -> Option<(Protocol, Stream, Arc<Pulse>)> {
        let opened = match &self.tls {
            None => greet(connection).await,
            Some(tls) => match timeout(DEADLINE, handshake(connection, tls)).await {
                Ok(Ok(connection)) => greet(connection).await,
                Ok(Err(reason)) => Err(reason),
                Err(_) => Err(Reason::Handshake),
            },
        };
        opened
            .inspect_err(|reason| self.refused.count(*reason))
            .ok()
    }
}

/// Waits until the first bytes tell HTTP/1 from HTTP/2. The library that serves both waits for them
/// without a limit, and silent peers would take every slot for good.
async fn greet(mut connection: Connection) -> Result<(Protocol, Stream, Arc<Pulse>), Reason> {
    match timeout(DEADLINE, Opening::read(&mut connection)).await {
        Ok(Ok((Protocol::Tls, _))) => Err(Reason::Tls),
        Ok(Ok((protocol, opening))) => {
            let pulse = Arc::<Pulse>::default();
            let stream = Stream::new(opening, connection, Arc::clone(&pulse));
            Ok((protocol, stream, pulse))
        }
        Ok(Err(_)) | Err(_) => Err(Reason::Silent),
    }
}

async fn handshake(mut connection: Connection, tls: &Acceptor) -> Result<Connection, Reason> {
    let opening = Opening::read(&mut connection).await;
    let (protocol, opening) = opening.map_err(|_| Reason::Handshake)?;
    if protocol != Protocol::Tls {
        if protocol == Protocol::Http1 {
            // It may not even listen.
            let _ = connection.write_all(USE_TLS).await;
        }
        return Err(Reason::Tls);
    }
    let stream = Stream::new(opening, connection, Arc::default());
    match tls.current().accept(stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => {
            tracing::debug!(%error, "TLS handshake failed");
            Err(Reason::Handshake)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::USE_TLS;

    #[test]
    fn the_hint_is_as_long_as_it_says() {
        let text = str::from_utf8(USE_TLS).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        assert!(
            head.contains(&format!("content-length: {}\r\n", body.len()))
                || head.ends_with(&format!("content-length: {}", body.len()))
        );
    }
}
