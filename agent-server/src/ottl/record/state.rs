//! Forms that are not protobuf's: tracestate, the names of span kinds, what a metric holds.

use campanile_wire::protobuf::Fields;

use super::super::path::DATA;

/// The value of `key` in a W3C tracestate.
pub(super) fn find<'a>(state: &'a str, key: &str) -> Option<&'a str> {
    members(state)
        .find(|(found, _)| *found == key)
        .map(|(_, value)| value)
}

/// A W3C tracestate with a value for `key`, which comes to the front: whoever changes a member
/// puts it there.
pub(super) fn set(state: &str, key: &str, value: &str) -> String {
    let rest = members(state).filter(|(found, _)| *found != key);
    let all = std::iter::once((key, value)).chain(rest);
    let all: Vec<String> = all.map(|(key, value)| format!("{key}={value}")).collect();
    all.join(",")
}

fn members(state: &str) -> impl Iterator<Item = (&str, &str)> {
    let members = state.split(',');
    members.filter_map(|member| member.trim().split_once('='))
}

/// The name of a span kind, new and old.
pub(super) fn kind(kind: Option<u64>) -> (&'static str, &'static str) {
    match kind.unwrap_or_default() {
        1 => ("Internal", "SPAN_KIND_INTERNAL"),
        2 => ("Server", "SPAN_KIND_SERVER"),
        3 => ("Client", "SPAN_KIND_CLIENT"),
        4 => ("Producer", "SPAN_KIND_PRODUCER"),
        5 => ("Consumer", "SPAN_KIND_CONSUMER"),
        _ => ("Unspecified", "SPAN_KIND_UNSPECIFIED"),
    }
}

/// The number of the field that holds the points of a metric; of several the last counts.
pub(super) fn data(metric: &[u8]) -> Option<u32> {
    let fields = Fields::new(metric).map_while(Result::ok);
    let numbers = fields.map(|field| field.number);
    numbers.filter(|number| DATA.contains(number)).last()
}
