//! The messages of OTLP as static tables: what number, JSON name and type each field has.
//!
//! The JSON translation ([`json`](super::json)) and the deep validation ([`check`](super::check()))
//! are walks over these tables, so a field is described once. A test compares every table with
//! `tests/vectors/schema/opentelemetry-proto-1.11.0.json`; a new release of the protocol is a new
//! vector file and the lines that the test then asks for.

mod common;
mod field;
mod logs;
mod metrics;
mod responses;
mod traces;

pub(crate) use self::field::{Field, Kind, Label, Message};

use super::Signal;

/// The export request of `signal`.
pub(crate) fn request(signal: Signal) -> &'static Message {
    match signal {
        Signal::Logs => &logs::REQUEST,
        Signal::Metrics => &metrics::REQUEST,
        Signal::Traces => &traces::REQUEST,
    }
}

/// The export response of `signal`.
pub(crate) fn response(signal: Signal) -> &'static Message {
    match signal {
        Signal::Logs => &responses::LOGS,
        Signal::Metrics => &responses::METRICS,
        Signal::Traces => &responses::TRACES,
    }
}
