//! The resource as a node: fields for what the protocol knows, labels for the rest.

use std::collections::BTreeMap;
use std::time::SystemTime;

use campanile_wire::opencensus::agent::common::v1::{
    LibraryInfo, Node, ProcessIdentifier, ServiceInfo, library_info::Language,
};
use campanile_wire::opencensus::resource::v1::Resource as OpenCensusResource;
use opentelemetry_sdk::Resource;

use crate::identity::text;

/// Attributes that have a field of their own in the node or the resource.
const FIELDS: [&str; 5] = [
    "host.name",
    "opencensus.resourcetype",
    "process.pid",
    "service.name",
    "telemetry.sdk.version",
];

pub(super) fn node(resource: &Resource, started: SystemTime) -> Node {
    let of = |key| text(resource, key).unwrap_or_default();
    let pid = of("process.pid")
        .parse()
        .unwrap_or_else(|_| std::process::id());
    Node {
        identifier: Some(ProcessIdentifier {
            host_name: of("host.name"),
            pid,
            start_timestamp: Some(started.into()),
        }),
        library_info: Some(LibraryInfo {
            // The protocol's list ends before Rust; the label telemetry.sdk.language says it.
            language: Language::Unspecified.into(),
            exporter_version: env!("CARGO_PKG_VERSION").to_owned(),
            core_library_version: of("telemetry.sdk.version"),
        }),
        service_info: Some(ServiceInfo {
            name: of("service.name"),
        }),
        attributes: BTreeMap::new(),
    }
}

pub(super) fn resource(resource: &Resource) -> Option<OpenCensusResource> {
    let labels: BTreeMap<_, _> = resource
        .iter()
        .filter(|(key, _)| !FIELDS.contains(&key.as_str()))
        .map(|(key, value)| (key.to_string(), super::attributes::text(value)))
        .collect();
    let r#type = text(resource, "opencensus.resourcetype").unwrap_or_default();
    (!labels.is_empty() || !r#type.is_empty()).then_some(OpenCensusResource { r#type, labels })
}
