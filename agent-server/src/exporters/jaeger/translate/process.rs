//! A resource becomes a process.

use campanile_wire::jaeger::Process;
use campanile_wire::otlp::view::ResourceSpans;

use super::value::{self, add_count, add_text, tag};

/// What stands for a service without a name. It has no name again where it is read back.
const NO_NAME: &str = "OTLPResourceNoServiceName";

/// Who recorded the spans.
pub(super) fn of(spans: ResourceSpans<'_>) -> Process<'_> {
    let resource = spans.resource();
    let name = resource.attributes().find("service.name");
    let name = name.and_then(|name| name.as_text());
    let name = name.filter(|name| !name.is_empty());
    let others = resource
        .attributes()
        .iter()
        .filter(|(key, _)| name.is_none() || *key != "service.name");
    let mut tags: Vec<_> = others
        .map(|(key, attribute)| tag(key, value::of(attribute)))
        .collect();
    add_text(&mut tags, "otel.schema_url", spans.schema_url());
    let dropped = resource.dropped_attributes();
    add_count(&mut tags, "otel.dropped_attributes_count", dropped);
    Process {
        service_name: name.unwrap_or(NO_NAME).into(),
        tags,
    }
}
