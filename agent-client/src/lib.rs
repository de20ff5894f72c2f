//! From the application to the agent, never in the way.
//!
//! One call at the beginning of `main` reads the `OTEL_*` environment, starts a client of the
//! agent on this machine, and installs tracer provider and propagators; the guard it returns sends
//! the last spans at the end.
//!
//! ```
//! use opentelemetry::{global, trace::Tracer};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let guard = campanile_agent_client::init()?;
//!
//! global::tracer("shop").in_span("checkout", |_cx| {
//!     // Whatever is traced.
//! });
//!
//! drop(guard); // at the end of `main`
//! # Ok(())
//! # }
//! ```
//!
//! The agent need not be there, now or ever. Nothing here blocks a thread that ends a span, and
//! nothing panics or fills the log.
//!
//! # Telling it more
//!
//! [`AgentClient::builder`] begins with the environment and lets the program decide the rest;
//! [`AgentClient::with_settings`] reads no settings from the environment. [`Builder::build`] gives the
//! provider back instead of installing it.
//!
//! ```
//! use std::time::Duration;
//!
//! use campanile_agent_client::{AgentClient, Protocol};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (provider, guard) = AgentClient::builder()
//!     .service_name(env!("CARGO_PKG_NAME"))
//!     .service_version(env!("CARGO_PKG_VERSION"))
//!     .protocol(Protocol::OpenCensus)
//!     .endpoint("http://127.0.0.1:55678")
//!     .flush_timeout(Duration::from_millis(200))
//!     .build()?;
//! # drop((provider, guard));
//! # Ok(())
//! # }
//! ```
//!
//! A program that has a tracer provider already takes [`Builder::build_exporter`] and gives the
//! [`AgentSpanExporter`] to a span processor of its own. Every variable of the environment stands
//! in the table of [`environment`].
//!
//! # Which protocol
//!
//! [`Protocol::Otlp`] (gRPC, port 4317) is the default: every message is answered, so a span is
//! known to be with the agent a moment after it was sent. [`Protocol::OpenCensus`] (port 55678) is
//! for agents that speak only that. Its stream answers nothing, so sent spans stay in the buffer
//! until the stream was closed cleanly: every five seconds, every megabyte, and at every flush.
//!
//! # Who sends
//!
//! Every span comes with the service's name and instance, process, host, operating system,
//! container and, in Kubernetes, pod: read once, from a few files and, in a pod, the variables
//! that its manifest made (`POD_NAME` and the like). The README has the list. What the settings
//! say wins. The arguments of the process are never sent.
//!
//! # What happens when
//!
//! - *A span ends.* It goes into a buffer bounded in bytes (8 MiB): one short lock. When the
//!   buffer is full, the span is dropped and counted; the older ones stay.
//! - *512 spans wait, or the first has waited for a second.* A thread of the client's own, with a
//!   runtime of its own, encodes and sends them. Its traffic is never traced.
//! - *The connection breaks.* The thread connects again at once, and sends again what was not
//!   known to have arrived. An agent that was restarted costs no pause and no line in the log.
//! - *The agent is away.* That attempt fails, or the agent was never there. One line in the log.
//!   Every five seconds, always five, the thread tries again, and sends what was kept when it
//!   succeeds. One line then, with the counts. In between at most one summary an hour.
//! - *The agent refuses spans for good.* They are dropped and counted, and a line says why, at
//!   most once an hour.
//! - *The guard is dropped.* One more attempt, for at most 500 ms ([`Builder::flush_timeout`]);
//!   a few milliseconds when the agent is not there. If spans are left, one line says how many.
//!
//! Lines are `tracing` events of level INFO and WARN. [`Guard::stats`] has the counters.
//!
//! # Limits
//!
//! TLS, OTLP over HTTP, compression, Unix sockets, metrics and logs are not supported yet. A
//! process that forks has no client in the child. Spans that are still open when the guard is
//! dropped are not sent.

mod announce;
mod batch;
mod builder;
mod cause;
mod client;
mod due;
mod encode;
mod endpoint;
pub mod environment;
mod error;
mod guard;
mod headers;
mod identity;
mod ids;
mod init;
mod intake;
mod ledger;
mod limits;
mod open;
mod own_metrics;
mod protocol;
mod providers;
mod queue;
mod retry;
mod sdk;
mod shutdown;
mod stats;
mod sync;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod translate;
mod transport;
mod untraced;
mod worker;

pub use self::builder::{AgentClient, Builder};
pub use self::error::{FlushError, InitError};
pub use self::guard::Guard;
pub use self::init::init;
pub use self::protocol::Protocol;
pub use self::providers::{Exporters, Providers};
pub use self::queue::Overflow;
pub use self::sdk::{
    AgentLogExporter, AgentLogProcessor, AgentMetricExporter, AgentSpanExporter, AgentSpanProcessor,
};
pub use self::stats::{Dropped, Failed, Stats};
pub use opentelemetry;
pub use opentelemetry_sdk;
