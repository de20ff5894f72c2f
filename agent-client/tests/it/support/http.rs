//! An agent that speaks OTLP over HTTP/1.1 and answers, byte for byte, as the test says.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use campanile_wire::otlp::{Signal, json};
use flate2::read::GzDecoder;

use super::agent::{Log, Shared};
use super::{Arrived, free_address};

/// What to answer to a request with items.
#[derive(Debug)]
pub(crate) enum Reply {
    /// These bytes.
    Answer(Vec<u8>),
    /// These bytes, and the connection is closed behind them without a word about it.
    AnswerAndClose(Vec<u8>),
    /// The connection is closed instead.
    HangUp,
}

/// The bytes of an answer.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[derive(Clone, Debug)]
pub(crate) struct HttpRequest {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// As it came.
    pub(crate) body: Vec<u8>,
    pub(crate) at: Instant,
    /// Which connection it came over.
    pub(crate) connection: usize,
}

impl HttpRequest {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn signal(&self) -> Signal {
        match self.path.rsplit('/').next() {
            Some("metrics") => Signal::Metrics,
            Some("logs") => Signal::Logs,
            _ => Signal::Traces,
        }
    }

    /// The message as protobuf, whatever it came as.
    fn message(&self) -> Vec<u8> {
        let mut body = self.body.clone();
        if self.header("content-encoding") == "gzip" {
            body.clear();
            GzDecoder::new(self.body.as_slice())
                .read_to_end(&mut body)
                .expect("gzip");
        }
        match self.header("content-type") {
            "application/json" => json::decode(self.signal(), &body).expect("OTLP/JSON"),
            _ => body,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Seen {
    replies: VecDeque<Reply>,
    /// Requests with items, whatever was answered.
    pub(crate) requests: Vec<HttpRequest>,
    /// Connections with a request of any kind.
    pub(crate) connections: usize,
    /// Answers that the client did not read to the end.
    pub(crate) unread: usize,
}

/// The agent. Replies not given in the script are good ones. Its threads end with the connections
/// and, one of them, with the process.
#[derive(Debug)]
pub(crate) struct HttpAgent {
    pub(crate) address: SocketAddr,
    pub(crate) seen: Shared<Seen>,
    pub(crate) arrived: Shared<Arrived>,
}

impl HttpAgent {
    pub(crate) fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let address = free_address();
        let listener = TcpListener::bind(address).unwrap();
        Self::serve(address, replies, move || Ok(listener.accept()?.0))
    }

    #[cfg(unix)]
    pub(crate) fn start_unix(path: &std::path::Path) -> Self {
        let listener = std::os::unix::net::UnixListener::bind(path).unwrap();
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        Self::serve(nowhere, [], move || Ok(listener.accept()?.0))
    }

    fn serve<S: Read + Write + Send + 'static>(
        address: SocketAddr,
        replies: impl IntoIterator<Item = Reply>,
        accept: impl Fn() -> io::Result<S> + Send + 'static,
    ) -> Self {
        let seen = Shared::<Seen>::default();
        seen.write(|seen| seen.replies.extend(replies));
        let arrived = Shared::<Arrived>::default();
        let (log, items) = (Arc::clone(&seen), Arc::clone(&arrived));
        thread::spawn(move || {
            while let Ok(stream) = accept() {
                let (log, items) = (Arc::clone(&log), Arc::clone(&items));
                // The connection ends as the client ends it.
                thread::spawn(move || drop(converse(stream, &log, &items)));
            }
        });
        Self {
            address,
            seen,
            arrived,
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits for that many requests with items.
    pub(crate) fn wait_for_requests(&self, count: usize) -> Vec<HttpRequest> {
        self.seen
            .wait_for(|seen| (seen.requests.len() >= count).then(|| seen.requests.clone()))
    }
}

fn converse(stream: impl Read + Write, seen: &Log<Seen>, arrived: &Log<Arrived>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = read(&mut stream)?;
    let number = seen.write(|seen| {
        seen.connections += 1;
        seen.connections
    });
    loop {
        request.connection = number;
        let (signal, message) = (request.signal(), request.message());
        let is_probe = message.is_empty();
        let reply = if is_probe {
            None
        } else {
            arrived.write(|arrived| arrived.add(signal, &message));
            seen.write(|seen| {
                seen.requests.push(request);
                seen.replies.pop_front()
            })
        };
        let good = || Reply::Answer(answer("200 OK", &[], &[]));
        let (bytes, is_last) = match reply.unwrap_or_else(good) {
            Reply::Answer(bytes) => (bytes, false),
            Reply::AnswerAndClose(bytes) => (bytes, true),
            Reply::HangUp => return Ok(()),
        };
        if let Err(error) = stream.get_mut().write_all(&bytes) {
            seen.write(|seen| seen.unread += 1);
            return Err(error);
        }
        if is_last {
            return Ok(());
        }
        request = read(&mut stream)?;
    }
}

fn read(stream: &mut impl BufRead) -> io::Result<HttpRequest> {
    let line = read_line(stream)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let line = read_line(stream)?;
        let Some((name, value)) = line.split_once(": ") else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length");
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(HttpRequest {
        path,
        headers,
        body,
        at: Instant::now(),
        connection: 0,
    })
}

fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}
