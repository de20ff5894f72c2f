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
    for (index, scope) in resource.scope_spans().enumerate() {
        write_scope(out, index, scope)?;
    }
    Ok(())
}

fn write_scope(out: &mut String, index: usize, spans: ScopeSpans<'_>) -> fmt::Result {
    let scope = spans.scope();
    let (name, version) = (scope.name(), scope.version());
    writeln!(out, "  scope {index} name {name:?} version {version:?}")?;
    write_attributes(out, 2, scope.attributes())?;
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
    for event in span.events() {
        let (time, name) = (event.time_unix_nano, event.name);
        writeln!(out, "      event {name:?} time_unix_nano {time}")?;
        write_attributes(out, 4, event.attributes())?;
    }
    for link in span.links() {
        let (trace, span) = (
            const_hex::encode(link.trace_id),
            const_hex::encode(link.span_id),
        );
        let state = link.trace_state;
        writeln!(
            out,
            "      link trace_id {trace} span_id {span} trace_state {state:?}"
        )?;
        write_attributes(out, 4, link.attributes())?;
    }
    Ok(())
}

fn write_attributes(out: &mut String, depth: usize, attributes: Attributes<'_>) -> fmt::Result {
    let indent = depth * 2;
    attributes.iter().try_for_each(|(key, value)| {
        let value = value.to_string();
        writeln!(out, "{:indent$}{key:?} = {value:?}", "")
    })
}
