//! The words the tests are written in.

mod agent;
mod lines;
mod opencensus;
mod otlp;
mod relay;
mod spans;

pub(crate) use self::agent::{Restartable, free_address};
pub(crate) use self::lines::{are_suppressed, lines_about, listen};
pub(crate) use self::opencensus::{End, OpenCensusAgent, StreamLog};
pub(crate) use self::otlp::{Answer, OtlpAgent};
pub(crate) use self::relay::Relay;
pub(crate) use self::spans::{Tracing, end_span, end_spans, sorted};

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
