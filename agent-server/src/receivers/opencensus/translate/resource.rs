//! Node and resource become one OTLP resource.

use std::collections::BTreeMap;

use campanile_wire::opencensus::agent::common::v1::library_info::Language;
use campanile_wire::opencensus::agent::common::v1::{LibraryInfo, Node, ProcessIdentifier};
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::otlp::write::{Scalar, attribute};
use jiff::Timestamp;

/// Appends the attributes of the resource, sorted. Where several sources give a key, the order is
/// the reference translator's: labels, node attributes, then the node's own fields.
pub(super) fn put(out: &mut Vec<u8>, node: Option<&Node>, resource: Option<&Resource>) {
    let start = node
        .and_then(|node| node.identifier.as_ref())
        .and_then(start_time);
    let mut all: BTreeMap<&str, Scalar<'_>> = BTreeMap::new();
    for (key, value) in resource.into_iter().flat_map(|resource| &resource.labels) {
        let key = match key.as_str() {
            "cloud.zone" => "cloud.availability_zone",
            key => key,
        };
        all.insert(key, Scalar::Text(value));
    }
    if let Some(node) = node {
        add_node(&mut all, node, start.as_deref());
    }
    if let Some(resource) = resource {
        add_text(&mut all, "opencensus.resourcetype", &resource.r#type);
    }
    for (key, value) in all {
        attribute(out, 1, key, value);
    }
}

fn add_node<'a>(all: &mut BTreeMap<&'a str, Scalar<'a>>, node: &'a Node, start: Option<&'a str>) {
    for (key, value) in &node.attributes {
        all.insert(key, Scalar::Text(value));
    }
    if let Some(service) = &node.service_info {
        add_text(all, "service.name", &service.name);
    }
    add_text(all, "opencensus.starttime", start.unwrap_or_default());
    if let Some(process) = &node.identifier {
        add_text(all, "host.name", &process.host_name);
        if process.pid != 0 {
            all.insert("process.pid", Scalar::Int(i64::from(process.pid)));
        }
    }
    if let Some(library) = &node.library_info {
        add_library(all, library);
    }
}

fn add_library<'a>(all: &mut BTreeMap<&'a str, Scalar<'a>>, library: &'a LibraryInfo) {
    add_text(all, "telemetry.sdk.version", &library.core_library_version);
    add_text(all, "opencensus.exporterversion", &library.exporter_version);
    add_text(all, "telemetry.sdk.language", language(library.language()));
}

fn add_text<'a>(all: &mut BTreeMap<&'a str, Scalar<'a>>, key: &'a str, value: &'a str) {
    if !value.is_empty() {
        all.insert(key, Scalar::Text(value));
    }
}

/// RFC 3339 in UTC, with as many decimals as it takes.
fn start_time(process: &ProcessIdentifier) -> Option<String> {
    let start = process.start_timestamp.as_ref()?;
    let start = Timestamp::new(start.seconds, start.nanos).ok()?;
    Some(start.to_string())
}

/// The names that the Collector writes; OpenTelemetry's own for those that it knows.
fn language(language: Language) -> &'static str {
    match language {
        Language::Unspecified => "",
        Language::Cpp => "cpp",
        Language::CSharp => "dotnet",
        Language::Erlang => "erlang",
        Language::GoLang => "go",
        Language::Java => "java",
        Language::NodeJs => "nodejs",
        Language::Php => "php",
        Language::Python => "python",
        Language::Ruby => "ruby",
        Language::WebJs => "webjs",
    }
}
