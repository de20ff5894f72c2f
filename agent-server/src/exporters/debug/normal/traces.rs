//! One line per span.

use std::time::Duration;

use campanile_wire::otlp::view::{Span, resource_spans};

/// A line for every span of the request.
pub(super) fn lines(request: &[u8]) -> impl Iterator<Item = String> + '_ {
    resource_spans(request).flat_map(|resource| {
        let service = super::service(resource.resource());
        resource
            .scope_spans()
            .flat_map(|scope| scope.spans())
            .map(move |span| line(&service, &span))
    })
}

fn line(service: &str, span: &Span<'_>) -> String {
    let nanos = span.end_unix_nano.saturating_sub(span.start_unix_nano);
    format!(
        "{service:?} {:?} {} {} trace {} span {} parent {} {:?}",
        span.name,
        kind(span.kind),
        status(span.status_code),
        const_hex::encode(span.trace_id),
        const_hex::encode(span.span_id),
        match span.parent_span_id {
            [] => "none".to_owned(),
            id => const_hex::encode(id),
        },
        Duration::from_nanos(nanos),
    )
}

/// The name of a `SpanKind`.
pub(in super::super) fn kind(kind: u64) -> &'static str {
    match kind {
        1 => "internal",
        2 => "server",
        3 => "client",
        4 => "producer",
        5 => "consumer",
        _ => "unspecified",
    }
}

/// The name of a `StatusCode`.
pub(in super::super) fn status(code: u64) -> &'static str {
    match code {
        1 => "ok",
        2 => "error",
        _ => "unset",
    }
}
