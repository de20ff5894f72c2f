//! What tells series apart, read from a span into the key of its series.
//!
//! A key is the attributes of a point as they are written, so that looking a series up and writing
//! it need no translation.

use std::fmt::Write as _;

use campanile_wire::otlp::view::{AnyValue, Attributes, Scope, Span};
use campanile_wire::otlp::write::{self, Scalar};

use super::super::points::ATTRIBUTE;
use super::config::Dimension;

/// Those that every span has.
pub(super) const SPAN_DIMENSIONS: [&str; 4] =
    ["service.name", "span.name", "span.kind", "status.code"];
/// How many there may be besides, in all lists together.
pub(super) const MAX_DIMENSIONS: usize = 32;

const KINDS: [&str; 6] = [
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
];
const STATUSES: [&str; 3] = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/// The values of dimensions, as far as they were found.
pub(super) type Found<'a> = [Option<AnyValue<'a>>; MAX_DIMENSIONS];

/// Which of those that every span has are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    service: bool,
    name: bool,
    kind: bool,
    status: bool,
}

impl Wanted {
    /// All but those excluded.
    pub(super) fn without(excluded: &[String]) -> Self {
        let wants = |name: &str| !excluded.iter().any(|out| out == name);
        let [service, name, kind, status] = SPAN_DIMENSIONS.map(wants);
        Self {
            service,
            name,
            kind,
            status,
        }
    }

    /// Writes what all spans of a resource have in common.
    pub(super) fn put_resource(self, key: &mut Vec<u8>, resource: Attributes<'_>) {
        if self.service {
            let service = resource.find("service.name").and_then(AnyValue::as_text);
            let service = service.unwrap_or("unknown_service");
            text(key, "service.name", service);
        }
    }

    /// Writes what the span says itself.
    pub(super) fn put_span(self, key: &mut Vec<u8>, span: &Span<'_>) {
        if self.name {
            text(key, "span.name", span.name);
        }
        if self.kind {
            text(key, "span.kind", number(&KINDS, span.kind));
        }
        if self.status {
            text(key, "status.code", number(&STATUSES, span.status_code));
        }
    }
}

/// Writes the name and version of the scope of a span.
pub(super) fn put_scope(key: &mut Vec<u8>, scope: Scope<'_>) {
    text(key, "span.instrumentation.scope.name", scope.name());
    text(key, "span.instrumentation.scope.version", scope.version());
}

/// Fills in the values that `attributes` has of `dimensions`, the first of each key.
pub(super) fn find<'a>(
    found: &mut Found<'a>,
    dimensions: &[Dimension],
    attributes: Attributes<'a>,
) {
    if dimensions.is_empty() {
        return;
    }
    let mut seen = [false; MAX_DIMENSIONS];
    for (key, value) in attributes.iter() {
        let places = dimensions.iter().zip(found.iter_mut()).zip(&mut seen);
        for ((dimension, found), seen) in places {
            if dimension.name == key && !*seen {
                (*found, *seen) = (Some(value), true);
            }
        }
    }
}

/// Writes a dimension: its value, or its default, or nothing.
pub(super) fn put(key: &mut Vec<u8>, dimension: &Dimension, value: Option<AnyValue<'_>>) {
    let name = dimension.name.as_str();
    let scalar = match value {
        Some(AnyValue::Bool(value)) => Scalar::Bool(value),
        Some(AnyValue::Double(value)) => Scalar::Double(value),
        Some(AnyValue::Int(value)) => Scalar::Int(value),
        Some(AnyValue::Text(value)) => Scalar::Text(value),
        Some(other) => {
            let mut shown = String::new();
            // Writing into a string does not fail.
            let _ = write!(shown, "{other}");
            text(key, name, &shown);
            return;
        }
        None => match &dimension.default {
            Some(default) => Scalar::Text(default),
            None => return,
        },
    };
    write::attribute(key, ATTRIBUTE, name, scalar);
}

fn text(key: &mut Vec<u8>, name: &str, value: &str) {
    write::attribute(key, ATTRIBUTE, name, Scalar::Text(value));
}

/// The name of a number; the first is that of those that have none.
fn number(names: &[&'static str], number: u64) -> &'static str {
    let place = usize::try_from(number).unwrap_or(0);
    names.get(place).copied().unwrap_or(names[0])
}
