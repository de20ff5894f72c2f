//! Every field of every span.

use std::fmt::{self, Write as _};

use campanile_wire::otlp::view::{Attributes, ResourceSpans, ScopeSpans, Span, resource_spans};

use super::normal::{kind, status};

/// Everything in the request, one field a line.
pub(super) fn text(request: &[u8]) -> String {
    let mut out = String::new();
    for (index, resource) in resource_spans(request).enumerate() {
        // Writing into a string cannot fail.
        let _ = write_resource(&mut out, index, resource);
    }
    out
}

fn write_resource(out: &mut String, index: usize, resource: ResourceSpans<'_>) -> fmt::Result {
    writeln!(out, "resource {index} schema {:?}", resource.schema_url())?;
    write_attributes(out, 1, resource.resource().attributes())?;
    write_dropped(out, 1, resource.resource().dropped_attributes())?;
    for (index, scope) in resource.scope_spans().enumerate() {
        write_scope(out, index, scope)?;
    }
    Ok(())
}

fn write_scope(out: &mut String, index: usize, spans: ScopeSpans<'_>) -> fmt::Result {
    let scope = spans.scope();
    let (name, version) = (scope.name(), scope.version());
    let schema = spans.schema_url();
    writeln!(
        out,
        "  scope {index} name {name:?} version {version:?} schema {schema:?}"
    )?;
    write_attributes(out, 2, scope.attributes())?;
    write_dropped(out, 2, scope.dropped_attributes())?;
    for (index, span) in spans.spans().enumerate() {
        write_span(out, index, &span)?;
    }
    Ok(())
}

fn write_span(out: &mut String, index: usize, span: &Span<'_>) -> fmt::Result {
    writeln!(out, "    span {index} name {:?}", span.name)?;
    writeln!(out, "      trace_id {}", const_hex::encode(span.trace_id))?;
    writeln!(out, "      span_id {}", const_hex::encode(span.span_id))?;
    let parent = const_hex::encode(span.parent_span_id);
    writeln!(out, "      parent_span_id {parent}")?;
    writeln!(out, "      trace_state {:?}", span.trace_state)?;
    writeln!(out, "      flags {:#x}", span.flags)?;
    writeln!(out, "      kind {}", kind(span.kind))?;
    writeln!(out, "      start_time_unix_nano {}", span.start_unix_nano)?;
    writeln!(out, "      end_time_unix_nano {}", span.end_unix_nano)?;
    let (code, message) = (status(span.status_code), span.status_message);
    writeln!(out, "      status {code} {message:?}")?;
    let (attributes, events) = (span.dropped_attributes, span.dropped_events);
    writeln!(
        out,
        "      dropped attributes {attributes} events {events} links {}",
        span.dropped_links
    )?;
    write_attributes(out, 3, span.attributes())?;
    write_events(out, span)?;
    write_links(out, span)
}

fn write_events(out: &mut String, span: &Span<'_>) -> fmt::Result {
    for event in span.events() {
        let (time, name) = (event.time_unix_nano, event.name);
        writeln!(out, "      event {name:?} time_unix_nano {time}")?;
        write_attributes(out, 4, event.attributes())?;
        write_dropped(out, 4, event.dropped_attributes)?;
    }
    Ok(())
}

fn write_links(out: &mut String, span: &Span<'_>) -> fmt::Result {
    for link in span.links() {
        let (trace, span) = (
            const_hex::encode(link.trace_id),
            const_hex::encode(link.span_id),
        );
        let (state, flags) = (link.trace_state, link.flags);
        writeln!(
            out,
            "      link trace_id {trace} span_id {span} trace_state {state:?} flags {flags:#x}"
        )?;
        write_attributes(out, 4, link.attributes())?;
        write_dropped(out, 4, link.dropped_attributes)?;
    }
    Ok(())
}

/// How many attributes their sender dropped, if any.
fn write_dropped(out: &mut String, depth: usize, count: u64) -> fmt::Result {
    if count == 0 {
        return Ok(());
    }
    let indent = depth * 2;
    writeln!(out, "{:indent$}dropped attributes {count}", "")
}

fn write_attributes(out: &mut String, depth: usize, attributes: Attributes<'_>) -> fmt::Result {
    let indent = depth * 2;
    attributes.iter().try_for_each(|(key, value)| {
        let value = value.to_string();
        writeln!(out, "{:indent$}{key:?} = {value:?}", "")
    })
}
