//! One span.

use std::collections::HashSet;

use campanile_wire::otlp::write::{self, Scalar, attribute, bytes, fixed32, fixed64, text, varint};
use campanile_wire::protobuf::put_bytes;
use campanile_wire::zipkin::{Endpoint, Kind, Span, Tag, Value, flat};

use super::Options;
use super::attributes::{count, put};
use super::role::{RESOURCE_ATTRIBUTE, Role};
use super::status;

/// `Span.attributes`.
const ATTRIBUTES: u32 = 9;

/// What stands for the source of a service name that is none.
const NO_SERVICE_NAME: &str = "OTLPResourceNoServiceName";

/// The encoded parts of one span. The memory serves the next one.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The fields of the `ResourceSpans` but for the scopes.
    pub(super) resource: Vec<u8>,
    /// The fields of the `ScopeSpans` but for the spans.
    pub(super) scope: Vec<u8>,
    /// The fields of the span.
    pub(super) span: Vec<u8>,
    /// The fields of the resource, and of the scope.
    messages: [Vec<u8>; 2],
}

/// What the tags of a span say that concerns something else than its attributes.
#[derive(Debug, Default)]
struct Found<'t> {
    error: Option<&'t Tag<'t>>,
    is_internal: bool,
    library: [Option<&'t str>; 2],
    resource_dropped: u32,
    resource_schema: &'t str,
    scope: [Option<&'t str>; 2],
    scope_dropped: u32,
    scope_schema: &'t str,
    service_name: Option<&'t Tag<'t>>,
    service_name_source: Option<&'t str>,
    status: status::Told<'t>,
    trace_state: &'t str,
}

impl Scratch {
    /// Writes `span`.
    pub(super) fn write(&mut self, span: &Span<'_>, options: Options) {
        let buffers = [&mut self.resource, &mut self.scope, &mut self.span];
        buffers.into_iter().for_each(Vec::clear);
        self.messages.iter_mut().for_each(Vec::clear);
        head(&mut self.span, span);
        let found = self.tags(span, options);
        times(&mut self.span, span);
        endpoints(&mut self.span, span);
        for (flag, key) in [
            (span.shared, "zipkin.shared"),
            (span.debug || options.debug, "zipkin.debug"),
        ] {
            if flag {
                extra(&mut self.span, span, key, key, Scalar::Bool(true));
            }
        }
        for annotation in &span.annotations {
            write::nested(&mut self.span, 11, |event| {
                fixed64(
                    event,
                    1,
                    annotation.timestamp.checked_mul(1_000).unwrap_or(0),
                );
                flat::read_event(&annotation.value, event);
            });
        }
        varint(&mut self.span, 6, kind(span.kind, found.is_internal));
        text(&mut self.span, 3, found.trace_state);
        self.status(&found, options);
        self.finish_scope(&found);
        self.finish_resource(span, &found, options);
    }

    /// Writes the tags that are attributes, and says what the others say.
    fn tags<'t>(&mut self, span: &'t Span<'t>, options: Options) -> Found<'t> {
        let mut found = Found::default();
        let own = own_keys(span);
        for tag in &span.tags {
            let role = match Role::of(&tag.key) {
                Role::OfResource if own.contains(tag.key.as_ref()) => Role::Attribute,
                Role::Kind if span.kind.is_some() => Role::Attribute,
                role => role,
            };
            if !self.place(tag, role, &mut found, options) {
                put(
                    &mut self.span,
                    ATTRIBUTES,
                    &tag.key,
                    &tag.value,
                    options.parse_string_tags,
                );
            }
        }
        found
    }

    /// Puts a tag where it belongs, if that is not among the attributes and its value fits.
    fn place<'t>(
        &mut self,
        tag: &'t Tag<'t>,
        role: Role<'t>,
        found: &mut Found<'t>,
        options: Options,
    ) -> bool {
        let [resource, scope] = &mut self.messages;
        let parse = options.parse_string_tags;
        match role {
            Role::Attribute => return false,
            Role::AttributeAs(key) => put(&mut self.span, ATTRIBUTES, key, &tag.value, parse),
            Role::OfResource => put(resource, 1, &tag.key, &tag.value, parse),
            Role::Resource(key) => put(resource, 1, key, &tag.value, parse),
            Role::Scope(key) => put(scope, 3, key, &tag.value, parse),
            Role::Error => {
                found.error = Some(tag);
                found.status.error = Some(&tag.value);
            }
            Role::ServiceName => found.service_name = Some(tag),
            Role::Dropped(_) | Role::Flags | Role::ResourceDropped | Role::ScopeDropped => {
                return self.place_count(&tag.value, role, found);
            }
            Role::StatusCode => {
                found.status.code = status::code(&tag.value);
                return found.status.code.is_some();
            }
            role => {
                let text = tag.value.as_text();
                return text.is_some_and(|text| self.place_text(text, role, found));
            }
        }
        true
    }

    fn place_count(&mut self, value: &Value<'_>, role: Role<'_>, found: &mut Found<'_>) -> bool {
        let Some(count) = count(value) else {
            return false;
        };
        match role {
            Role::Dropped(field) => varint(&mut self.span, field, count.into()),
            Role::Flags => fixed32(&mut self.span, 16, count),
            Role::ResourceDropped => found.resource_dropped = count,
            _ => found.scope_dropped = count,
        }
        true
    }

    fn place_text<'t>(&mut self, text: &'t str, role: Role<'t>, found: &mut Found<'t>) -> bool {
        match role {
            Role::Kind => {
                found.is_internal = text == "internal";
                return found.is_internal;
            }
            Role::Link => return self.link(text),
            Role::LibraryField(index) => found.library[index] = Some(text),
            Role::ResourceSchema => found.resource_schema = text,
            Role::ScopeField(index) => found.scope[index] = Some(text),
            Role::ScopeSchema => found.scope_schema = text,
            Role::ServiceNameSource => found.service_name_source = Some(text),
            Role::StatusDescription => found.status.description = Some(text),
            Role::TraceState => found.trace_state = text,
            _ => return false,
        }
        true
    }

    fn link(&mut self, text: &str) -> bool {
        let before = self.span.len();
        let mut is_link = false;
        write::nested(&mut self.span, 13, |link| {
            is_link = flat::read_link(text, link)
        });
        if !is_link {
            self.span.truncate(before);
        }
        is_link
    }

    fn status(&mut self, found: &Found<'_>, options: Options) {
        let status = found.status.status();
        if status.code != 0 || !status.message.is_empty() {
            write::nested(&mut self.span, 15, |out| {
                text(out, 2, status.message);
                varint(out, 3, status.code);
            });
        }
        if let Some(tag) = found.error.filter(|_| status.error_stays) {
            put(
                &mut self.span,
                ATTRIBUTES,
                &tag.key,
                &tag.value,
                options.parse_string_tags,
            );
        }
    }

    fn finish_scope(&mut self, found: &Found<'_>) {
        let [_, message] = &mut self.messages;
        let keys = ["otel.library.name", "otel.library.version"];
        for (index, key) in keys.into_iter().enumerate() {
            let (scope, library) = (found.scope[index], found.library[index]);
            let field = [1, 2][index];
            text(message, field, scope.or(library).unwrap_or(""));
            if let Some(other) = library.filter(|_| scope.is_some() && scope != library) {
                attribute(&mut self.span, ATTRIBUTES, key, Scalar::Text(other));
            }
        }
        varint(message, 4, found.scope_dropped.into());
        bytes(&mut self.scope, 1, message);
        text(&mut self.scope, 3, found.scope_schema);
    }

    fn finish_resource(&mut self, span: &Span<'_>, found: &Found<'_>, options: Options) {
        let [message, _] = &mut self.messages;
        let name = span.local.service_name.as_ref();
        let source = found.service_name_source.unwrap_or("service.name");
        if !name.is_empty() && source != NO_SERVICE_NAME {
            attribute(message, 1, source, Scalar::Text(name));
        }
        if let Some(tag) = found.service_name {
            let repeats = source == tag.key && tag.value.as_text() == Some(name);
            let (out, number) = if name.is_empty() {
                (message, 1)
            } else {
                (&mut self.span, ATTRIBUTES)
            };
            if !repeats {
                put(out, number, &tag.key, &tag.value, options.parse_string_tags);
            }
        }
        let [message, _] = &mut self.messages;
        varint(message, 2, found.resource_dropped.into());
        bytes(&mut self.resource, 1, message);
        text(&mut self.resource, 3, found.resource_schema);
    }
}

