//! The words the tests are written in.

mod agent;
mod arrived;
mod http;
mod lines;
mod opencensus;
mod opencensus_metrics;
mod otlp;
mod relay;
mod reset;
mod signals;
mod spans;
#[cfg(feature = "tls")]
mod tls;
mod watchdog;

pub(crate) use self::agent::{Log, Restartable, free_address};
pub(crate) use self::arrived::{Arrived, text};
pub(crate) use self::http::{HttpAgent, Reply, answer};
pub(crate) use self::lines::{are_suppressed, lines_about, listen};
pub(crate) use self::opencensus::{End, OpenCensusAgent, StreamLog};
pub(crate) use self::opencensus_metrics::OpenCensusMetricsAgent;
pub(crate) use self::otlp::{Answer, OtlpAgent};
pub(crate) use self::relay::Relay;
pub(crate) use self::reset::Resetting;
pub(crate) use self::signals::SignalsAgent;
pub(crate) use self::spans::{Tracing, end_span, end_spans, sorted};
#[cfg(feature = "tls")]
pub(crate) use self::tls::{Authority, TlsFront};
pub(crate) use self::watchdog::{watched, watched_for};

use std::time::Duration;

/// Long enough for anything that happens at all.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);
/// A reconnect interval short enough for a test.
pub(crate) const SOON: Duration = Duration::from_millis(20);

use campanile_agent_client::environment::Settings;
use campanile_agent_client::{AgentClient, Builder, Protocol};

/// A client of the agent at `endpoint` that sends spans only, impatient enough for a test.
pub(crate) fn client(protocol: Protocol, endpoint: &str) -> Builder {
    AgentClient::with_settings(Settings::default())
        .protocol(protocol)
        .endpoint(endpoint)
        .service_name("shop")
        .reconnect_interval(SOON)
        .schedule_delay(Duration::from_millis(1))
        .flush_timeout(DEADLINE)
        .metrics(false)
        .logs(false)
}
