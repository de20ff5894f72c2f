//! What a span says of its side of a call.

use campanile_wire::otlp::view::{AnyValue, Attributes, Span};
use campanile_wire::otlp::write::{self, Scalar};

use super::super::points::ATTRIBUTE;
use super::plan::Plan;

/// The longest name of a service, peer or database, and value of a dimension; the rest is cut off.
const MAX_TEXT: usize = 256;

/// The two sides of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Client and producer spans.
    Client,
    /// Server and consumer spans.
    Server,
}

/// One side of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) service: String,
    pub(super) nanos: u64,
    pub(super) failed: bool,
    /// Whether it is of a messaging system.
    pub(super) messaging: bool,
    /// Its dimensions, as attributes of a point.
    pub(super) dimensions: Vec<u8>,
    /// The name of the other side, of a client span that has one.
    pub(super) peer: Option<String>,
}

impl End {
    /// What `span` of `service` says, and which side it is; nothing if it is no side of a call.
    pub(super) fn new(
        plan: &Plan,
        service: &str,
        resource: Attributes<'_>,
        span: &Span<'_>,
    ) -> Option<(Side, Self)> {
        let side = match span.kind {
            2 | 5 => Side::Server,
            3 | 4 => Side::Client,
            _ => return None,
        };
        let attributes = span.attributes();
        let mut dimensions = Vec::new();
        for [name, client, server] in &plan.dimensions {
            let label = match side {
                Side::Client => client,
                Side::Server => server,
            };
            let found = attributes.find(name).or_else(|| resource.find(name));
            if let Some(value) = found.map(text) {
                write::attribute(&mut dimensions, ATTRIBUTE, label, Scalar::Text(&value));
            }
        }
        let end = Self {
            service: cut(service).to_owned(),
            nanos: span.end_unix_nano.saturating_sub(span.start_unix_nano),
            failed: span.status_code == 2,
            messaging: span.kind > 3,
            dimensions,
            peer: match side {
                Side::Client => first(&plan.peers, attributes),
                Side::Server => None,
            },
        };
        Some((side, end))
    }
}

/// The value of the first of `names` that is there.
pub(super) fn first(names: &[String], attributes: Attributes<'_>) -> Option<String> {
    let mut found = names.iter().filter_map(|name| attributes.find(name));
    found.next().map(text)
}

fn text(value: AnyValue<'_>) -> String {
    cut(&value.to_string()).to_owned()
}

/// At most so much of it.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT)]
}