/// The keys that tags give to the resource by name: a tag with such a key itself is the span's.
fn own_keys<'t>(span: &'t Span<'_>) -> HashSet<&'t str> {
    let keys = span.tags.iter();
    keys.filter_map(|tag| tag.key.strip_prefix(RESOURCE_ATTRIBUTE))
        .collect()
}

fn head(out: &mut Vec<u8>, span: &Span<'_>) {
    put_bytes(out, 1, &span.trace_id);
    put_bytes(out, 2, &span.id);
    bytes(out, 4, span.parent_id.as_ref().map_or(&[], |id| &id[..]));
    text(out, 5, &span.name);
}

fn kind(kind: Option<Kind>, is_internal: bool) -> u64 {
    match kind {
        None => u64::from(is_internal),
        Some(Kind::Server) => 2,
        Some(Kind::Client) => 3,
        Some(Kind::Producer) => 4,
        Some(Kind::Consumer) => 5,
    }
}

/// Writes start and end, and what of them does not fit.
fn times(out: &mut Vec<u8>, span: &Span<'_>) {
    let start = span.timestamp.checked_mul(1_000);
    let duration = span.duration.checked_mul(1_000);
    let end = duration.and_then(|duration| start.unwrap_or(0).checked_add(duration));
    let (start_or, end_or) = (start.unwrap_or(0), end.or(start).unwrap_or(0));
    fixed64(out, 7, start_or);
    fixed64(out, 8, end_or);
    if start_or == 0 {
        let key = "otel.zipkin.absentField.startTime";
        extra(out, span, key, key, Scalar::Bool(true));
    }
    for (fits, key, value) in [
        (start.is_some(), "zipkin.timestamp", span.timestamp),
        (end.is_some(), "zipkin.duration", span.duration),
    ] {
        if !fits {
            extra(out, span, key, key, Scalar::Text(&value.to_string()));
        }
    }
}

