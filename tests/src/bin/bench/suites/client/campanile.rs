//! Our client, set up.

use std::net::SocketAddr;

use campanile_agent_client::environment::Settings;
use campanile_agent_client::{AgentClient, Guard};
use opentelemetry_sdk::trace::SdkTracerProvider;

use super::traced::SERVICE;
use crate::measure::Result;

/// A provider whose spans go to the agent at `address`, with the default buffer or one of so many
/// bytes.
pub(super) fn open(
    address: SocketAddr,
    buffer_bytes: Option<usize>,
) -> Result<(SdkTracerProvider, Guard)> {
    let mut builder = AgentClient::with_settings(Settings::default())
        .service_name(SERVICE)
        .endpoint(&format!("http://{address}"));
    if let Some(bytes) = buffer_bytes {
        builder = builder.buffer_bytes(bytes);
    }
    let (providers, guard) = builder.metrics(false).logs(false).build()?;
    Ok((providers.tracer_provider, guard))
}
