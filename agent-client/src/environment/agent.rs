//! `CAMPANILE_AGENT_*`: what no other library knows.

use campanile_wire::otlp::Signal;

use super::reader::Reader;
use super::{Endpoint, Settings};
use crate::endpoint::without_credentials;
use crate::protocol::Protocol;
use crate::queue::Overflow;

pub(super) fn read(reader: &mut Reader<'_>, settings: &mut Settings) {
    protocol(reader, settings);
    endpoint(reader, settings);
    let interval = settings.reconnect_interval;
    settings.reconnect_interval =
        reader.millis(&["CAMPANILE_AGENT_RECONNECT_INTERVAL"], 1, interval);
    let timeout = settings.flush_timeout;
    settings.flush_timeout = reader.millis(&["CAMPANILE_AGENT_FLUSH_TIMEOUT"], 0, timeout);
    let bytes = settings.buffer_bytes;
    let variable = "CAMPANILE_AGENT_BUFFER_BYTES";
    let read = reader.number(&[variable], 64 << 10, Some(bytes));
    settings.buffer_bytes = read.unwrap_or(bytes);
    settings.overflow = overflow(reader);
}

/// OpenCensus is spoken at its own port, and with it goes what it has messages for.
fn protocol(reader: &mut Reader<'_>, settings: &mut Settings) {
    let parse = |value: &str| match value {
        "opencensus" => Some(true),
        "otlp" => Some(false),
        _ => None,
    };
    let variable = "CAMPANILE_AGENT_PROTOCOL";
    let parsed = reader.name(&[variable], "otlp or opencensus", "otlp", parse);
    if parsed != Some(true) {
        return;
    }
    for signal in Signal::ALL {
        let destination = settings.destination_mut(signal);
        if Protocol::OpenCensus.carries(signal) {
            destination.protocol = Protocol::OpenCensus;
            destination.endpoint = None;
        } else if destination.endpoint.is_none() {
            // An agent that speaks OpenCensus need not listen for anything else.
            destination.export = false;
        }
    }
}

fn endpoint(reader: &mut Reader<'_>, settings: &mut Settings) {
    let variable = "CAMPANILE_AGENT_ENDPOINT";
    let Some(value) = reader.text(variable) else {
        return;
    };
    match Endpoint::parse_or_host_port(&value) {
        Ok(endpoint) => {
            for signal in Signal::ALL {
                let destination = settings.destination_mut(signal);
                if destination.protocol.carries(signal) && same_agent(settings, signal) {
                    settings.destination_mut(signal).endpoint = Some(endpoint.clone());
                }
            }
        }
        Err(error) => {
            let used = settings.traces.endpoint().to_string();
            let shown = without_credentials(&value);
            reader.warn(variable, shown, error.expected(), used);
        }
    }
}

/// Whether a signal goes to the agent that spans go to: an OpenCensus agent takes no logs.
fn same_agent(settings: &Settings, signal: Signal) -> bool {
    let is_opencensus = |protocol| protocol == Protocol::OpenCensus;
    let own = settings.destination(signal).protocol;
    is_opencensus(own) == is_opencensus(settings.traces.protocol)
}

fn overflow(reader: &mut Reader<'_>) -> Overflow {
    let parse = |value: &str| match value {
        "newest" => Some(Overflow::DropNewest),
        "oldest" => Some(Overflow::DropOldest),
        _ => None,
    };
    let variable = "CAMPANILE_AGENT_DROP";
    let parsed = reader.name(&[variable], "newest or oldest", "newest", parse);
    parsed.unwrap_or_default()
}
