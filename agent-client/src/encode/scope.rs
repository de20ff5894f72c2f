//! What items of one block have in common.

use campanile_wire::otlp::write::{nested, text};
use opentelemetry::InstrumentationScope;

use super::value::attributes;

/// Appends the scope as field 1 of a `ScopeSpans` or `ScopeLogs`.
pub(super) fn scope(out: &mut Vec<u8>, scope: &InstrumentationScope) {
    nested(out, 1, |out| {
        text(out, 1, scope.name());
        text(out, 2, scope.version().unwrap_or_default());
        attributes(out, 3, scope.attributes());
    });
}
