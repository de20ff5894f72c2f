//! Properties on random and corrupted requests.

use bytes::Bytes;
use campanile_wire::otlp::{Limits, Signal};
use proptest::prelude::*;
use serde_json::json;

use super::{Written, id, process, spans};
use crate::payload::Payload;

fn limits() -> Limits {
    Limits::default()
}

fn written() -> impl Strategy<Value = Written<'static>> {
    let states = [
        "",
        "ot=th:8",
        "a=1",
        "ot=rv:ffffffffffffff",
        "wrong",
        "ot=x:y,b=2",
    ];
    (any::<u128>(), prop::sample::select(states.to_vec())).prop_map(|(trace_id, trace_state)| {
        Written {
            trace_id: id(&format!("{trace_id:032x}")),
            trace_state,
            priority: None,
        }
    })
}

fn modes() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["hash_seed", "murmur3", "proportional", "equalizing"])
}

proptest! {
    #[test]
    fn what_is_left_decodes_and_is_sampled_again_the_same(
        items in prop::collection::vec(written(), 0..20), mode in modes(), percentage in 0.0..100.0
    ) {
        let config = json!({"mode": mode, "sampling_percentage": percentage});
        if let Some(left) = process(&config, spans(items)) {
            let again = Payload::parse_deep(Signal::Traces, left.bytes().clone(), &limits());
            prop_assert_eq!(again.as_ref(), Ok(&left));
            if mode == "equalizing" {
                prop_assert_eq!(process(&config, left.clone()), Some(left));
            }
        }
    }

    #[test]
    fn a_corrupted_request_is_no_panic_and_what_is_left_is_sound(
        items in prop::collection::vec(written(), 1..8), mode in modes(), logs: bool,
        at: prop::sample::Index, byte: u8
    ) {
        let mut request = spans(items).bytes().to_vec();
        let at = at.index(request.len());
        request[at] = byte;
        let signal = if logs { Signal::Logs } else { Signal::Traces };
        if let Ok(payload) = Payload::parse(signal, Bytes::from(request), &limits()) {
            let config = json!({"mode": mode, "sampling_percentage": 70, "fail_closed": false});
            if let Some(left) = process(&config, payload) {
                let again = Payload::parse(signal, left.bytes().clone(), &limits());
                prop_assert_eq!(again, Ok(left));
            }
        }
    }
}