/// Keys under which a side of a call is known, and those that no tag has.
struct Side {
    name: [&'static str; 2],
    ip: [&'static str; 2],
    port: [&'static str; 2],
    second_ip: &'static str,
}

const LOCAL: Side = Side {
    // The name is the resource's.
    name: ["", ""],
    ip: ["net.host.ip", "zipkin.localEndpoint.ip"],
    port: ["net.host.port", "zipkin.localEndpoint.port"],
    second_ip: "zipkin.localEndpoint.ipv6",
};

const REMOTE: Side = Side {
    name: ["peer.service", "zipkin.remoteEndpoint.serviceName"],
    ip: ["net.peer.ip", "zipkin.remoteEndpoint.ip"],
    port: ["net.peer.port", "zipkin.remoteEndpoint.port"],
    second_ip: "zipkin.remoteEndpoint.ipv6",
};

fn endpoints(out: &mut Vec<u8>, span: &Span<'_>) {
    let name = span.remote.service_name.as_ref();
    if !name.is_empty() {
        let [usual, other] = REMOTE.name;
        extra(out, span, usual, other, Scalar::Text(name));
    }
    endpoint(out, span, &span.local, &LOCAL);
    endpoint(out, span, &span.remote, &REMOTE);
}

fn endpoint(out: &mut Vec<u8>, span: &Span<'_>, endpoint: &Endpoint<'_>, side: &Side) {
    let (first, second) = match (endpoint.ipv4.as_ref(), endpoint.ipv6.as_ref()) {
        ("", only) | (only, "") => (only, ""),
        both => both,
    };
    if !first.is_empty() {
        extra(out, span, side.ip[0], side.ip[1], Scalar::Text(first));
    }
    if !second.is_empty() {
        extra(
            out,
            span,
            side.second_ip,
            side.second_ip,
            Scalar::Text(second),
        );
    }
    if endpoint.port != 0 {
        let port = Scalar::Int(endpoint.port);
        extra(out, span, side.port[0], side.port[1], port);
    }
}

/// Appends an attribute that is no tag: under its usual key, or under the other where a tag has
/// that, or not at all where tags have both.
fn extra(out: &mut Vec<u8>, span: &Span<'_>, usual: &str, other: &str, value: Scalar<'_>) {
    let keys = [usual, other].into_iter();
    if let Some(key) = keys.into_iter().find(|key| span.tag(key).is_none()) {
        attribute(out, ATTRIBUTES, key, value);
    }
}
