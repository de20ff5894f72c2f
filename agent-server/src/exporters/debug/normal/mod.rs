//! One line per span, data point or log record.

mod logs;
mod metrics;
mod traces;

use std::fmt::Write as _;

use campanile_wire::otlp::Signal;
use campanile_wire::otlp::view::{Attributes, Resource};

pub(super) use self::traces::{kind, status};

/// A line for every item of an export request of `signal`.
pub(super) fn lines(signal: Signal, request: &[u8]) -> Vec<String> {
    match signal {
        Signal::Logs => logs::lines(request),
        Signal::Metrics => metrics::lines(request),
        Signal::Traces => traces::lines(request).collect(),
    }
}

/// The name of the service, or nothing.
fn service(resource: Resource<'_>) -> String {
    let name = resource.attributes().find("service.name");
    name.map(|name| name.to_string()).unwrap_or_default()
}

/// `{"key"="value", ...}`, quoted so that nothing in it can forge a line.
fn braced(attributes: Attributes<'_>) -> String {
    let mut out = String::from("{");
    for (index, (key, value)) in attributes.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        // Writing into a string cannot fail.
        let _ = write!(out, "{comma}{key:?}={:?}", value.to_string());
    }
    out.push('}');
    out
}
