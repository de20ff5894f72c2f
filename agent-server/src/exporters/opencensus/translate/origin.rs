//! The resource as node and resource: fields for what the node can hold, labels for the rest.

use std::collections::BTreeMap;

use campanile_wire::otlp::view::{AnyValue, Resource};
use campanile_wire::otlp::write::{nested, text, varint};
use campanile_wire::protobuf::put_bytes;
use jiff::Timestamp;

/// The names of `LibraryInfo.Language`, by number.
const LANGUAGES: [&str; 11] = [
    "", "cpp", "dotnet", "erlang", "go", "java", "nodejs", "php", "python", "ruby", "webjs",
];

/// Who the items of a message belong to, encoded.
#[derive(Debug, Default)]
pub(super) struct Origin {
    /// The fields of `Node`.
    pub(super) node: Vec<u8>,
    /// The fields of `Resource`.
    pub(super) resource: Vec<u8>,
    /// Whether readers take the status codes of this sender for OpenTelemetry's.
    pub(super) writes_own_codes: bool,
}

/// What the fields of a node hold.
#[derive(Default)]
struct Fields<'a> {
    host_name: &'a str,
    pid: u32,
    start: Option<Timestamp>,
    language: usize,
    exporter_version: &'a str,
    library_version: &'a str,
    service: &'a str,
    kind: &'a str,
}

impl Origin {
    /// Takes a resource apart.
    pub(super) fn new(resource: Resource<'_>, schema_url: &str) -> Self {
        let mut fields = Fields::default();
        let mut own = BTreeMap::new();
        let mut labels = BTreeMap::new();
        for (key, value) in resource.attributes().iter() {
            if fields.set(key, value) {
                continue;
            }
            let (map, key) = match key {
                // As a label it would be read under the other name.
                "cloud.zone" => (&mut own, key),
                "cloud.availability_zone" => (&mut labels, "cloud.zone"),
                _ => (&mut labels, key),
            };
            map.entry(key).or_insert_with(|| value.to_string());
        }
        if !schema_url.is_empty() {
            labels.insert("otel.schema_url", schema_url.to_owned());
        }
        let dropped = resource.dropped_attributes();
        if dropped != 0 {
            labels.insert("otel.dropped_attributes_count", dropped.to_string());
        }
        let major = fields.library_version.split('.').next();
        let major = major.and_then(|major| major.parse::<u32>().ok());
        Self {
            writes_own_codes: LANGUAGES.get(fields.language) == Some(&"python")
                && major.is_some_and(|major| major >= 1),
            node: fields.node(&own),
            resource: put_resource(fields.kind, &labels),
        }
    }
}

impl<'a> Fields<'a> {
    /// Puts an attribute into its field; `false` when it has none, or one that cannot hold it so
    /// that it is the same again when it is read.
    fn set(&mut self, key: &str, value: AnyValue<'a>) -> bool {
        if let (AnyValue::Int(number), "process.pid") = (value, key) {
            let pid = u32::try_from(number).ok().filter(|pid| *pid != 0);
            self.pid = pid.unwrap_or(self.pid);
            return pid.is_some();
        }
        let Some(text) = value.as_text().filter(|text| !text.is_empty()) else {
            return false;
        };
        match key {
            "host.name" => self.host_name = text,
            "opencensus.exporterversion" => self.exporter_version = text,
            "opencensus.resourcetype" => self.kind = text,
            "opencensus.starttime" => {
                let start = text.parse::<Timestamp>().ok();
                self.start = start.filter(|start| start.to_string() == text);
                return self.start.is_some();
            }
            "service.name" => self.service = text,
            "telemetry.sdk.language" => {
                let language = LANGUAGES.iter().position(|name| *name == text);
                self.language = language.unwrap_or(0);
                return language.is_some();
            }
            "telemetry.sdk.version" => self.library_version = text,
            _ => return false,
        }
        true
    }

    fn node(&self, own: &BTreeMap<&str, String>) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        // Present even when it is empty: some agents require it.
        nested(&mut out, 1, |process| {
            text(process, 1, self.host_name);
            varint(process, 2, self.pid.into());
            if let Some(start) = self.start {
                nested(process, 3, |time| {
                    varint(time, 1, start.as_second().cast_unsigned());
                    let nanos = i64::from(start.subsec_nanosecond());
                    varint(time, 2, nanos.cast_unsigned());
                });
            }
        });
        nested(&mut out, 2, |library| {
            varint(library, 1, self.language as u64);
            text(library, 2, self.exporter_version);
            text(library, 3, self.library_version);
        });
        nested(&mut out, 3, |service| text(service, 1, self.service));
        put_map(&mut out, 4, own);
        out
    }
}

fn put_resource(kind: &str, labels: &BTreeMap<&str, String>) -> Vec<u8> {
    let mut out = Vec::new();
    text(&mut out, 1, kind);
    put_map(&mut out, 2, labels);
    out
}

fn put_map(out: &mut Vec<u8>, number: u32, map: &BTreeMap<&str, String>) {
    for (key, value) in map {
        nested(out, number, |out| {
            put_bytes(out, 1, key.as_bytes());
            text(out, 2, value);
        });
    }
}
