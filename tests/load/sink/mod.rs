//! The sink: takes spans, and says of each number whether it arrived, once.

mod arrived;
mod grpc;
mod http;
mod numbers;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpListener;

pub use self::arrived::Arrived;
pub use self::numbers::numbers;

use super::Result;

/// How the sink is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Protocol {
    /// OTLP over gRPC; messages may be compressed with gzip.
    OtlpGrpc,
    /// OTLP over HTTP, protobuf; bodies may be compressed with gzip.
    OtlpHttp,
}

/// What has arrived so far.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    counted: Mutex<Counted>,
    /// Memory for requests that was used before: new memory costs more than what is done with it.
    buffers: Mutex<Vec<Vec<u8>>>,
}

#[derive(Debug, Default)]
struct Counted {
    arrived: Arrived,
    requests: u64,
    bytes: u64,
    invalid: u64,
}

impl Tally {
    /// Counts a request of `bytes` bytes on the wire; says whether it can be read.
    fn take(&self, request: &[u8], bytes: usize) -> bool {
        let mut counted = self.counted();
        counted.requests += 1;
        counted.bytes += bytes as u64;
        let read = numbers(request, |number| counted.arrived.add(number));
        counted.invalid += u64::from(read.is_err());
        read.is_ok()
    }

    /// An empty buffer.
    fn buffer(&self) -> Vec<u8> {
        let mut buffers = lock(&self.0.buffers);
        buffers.pop().unwrap_or_default()
    }

    fn give_back(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        lock(&self.0.buffers).push(buffer);
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        lock(&self.0.counted)
    }

    /// Spans that arrived, whatever their number.
    #[must_use]
    pub fn spans(&self) -> u64 {
        self.counted().arrived.spans()
    }

    /// For whoever reads lines of JSON, with `expected` numbers in all.
    #[must_use]
    pub fn to_json(&self, expected: u64) -> Value {
        let counted = self.counted();
        json!({
            "spans": counted.arrived.spans(),
            "duplicates": counted.arrived.duplicates(),
            "missing": counted.arrived.missing(expected),
            "foreign": counted.arrived.foreign(expected),
            "requests": counted.requests,
            "bytes": counted.bytes,
            "invalid": counted.invalid,
            "cpu_s": (super::cli::cpu_seconds() * 1_000.0).round() / 1_000.0,
        })
    }

    /// Waits until `spans` spans have arrived, or until nothing has arrived for as long as
    /// `patience`. Says whether all are there.
    pub async fn wait(&self, spans: u64, patience: Duration) -> bool {
        let mut last = (0, Instant::now());
        loop {
            let now = self.spans();
            if now >= spans {
                return true;
            }
            if now != last.0 {
                last = (now, Instant::now());
            } else if last.1.elapsed() > patience {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Serves on the current runtime from now on; returns where, and what arrives.
///
/// # Errors
///
/// When the address cannot be bound.
pub async fn start(address: SocketAddr, protocol: Protocol) -> Result<(SocketAddr, Tally)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let tally = Tally::default();
    let for_connections = tally.clone();
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                continue;
            };
            // Without it an answer may wait for the next.
            let _ = stream.set_nodelay(true);
            let tally = for_connections.clone();
            match protocol {
                Protocol::OtlpGrpc => tokio::spawn(grpc::serve(stream, tally)),
                Protocol::OtlpHttp => tokio::spawn(http::serve(stream, tally)),
            };
        }
    });
    Ok((address, tally))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
