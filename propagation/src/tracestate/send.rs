//! What is sent for a `TraceState`, and for one whose header is still known.

use http::HeaderValue;
use opentelemetry::trace::TraceState;

use super::list::{List, Member};
use super::{MAX_MEMBERS, TraceStateHeader, grammar};

/// The header value for a `TraceState` alone; `None` when it has no member that may be sent.
///
/// OpenTelemetry's type takes values that would break out of the header (it looks only for `,`
/// and `=`), so each member is checked again, and left out if it fails.
pub(crate) fn format(state: &TraceState) -> Option<HeaderValue> {
    if *state == TraceState::NONE {
        None
    } else {
        join(valid(state))
    }
}

/// The header value for a `TraceState` that was read from `received`, perhaps changed since.
pub(crate) fn resend(state: &TraceState, received: &TraceStateHeader) -> Option<HeaderValue> {
    let Ok(list) = List::parse(received.as_str().as_bytes()) else {
        return format(state);
    };
    if list.representable().eq(state) {
        return Some(received.to_header_value());
    }
    if state.into_iter().len() == 0 {
        return None;
    }
    let state: Vec<Member<'_>> = valid(state).collect();
    let (changed, kept) = state.split_at(state.len() - unmoved(&state, &list));
    let rest = list.distinct().filter(|member| {
        let lost = !grammar::fits_trace_state(member.0);
        kept.contains(member) || (lost && changed.iter().all(|(key, _)| *key != member.0))
    });
    join(changed.iter().copied().chain(rest))
}

/// How many members at the end of `state` are as received and in the order received.
fn unmoved(state: &[Member<'_>], list: &List<'_>) -> usize {
    let mut known: Vec<Member<'_>> = list.representable().collect();
    let mut count = 0;
    for member in state.iter().rev() {
        let Some(place) = known.iter().position(|other| other == member) else {
            break;
        };
        known.truncate(place);
        count += 1;
    }
    count
}

/// The members that may be sent: valid, and of a repeated key the first.
fn valid(state: &TraceState) -> impl Iterator<Item = Member<'_>> {
    state
        .into_iter()
        .enumerate()
        .filter_map(move |(index, (key, value))| {
            let repeated = state
                .into_iter()
                .take(index)
                .any(|(earlier, _)| earlier == key);
            (!repeated && grammar::is_key(key) && grammar::is_value(value)).then_some((key, value))
        })
}

fn join<'a>(members: impl Iterator<Item = Member<'a>>) -> Option<HeaderValue> {
    let mut text = String::new();
    for (key, value) in members.take(MAX_MEMBERS) {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(key);
        text.push('=');
        text.push_str(value);
    }
    if text.is_empty() {
        None
    } else {
        HeaderValue::try_from(text).ok()
    }
}
