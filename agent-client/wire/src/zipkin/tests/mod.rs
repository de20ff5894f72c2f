//! Both versions in all formats, by vectors and by properties.

mod convert;
mod flat;
mod generate;
mod read;
mod round;
mod vectors;

use super::{Limits, ReadError, Span, json, proto3, v1};

/// What is shown of a list, owned.
fn shown<'a>(
    read: impl FnOnce(&mut dyn FnMut(&Span<'a>)) -> Result<(), ReadError>,
) -> Result<Vec<Span<'a>>, ReadError> {
    let mut spans = Vec::new();
    read(&mut |span| spans.push(span.clone()))?;
    Ok(spans)
}

fn of_json(text: &str) -> Result<Vec<Span<'_>>, ReadError> {
    shown(|take| json::read(text, &Limits::default(), take))
}

fn of_proto3(bytes: &[u8]) -> Result<Vec<Span<'_>>, ReadError> {
    shown(|take| proto3::read(bytes, &Limits::default(), take))
}

fn of_v1(text: &str) -> Result<Vec<Span<'_>>, ReadError> {
    shown(|take| v1::read_json(text, &Limits::default(), take))
}

fn of_thrift(bytes: &[u8]) -> Result<Vec<Span<'_>>, ReadError> {
    shown(|take| v1::read_thrift(bytes, &Limits::default(), take))
}

/// Spans in the JSON that we write, as a value: what tests compare.
fn as_json(spans: &[Span<'_>]) -> serde_json::Value {
    serde_json::from_str(&json::write(spans)).expect("it was written by us")
}
