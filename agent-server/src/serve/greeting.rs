//! What a peer says first: enough to know which protocol it speaks.

use std::io::{self, ErrorKind};

use tokio::io::AsyncReadExt as _;

use super::listener::Connection;

/// What an HTTP/2 client sends first
/// ([RFC 9113, section 3.4](https://www.rfc-editor.org/rfc/rfc9113#section-3.4)).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The first byte of a TLS connection: a record that holds a handshake
/// ([RFC 8446, section 5.1](https://www.rfc-editor.org/rfc/rfc8446#section-5.1)).
const HANDSHAKE: u8 = 0x16;

/// What a connection carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// HTTP/1, or nothing that is known: HTTP/1 has an answer for that.
    Http1,
    /// HTTP/2 from the start.
    Http2,
    /// TLS.
    Tls,
}

/// The first bytes of a connection, which somebody else is yet to read.
#[derive(Debug, Default)]
pub(super) struct Opening {
    bytes: [u8; PREFACE.len()],
    filled: usize,
    taken: usize,
}

impl Opening {
    /// Reads until the first bytes tell what the peer speaks.
    pub(super) async fn read(connection: &mut Connection) -> io::Result<(Protocol, Self)> {
        let mut opening = Self::default();
        loop {
            if let Some(protocol) = protocol(opening.rest()) {
                return Ok((protocol, opening));
            }
            let free = opening.bytes.get_mut(opening.filled..).unwrap_or_default();
            match connection.read(free).await? {
                0 => return Err(ErrorKind::UnexpectedEof.into()),
                read => opening.filled += read,
            }
        }
    }

    /// What nobody has taken yet.
    pub(super) fn rest(&self) -> &[u8] {
        let rest = self.bytes.get(self.taken..self.filled);
        rest.unwrap_or_default()
    }

    /// Notes that `count` more bytes were taken.
    pub(super) fn take(&mut self, count: usize) {
        self.taken += count;
    }
}

/// What begins with `first`; `None` while that is open.
fn protocol(first: &[u8]) -> Option<Protocol> {
    match first {
        [] => None,
        [HANDSHAKE, ..] => Some(Protocol::Tls),
        first if first == PREFACE => Some(Protocol::Http2),
        first if PREFACE.starts_with(first) => None,
        _ => Some(Protocol::Http1),
    }
}
