//! `trace_state`: a member of the W3C `tracestate`.

use std::collections::HashSet;

use campanile_wire::protobuf::{Fields, Value};

use super::super::evidence::Evidence;

/// A member that has to have one of some values.
#[derive(Debug)]
pub(in super::super) struct TraceState {
    pub(in super::super) key: String,
    pub(in super::super) values: HashSet<String>,
}

impl TraceState {
    /// Whether any span has it.
    pub(super) fn is_in(&self, trace: &Evidence<'_>) -> bool {
        trace.any_span(|span| {
            let fields = Fields::new(span).map_while(Result::ok);
            let states = fields.filter_map(|field| match field.value {
                Value::Bytes(state) if field.number == 3 => str::from_utf8(state).ok(),
                _ => None,
            });
            states.last().is_some_and(|state| self.matches(state))
        })
    }

    fn matches(&self, state: &str) -> bool {
        let members = state
            .split(',')
            .map(|member| member.trim_matches([' ', '\t']));
        let mut members = members.filter_map(|member| member.split_once('='));
        members.any(|(key, value)| key == self.key && self.values.contains(value))
    }
}
