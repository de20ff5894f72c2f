//! What the key of a tag says about where it belongs.

/// Where a tag goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role<'k> {
    /// To the span's attributes.
    Attribute,
    /// `otlp.attribute.KEY`: to the span's attributes, as `KEY`.
    AttributeAs(&'k str),
    /// `otel.dropped_attributes_count` and its siblings: this field of the span.
    Dropped(u32),
    /// `error`.
    Error,
    /// `otlp.flags`.
    Flags,
    /// `span.kind`.
    Kind,
    /// `otel.library.name` (0) or `.version` (1): what the scope's were called before.
    LibraryField(usize),
    /// `otlp.link.N`.
    Link,
    /// An attribute of the resource, by the family of its key.
    OfResource,
    /// `otlp.resource.attribute.KEY`: the attribute `KEY` of the resource, whatever its family.
    Resource(&'k str),
    /// The resource's own count of dropped attributes.
    ResourceDropped,
    /// The resource's schema URL.
    ResourceSchema,
    /// An attribute of the scope, with this key.
    Scope(&'k str),
    /// The scope's own count of dropped attributes.
    ScopeDropped,
    /// Name (0) or version (1) of the scope.
    ScopeField(usize),
    /// The scope's schema URL.
    ScopeSchema,
    /// `service.name`.
    ServiceName,
    /// `otlp.service.name.source`.
    ServiceNameSource,
    /// `otel.status_code`.
    StatusCode,
    /// `otel.status_description`.
    StatusDescription,
    /// `w3c.tracestate`.
    TraceState,
}

/// Families of keys that describe who did something, and not what was done.
const OF_RESOURCES: [&str; 9] = [
    "cloud.",
    "container.",
    "deployment.",
    "host.",
    "k8s.",
    "os.",
    "process.",
    "service.",
    "telemetry.",
];

/// What stands before the key of a resource's attribute where a span's attribute has the same key,
/// or might be taken for the resource's.
pub(super) const RESOURCE_ATTRIBUTE: &str = "otlp.resource.attribute.";

impl<'k> Role<'k> {
    /// The role of a tag with this key.
    pub(super) fn of(key: &'k str) -> Self {
        match key.as_bytes() {
            [b'o', b't', b'e', b'l', b'.', ..] => Self::of_otel(key),
            [b'o', b't', b'l', b'p', b'.', ..] => Self::of_otlp(key),
            // Most tags begin with `h` for `http` and a few others.
            [b'c' | b'd' | b'h' | b'k' | b'o' | b'p' | b's' | b't', ..] => Self::of_other(key),
            [b'e' | b'f' | b'w', ..] => match key {
                "error" => Self::Error,
                "faas.id" | "faas.instance" | "faas.name" | "faas.version" => Self::OfResource,
                "w3c.tracestate" => Self::TraceState,
                _ => Self::Attribute,
            },
            _ => Self::Attribute,
        }
    }

    fn of_other(key: &'k str) -> Self {
        match key {
            "service.name" => Self::ServiceName,
            "span.kind" => Self::Kind,
            _ if OF_RESOURCES.iter().any(|family| key.starts_with(family)) => Self::OfResource,
            _ => Self::Attribute,
        }
    }

    fn of_otel(key: &str) -> Self {
        match key {
            "otel.dropped_attributes_count" => Self::Dropped(10),
            "otel.dropped_events_count" => Self::Dropped(12),
            "otel.dropped_links_count" => Self::Dropped(14),
            "otel.library.name" => Self::LibraryField(0),
            "otel.library.version" => Self::LibraryField(1),
            "otel.scope.name" => Self::ScopeField(0),
            "otel.scope.version" => Self::ScopeField(1),
            "otel.status_code" => Self::StatusCode,
            "otel.status_description" => Self::StatusDescription,
            _ => Self::Attribute,
        }
    }

    fn of_otlp(key: &'k str) -> Self {
        match key {
            "otlp.flags" => return Self::Flags,
            "otlp.resource.dropped_attributes_count" => return Self::ResourceDropped,
            "otlp.resource.schema_url" => return Self::ResourceSchema,
            "otlp.scope.dropped_attributes_count" => return Self::ScopeDropped,
            "otlp.scope.schema_url" => return Self::ScopeSchema,
            "otlp.service.name.source" => return Self::ServiceNameSource,
            _ => {}
        }
        if let Some(own) = key.strip_prefix("otlp.attribute.") {
            Self::AttributeAs(own)
        } else if let Some(own) = key.strip_prefix(RESOURCE_ATTRIBUTE) {
            Self::Resource(own)
        } else if let Some(own) = key.strip_prefix("otlp.scope.attribute.") {
            Self::Scope(own)
        } else if key.starts_with("otlp.link.") {
            Self::Link
        } else {
            Self::Attribute
        }
    }
}
