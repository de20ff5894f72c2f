//! The client behind the SDK's own interfaces: processors that put what ends straight into the
//! queue, and exporters for programs that have processors already.

mod logs;
mod metrics;
mod route;
mod spans;

pub use self::logs::{AgentLogExporter, AgentLogProcessor};
pub use self::metrics::AgentMetricExporter;
pub use self::spans::{AgentSpanExporter, AgentSpanProcessor};

pub(crate) use self::route::Route;
