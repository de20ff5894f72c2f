//! Properties of whatever comes.

use bytes::Bytes;
use campanile_wire::otlp::{Limits, Signal};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::split::Split;
use super::{Scene, Written, child, errors, payload};
use crate::payload::Payload;

fn spans() -> impl Strategy<Value = Vec<Written<'static>>> {
    let span =
        (0_u8..6, 0_u8..3, 0_u64..3, 0_u8..200).prop_map(|(trace, parent, status, name)| Written {
            parent,
            status,
            ..child(trace, &name.to_string())
        });
    prop::collection::vec(span, 0..12)
}

/// Payloads, each so many milliseconds after the one before.
fn arrivals() -> impl Strategy<Value = Vec<(u64, Vec<Written<'static>>)>> {
    prop::collection::vec((0_u64..2_000, spans()), 1..20)
}

fn config(max_traces: usize, blocks: bool) -> Value {
    json!({
        "decision_wait": "3s", "decide_on_root": "1s", "num_traces": max_traces,
        "block_on_overflow": blocks, "decision_cache": {"sampled_cache_size": 3},
        "policies": [errors(), {"name": "some", "type": "probabilistic",
            "probabilistic": {"sampling_percentage": 40}}],
    })
}

/// What is handed over, and what was sampled out of each payload.
fn run(config: &Value, arrivals: &[(u64, Vec<Written<'_>>)]) -> (Vec<String>, Vec<Option<u64>>) {
    let mut scene = Scene::new(config);
    let mut now = 0;
    let mut taken = Vec::new();
    for (wait, spans) in arrivals {
        now += wait;
        scene.arrive(now, payload(spans));
        taken.extend(scene.decide(now));
    }
    taken.extend(scene.drain(now));
    let answers = (0..arrivals.len()).map(|index| scene.answer(index));
    (taken, answers.collect())
}

proptest! {
    #[test]
    fn every_span_is_handed_over_or_sampled_out_once(
        arrivals in arrivals(), max_traces in 1_usize..8, blocks: bool
    ) {
        let (taken, answers) = run(&config(max_traces, blocks), &arrivals);
        let mut out = 0;
        for (answer, (_, spans)) in answers.iter().zip(&arrivals) {
            let sampled_out = answer.expect("every payload is answered for");
            prop_assert!(sampled_out <= spans.len() as u64);
            out += sampled_out;
        }
        let came: usize = arrivals.iter().map(|(_, spans)| spans.len()).sum();
        prop_assert_eq!(taken.len() as u64 + out, came as u64);
    }

    #[test]
    fn the_same_arrivals_at_the_same_times_give_the_same(arrivals in arrivals()) {
        let config = config(4, false);
        prop_assert_eq!(run(&config, &arrivals), run(&config, &arrivals));
    }

    #[test]
    fn any_bytes_and_a_corrupted_request_are_no_panic(
        bytes: Vec<u8>, spans in spans(), at: prop::sample::Index, byte: u8
    ) {
        let _ = Split::new(&bytes);
        let mut request = payload(&spans).bytes().to_vec();
        let at = at.index(request.len());
        request[at] = byte;
        let parsed = Payload::parse(Signal::Traces, Bytes::from(request), &Limits::default());
        if let Ok(payload) = parsed {
            let items = payload.items();
            let mut scene = Scene::new(&config(9, false));
            scene.arrive(0, payload);
            scene.sampler.drain(scene.start);
            let kept: u64 = scene.sampler.take_kept().iter().map(|parcel| parcel.payload.items()).sum();
            prop_assert!(kept <= items);
        }
    }
}
