//! What becomes of requests around their items.

use serde_json::{Value, json};

use super::{Written, id, process, sampler, spans};
use crate::origin::Origin;
use crate::payload::Payload;

const ALL: &str = "111111111111111111ffffffffffffff";
const NONE: &str = "11111111111111111100000000000000";

fn half() -> Value {
    json!({"mode": "equalizing", "sampling_percentage": 50})
}

fn of(ids: &[&str]) -> Payload {
    spans(ids.iter().map(|hex| Written {
        trace_id: id(hex),
        trace_state: "ot=th:8",
        ..Written::default()
    }))
}

#[test]
fn a_request_of_which_nothing_changes_is_the_one_that_came() {
    let payload = of(&[ALL, ALL]);
    let left = process(&half(), payload.clone()).expect("kept");
    assert_eq!(left.bytes().as_ptr(), payload.bytes().as_ptr());
}

#[test]
fn a_request_of_which_nothing_is_kept_is_gone() {
    assert_eq!(process(&json!({}), of(&[ALL, NONE])), None);
}

#[test]
fn resources_without_spans_go_and_the_others_stay_as_they_are() {
    let payload = Payload::join(vec![of(&[ALL]), of(&[NONE]), of(&[ALL])]).expect("three");
    let left = process(&half(), payload).expect("two are kept");
    assert_eq!(Some(left), Payload::join(vec![of(&[ALL]), of(&[ALL])]));
}

#[test]
fn spans_keep_their_order_and_their_origins() {
    let part = |receiver: &str, ids: &[&str]| of(ids).with_origin(Origin::new(receiver, "grpc"));
    let parts = vec![
        part("a", &[ALL, NONE]),
        part("b", &[NONE, NONE, ALL]),
        part("c", &[ALL]),
    ];
    let left = process(&half(), Payload::join(parts).expect("three")).expect("three are kept");
    let shown = |payload: &Payload| {
        let origins = payload.origins().each();
        let shown = origins.map(|origin| origin.map(ToString::to_string).unwrap_or_default());
        shown.collect::<Vec<_>>()
    };
    assert_eq!(shown(&left), ["a over grpc", "b over grpc", "c over grpc"]);
    let one = process(&half(), part("a", &[ALL, NONE, ALL])).expect("two are kept");
    assert_eq!(shown(&one), ["a over grpc", "a over grpc"]);
}

#[test]
fn the_same_payload_gets_the_same_answer_from_every_agent() {
    let ids: Vec<_> = (0..64_u128)
        .map(|n| format!("{:032x}", n.pow(13) + 1))
        .collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for mode in ["hash_seed", "murmur3", "proportional"] {
        let config = json!({"mode": mode, "sampling_percentage": 30, "hash_seed": 7});
        let payload = || {
            spans(ids.iter().map(|hex| Written {
                trace_id: id(hex),
                ..Written::default()
            }))
        };
        let first = sampler(&config)
            .0
            .process(payload())
            .expect("never refused");
        let second = sampler(&config)
            .0
            .process(payload())
            .expect("never refused");
        assert_eq!(first, second);
    }
}
