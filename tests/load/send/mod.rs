//! The generator: so many connections, each with one request after another.

mod grpc;
mod http;
mod outcome;
mod pace;
mod stream;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};
use tokio::task::JoinSet;

pub use self::outcome::Outcome;

use self::pace::{Latencies, Pace};
use super::Result;
use super::encode::{Protocol, templates};
use super::template::Template;

/// What to send.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Where the agent listens.
    #[arg(long)]
    pub to: SocketAddr,
    /// How spans are sent.
    #[arg(long, value_enum, default_value = "otlp-grpc")]
    pub protocol: Protocol,
    /// Spans in all; the last request is full, so it may be a few more.
    #[arg(long, default_value_t = 1_000_000)]
    pub spans: u64,
    /// Spans in one request.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub per_request: u32,
    /// Connections, with one request under way on each.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub connections: u32,
    /// Spans a second in all, instead of as many as the agent takes.
    #[arg(long)]
    pub rate: Option<u64>,
    /// The number of the first span.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub first: u64,
}

/// What came of it.
#[derive(Debug)]
pub struct Report {
    options: Options,
    /// What became of requests.
    pub outcomes: Outcomes,
    seconds: f64,
    latencies: Latencies,
}

impl Report {
    /// Spans that the agent took.
    #[must_use]
    pub fn spans(&self) -> u64 {
        self.outcomes.taken * u64::from(self.options.per_request)
    }

    /// For whoever reads lines of JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let spans = self.spans();
        json!({
            "spans": spans,
            "requests": self.outcomes.taken,
            "retries": self.outcomes.retries,
            "errors": self.outcomes.errors,
            "first_error": self.outcomes.first_error,
            "seconds": rounded(self.seconds),
            "spans_per_s": (spans as f64 / self.seconds).round(),
            "latency_ms": self.latencies.to_json(),
            "cpu_s": rounded(super::cli::cpu_seconds()),
        })
    }
}

/// How often what happened.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    /// Requests taken.
    pub taken: u64,
    /// Requests sent again because the agent said so.
    pub retries: u64,
    /// Requests refused for good.
    pub errors: u64,
    /// What the first of them was answered.
    pub first_error: Option<String>,
}

/// Sends all of it.
///
/// # Errors
///
/// When the agent cannot be reached, or a connection breaks.
pub async fn send(options: Options) -> Result<Report> {
    let work = Arc::new(Work::new(options));
    let mut senders = JoinSet::new();
    for _ in 0..options.connections {
        let work = Arc::clone(&work);
        match options.protocol {
            Protocol::Opencensus => senders.spawn(stream::run(work)),
            Protocol::OtlpGrpc => senders.spawn(grpc::run(work)),
            Protocol::OtlpHttp | Protocol::ZipkinJson => senders.spawn(http::run(work)),
        };
    }
    let mut report = Report {
        options,
        outcomes: Outcomes::default(),
        seconds: 0.0,
        latencies: Latencies::default(),
    };
    while let Some(done) = senders.join_next().await {
        let done = done??;
        report.outcomes.taken += done.outcomes.taken;
        report.outcomes.retries += done.outcomes.retries;
        report.outcomes.errors += done.outcomes.errors;
        let first_error = report.outcomes.first_error.take();
        report.outcomes.first_error = first_error.or(done.outcomes.first_error);
        report.latencies.absorb(done.latencies);
    }
    report.seconds = work.pace.started().elapsed().as_secs_f64();
    Ok(report)
}

/// What all connections do together.
struct Work {
    options: Options,
    templates: Vec<Template>,
    requests: u64,
    next: AtomicU64,
    pace: Pace,
}

impl Work {
    fn new(options: Options) -> Self {
        let per_request = u64::from(options.per_request);
        let templates = templates(options.protocol, options.per_request);
        Self {
            options,
            templates,
            requests: options.spans.div_ceil(per_request),
            next: AtomicU64::new(0),
            // The clock starts when everything is encoded.
            pace: Pace::new(options.rate.map(|rate| rate as f64 / per_request as f64)),
        }
    }

    /// The next request when it is due, and when that was; `None` when there are no more.
    async fn next(&self, buffer: &mut BytesMut) -> Option<(Bytes, Instant)> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        if index >= self.requests {
            return None;
        }
        let due = self.pace.wait(index).await;
        let first = self.options.first + index * u64::from(self.options.per_request);
        let template = usize::try_from(index).unwrap_or(0) % self.templates.len();
        Some((self.templates[template].fill(first, buffer), due))
    }
}

/// What one connection did.
#[derive(Default)]
struct Done {
    outcomes: Outcomes,
    latencies: Latencies,
}

impl Done {
    /// Books the answer to a request that was due at `due`; says how long to wait before it is
    /// sent again, if it is to be.
    fn book(&mut self, outcome: Outcome, due: Instant) -> Option<Duration> {
        match outcome {
            Outcome::Taken => {
                self.outcomes.taken += 1;
                self.latencies.add(due.elapsed());
                None
            }
            Outcome::Later(delay) => {
                self.outcomes.retries += 1;
                Some(delay)
            }
            Outcome::Refused(why) => {
                self.outcomes.errors += 1;
                self.outcomes.first_error.get_or_insert(why);
                None
            }
        }
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}
