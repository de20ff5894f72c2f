//! The process becomes a resource.

use campanile_wire::jaeger::{Process, Value};
use campanile_wire::otlp::write::{Scalar, attribute};

use super::value;

/// `Resource.attributes`.
const ATTRIBUTES: u32 = 1;

/// The service of spans whose resource had no name for it, as translators into Jaeger write it.
const NO_NAME: &str = "OTLPResourceNoServiceName";

/// Appends the fields of a `Resource`.
pub(super) fn put(out: &mut Vec<u8>, process: &Process<'_>) {
    if !matches!(process.service_name.as_ref(), "" | NO_NAME) {
        let name = Scalar::Text(&process.service_name);
        attribute(out, ATTRIBUTES, "service.name", name);
    }
    let has = |key: &str| process.tags.iter().any(|tag| tag.key == key);
    let (host, exporter) = (has("host.name"), has("opencensus.exporterversion"));
    for tag in &process.tags {
        match (tag.key.as_ref(), &tag.value) {
            ("hostname", host_name) if !host => {
                attribute(out, ATTRIBUTES, "host.name", value::of(host_name));
            }
            ("jaeger.version", Value::Text(version)) if !exporter => {
                let version = format!("Jaeger-{version}");
                let key = "opencensus.exporterversion";
                attribute(out, ATTRIBUTES, key, Scalar::Text(&version));
            }
            _ => value::put(out, ATTRIBUTES, tag),
        }
    }
}
