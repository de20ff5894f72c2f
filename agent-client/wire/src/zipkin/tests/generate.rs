//! Random spans.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use crate::zipkin::{Annotation, Endpoint, Kind, Span, Tag, Value};

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z.]{0,6}", ".{0,6}"]
}

fn endpoint() -> impl Strategy<Value = Endpoint<'static>> {
    (
        text(),
        option::of(any::<std::net::Ipv4Addr>()),
        option::of(any::<std::net::Ipv6Addr>()),
        0..0x1_0000_i64,
    )
        .prop_map(|(name, ipv4, ipv6, port)| Endpoint {
            service_name: name.into(),
            ipv4: ipv4.map_or_else(String::new, |ip| ip.to_string()).into(),
            ipv6: ipv6.map_or_else(String::new, |ip| ip.to_string()).into(),
            port,
        })
}

fn annotation() -> impl Strategy<Value = Annotation<'static>> {
    (any::<u64>(), text()).prop_map(|(timestamp, value)| Annotation {
        timestamp,
        value: value.into(),
    })
}

fn kind() -> impl Strategy<Value = Option<Kind>> {
    option::of(prop::sample::select(vec![
        Kind::Client,
        Kind::Consumer,
        Kind::Producer,
        Kind::Server,
    ]))
}

/// A span as both formats of v2 can say it.
pub(super) fn span() -> impl Strategy<Value = Span<'static>> {
    let ids = (
        any::<[u8; 16]>(),
        any::<[u8; 8]>(),
        option::of(any::<[u8; 8]>()),
        any::<bool>(),
    );
    let scalars = (
        text(),
        kind(),
        any::<u64>(),
        any::<u64>(),
        any::<[bool; 2]>(),
    );
    let lists = (
        endpoint(),
        endpoint(),
        vec(annotation(), 0..3),
        btree_map(text(), text(), 0..4),
    );
    (ids, scalars, lists).prop_map(|(ids, scalars, lists)| {
        let (mut trace_id, id, parent_id, short) = ids;
        if short {
            trace_id[..8].fill(0);
        }
        trace_id[15] |= 1;
        let mut id = id;
        id[0] |= 1;
        let (name, kind, timestamp, duration, [debug, shared]) = scalars;
        let (local, remote, annotations, tags) = lists;
        let tag = |(key, value): (String, String)| Tag {
            key: key.into(),
            value: Value::Text(value.into()),
        };
        Span {
            trace_id,
            id,
            parent_id: parent_id.filter(|parent| *parent != id && *parent != [0; 8]),
            name: name.into(),
            kind,
            timestamp,
            duration,
            local,
            remote,
            annotations,
            tags: tags.into_iter().map(tag).collect(),
            debug,
            shared,
        }
    })
}
