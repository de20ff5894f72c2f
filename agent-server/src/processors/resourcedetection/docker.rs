//! The detector `docker`: the machine that a Docker engine runs on, asked over its socket.

use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use socket2::{Domain, SockAddr, Socket, Type};

use super::detect::{Found, Value};

/// Where the socket is unless `DOCKER_HOST` says otherwise.
const SOCKET: &str = "/var/run/docker.sock";

/// With version 1.0 the answer ends with the connection, and is in one piece.
const REQUEST: &[u8] = b"GET /info HTTP/1.0\r\nHost: docker\r\n\r\n";

/// An answer is not longer than this.
const MAX_BYTES: usize = 1 << 20;

/// How many engines are remembered.
const MAX_ENGINES: usize = 8;

/// The engines that this agent has asked, and what they said: a processor is built once for each
/// of its pipelines, and asks once. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dockers(Arc<Mutex<Vec<Asked>>>);

/// A socket that was asked, and what it said.
type Asked = (PathBuf, Vec<Found>);

impl Dockers {
    /// What the engine at `socket` says of its machine, within `timeout`; nothing if it does not
    /// answer.
    pub(super) fn ask(&self, socket: &Path, timeout: Duration) -> Vec<Found> {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = asked.iter().find(|(known, _)| known == socket) {
            return found.clone();
        }
        let found = answer(socket, timeout).and_then(|answer| read(&answer));
        let found = found.unwrap_or_else(|error| {
            let socket = socket.display();
            tracing::warn!(
                "no answer from Docker at {socket}, its attributes are left out: {error}"
            );
            Vec::new()
        });
        if asked.len() < MAX_ENGINES {
            asked.push((socket.to_owned(), found.clone()));
        }
        found
    }
}

/// The socket of the engine.
pub(super) fn socket(variable: impl Fn(&str) -> Option<String>) -> PathBuf {
    let host = variable("DOCKER_HOST").unwrap_or_default();
    host.strip_prefix("unix://").unwrap_or(SOCKET).into()
}

fn answer(socket: &Path, timeout: Duration) -> Result<Vec<u8>, Error> {
    let deadline = Instant::now() + timeout;
    let stream = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    stream.connect_timeout(&SockAddr::unix(socket)?, left(deadline)?)?;
    let mut stream = UnixStream::from(OwnedFd::from(stream));
    stream.set_write_timeout(Some(left(deadline)?))?;
    stream.write_all(REQUEST)?;
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        stream.set_read_timeout(Some(left(deadline)?))?;
        let read = match stream.read(&mut piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        answer.extend_from_slice(piece.get(..read).unwrap_or_default());
        if read == 0 {
            return Ok(answer);
        }
        if answer.len() > MAX_BYTES {
            return Err(Error::other("the answer is longer than 1 MiB"));
        }
    }
}

fn left(deadline: Instant) -> Result<Duration, Error> {
    let left = deadline.saturating_duration_since(Instant::now());
    match left.is_zero() {
        true => Err(ErrorKind::TimedOut.into()),
        false => Ok(left),
    }
}

/// What is of interest in an answer.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Info {
    name: String,
    #[serde(rename = "OSType")]
    os_type: String,
}

/// What an answer says.
pub(super) fn read(answer: &[u8]) -> Result<Vec<Found>, Error> {
    let status = answer.get(..12).unwrap_or_default();
    if !status.starts_with(b"HTTP/1.") || !status.ends_with(b" 200") {
        let status = String::from_utf8_lossy(status);
        return Err(Error::other(format!(
            "the answer begins `{}`",
            status.escape_debug()
        )));
    }
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n");
    let body = head
        .and_then(|head| answer.get(head + 4..))
        .unwrap_or_default();
    let info: Info = serde_json::from_slice(body)?;
    let found = [("host.name", info.name), ("os.type", info.os_type)];
    let known = found.into_iter().filter(|(_, value)| !value.is_empty());
    let known = known.map(|(key, value)| (key.to_owned(), Value::Text(value)));
    Ok(known.collect())
}
