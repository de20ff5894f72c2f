//! From the application to the agent, never in the way.
//!
//! One line at the beginning of `main` reads the `OTEL_*` environment, starts a client of the
//! agent on this machine, and installs the providers of traces and metrics and the propagators;
//! the guard it returns sends what is left at the end.
//!
//! ```
//! use campanile_agent_client::opentelemetry::{global, trace::Tracer};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let guard = campanile_agent_client::init!()?; // name and version as Cargo.toml says
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
//! The agent need not be there, now or ever. Nothing here makes a thread wait that ends a span or
//! emits a record, and nothing panics or fills the log.
//!
//! # Telling it more
//!
//! [`AgentClient::builder`] begins with the environment and lets the program decide the rest;
//! [`AgentClient::with_settings`] reads no settings from the environment. [`Builder::build`] gives
//! the providers back instead of installing them.
//!
//! ```
//! use std::time::Duration;
//!
//! use campanile_agent_client::{AgentClient, Protocol};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (providers, guard) = AgentClient::builder()
//!     .service_name(env!("CARGO_PKG_NAME"))
//!     .service_version(env!("CARGO_PKG_VERSION"))
//!     .protocol(Protocol::OpenCensus)
//!     .endpoint("http://127.0.0.1:55678")
//!     .flush_timeout(Duration::from_millis(200))
//!     .build()?;
//! # drop((providers, guard));
//! # Ok(())
//! # }
//! ```
//!
//! A program that has providers of its own, such as an application of `logfire`, takes
//! [`Builder::build_exporters`]. With the feature `tracing`, `Guard::tracing_layer` is all that a
//! `tracing` subscriber needs. Every variable of the environment stands in the table of
//! [`environment`].
//!
//! # Which protocol
//!
//! | [`Protocol`] | where | signals | an item counts as sent |
//! |---|---|---|---|
//! | `Otlp` (default) | port 4317, gRPC | all | when its request was answered |
//! | `OtlpHttp`, `OtlpHttpJson` | port 4318, HTTP/1.1 | all | when its request was answered |
//! | `OpenCensus` | port 55678, the agent's `Export` streams | traces, metrics | when its stream was closed cleanly: every five seconds, every megabyte, every flush |
//!
//! Each of them over TCP, TLS (`https`, feature `tls`, on by default) or a Unix socket
//! (`unix:/run/agent.sock`). Redirects are not followed, and no more than 64 KiB of an answer are
//! read.
//!
//! # Who sends
//!
//! Everything comes with the service's name and instance, process, host, operating system,
//! container and, in Kubernetes, pod: read once, from a few files and, in a pod, the variables
//! that its manifest made (`POD_NAME` and the like). The README has the list. What the settings
//! say wins. The arguments of the process are never sent.
//!
//! # What happens when
//!
//! - *A span ends, a log record is emitted.* It is encoded there and then and copied into a buffer
//!   bounded in bytes (8 MiB for each signal), under a lock that is mostly the thread's own and that
//!   nobody holds longer than copying one item takes. When the buffer is full, the newest is dropped, or the oldest ([`Builder::overflow`]), and counted.
//! - *512 spans wait, or the first has waited for a second.* A thread of the client's own, with a
//!   runtime of its own, sends them. Its traffic is never traced.
//! - *The connection breaks.* The thread connects again at once, and sends again what was not
//!   known to have arrived. An agent that was restarted costs no pause and no line in the log.
//! - *The agent is away.* That attempt fails, or the agent was never there. One line in the log.
//!   Every five seconds, always five, the thread tries again, and sends what was kept when it
//!   succeeds. One line then, with the counts. In between at most one summary an hour.
//! - *The agent asks for patience* (RetryInfo, Retry-After). It gets up to a minute of it.
//! - *The agent refuses something for good.* It is dropped and counted, and a line says why, at
//!   most once an hour.
//! - *The guard is dropped.* Metrics are collected once more, spans that are still open are sent
//!   as they began with the attribute `campanile.interrupted`, and one more attempt is made, for at
//!   most 500 ms ([`Builder::flush_timeout`]); a few milliseconds when the agent is not there. If
//!   something is left, one line says how much.
//! - *The process forks.* The child gets a client of its own with the first thing that begins in
//!   it; what waited stays with the parent. Metrics of the child are not collected: the SDK's
//!   reader is a thread of the parent.
//!
//! Lines are `tracing` events of level INFO and WARN. [`Guard::stats`] has the counters, whose
//! equation `ended = sent + failed + dropped + queued` is exact at rest; they are also sent as
//! metrics (`otel.sdk.*`).

mod announce;
mod batch;
#[cfg(feature = "tracing")]
mod bridge;
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
