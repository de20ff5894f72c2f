//! A program that is traced by one of the subjects.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use campanile_agent_client::Guard;
use opentelemetry::trace::{Span as _, SpanKind, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor};
use tokio::runtime::Runtime;

use super::subject::Subject;
use super::{campanile, otlp};
use crate::measure::Result;

/// `service.name`.
pub(super) const SERVICE: &str = "shop";

/// How long sending everything may take before the run is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much may wait; the default of whoever is told nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Room {
    /// Of our buffer.
    pub(super) bytes: Option<usize>,
    /// Places in the SDK's queue.
    pub(super) spans: Option<usize>,
}

/// The program.
#[derive(Debug)]
pub(super) struct Traced {
    tracer: SdkTracer,
    provider: SdkTracerProvider,
    guard: Option<Guard>,
    // The application's: the SDK's exporter needs one, ours has its own.
    _runtime: Runtime,
}

impl Traced {
    /// A program whose spans `subject` takes, for the agent at `address`.
    pub(super) fn open(subject: Subject, address: SocketAddr, room: Room) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let entered = runtime.enter();
        let (provider, guard) = match subject {
            Subject::Campanile => {
                let (provider, guard) = campanile::open(address, room.bytes)?;
                (provider, Some(guard))
            }
            Subject::Nothing => (dropping(), None),
            Subject::Sdk => (otlp::open(address, room.spans)?, None),
        };
        drop(entered);
        Ok(Self {
            tracer: provider.tracer("bench"),
            provider,
            guard,
            _runtime: runtime,
        })
    }

    /// A server's span as it is when the response was sent: twelve attributes, not ended.
    pub(super) fn span(&self) -> Span {
        let mut span = self
            .tracer
            .span_builder("GET /users/{id}/orders")
            .with_kind(SpanKind::Server)
            .with_attributes([
                KeyValue::new("http.request.method", "GET"),
                KeyValue::new("url.scheme", "https"),
                KeyValue::new("server.address", "shop.example.com".to_owned()),
                KeyValue::new("server.port", 443),
                KeyValue::new("url.path", "/users/4711/orders".to_owned()),
            ])
            .start(&self.tracer);
        span.set_attribute(KeyValue::new("http.route", "/users/{id}/orders"));
        span.set_attribute(KeyValue::new("http.response.status_code", 200));
        span.set_attribute(KeyValue::new("user_agent.original", USER_AGENT.to_owned()));
        span.set_attribute(KeyValue::new("client.address", "203.0.113.7".to_owned()));
        span.set_attribute(KeyValue::new("network.protocol.version", "1.1"));
        span.set_attribute(KeyValue::new("shop.member", true));
        span.set_attribute(KeyValue::new("shop.total", 12.75));
        span
    }

    /// Sends every span that ended.
    pub(super) fn flush(&self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let flushed = match &self.guard {
                Some(guard) => guard.flush().map_err(Into::into),
                None => self.provider.force_flush().map_err(Into::into),
            };
            if flushed.is_ok() || Instant::now() > deadline {
                return flushed;
            }
        }
    }

    /// Sends every span that ended, and is told no more of them.
    pub(super) fn drain(&self) -> Result<()> {
        match &self.guard {
            Some(guard) => Ok(guard.shutdown(PATIENCE)?),
            None => Ok(self.provider.shutdown_with_timeout(PATIENCE)?),
        }
    }

    /// Ends as a program does: drops the guard, or shuts the provider down.
    pub(super) fn end(mut self) {
        if let Some(guard) = self.guard.take() {
            drop(guard);
        } else {
            // Where the agent is away this is an error, which is what is measured.
            let _ = self.provider.shutdown();
        }
    }

    /// The spans that the counters say were lost, where there are counters.
    pub(super) fn counted(&self) -> Option<u64> {
        let guard = self.guard.as_ref()?;
        Some(guard.stats().dropped.total())
    }
}

const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                          Chrome/142.0.0.0 Safari/537.36";

fn dropping() -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_span_processor(Dropping)
        .build()
}

/// Takes spans, and drops them.
#[derive(Debug)]
struct Dropping;

impl SpanProcessor for Dropping {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
