//! Samplers: what is left of whatever they are given.

use bytes::Bytes;
use campanile_agent::component::{Context, Processing, Shared};
use campanile_agent::payload::Payload;
use campanile_agent::processors::PROCESSORS;
use campanile_wire::otlp::{Limits, Signal};
use serde_json::json;

/// A request of spans or log records that passes the scan is sampled without a panic, and what is
/// left passes it too, with what the sampler says is in it.
pub(super) fn probabilistic(bytes: &[u8]) {
    let [signal, mode, request @ ..] = bytes else {
        return;
    };
    let signal = if *signal % 2 == 0 {
        Signal::Traces
    } else {
        Signal::Logs
    };
    let modes = ["equalizing", "hash_seed", "murmur3", "proportional"];
    let config = json!({
        "mode": modes[usize::from(*mode) % modes.len()], "sampling_percentage": 60,
        "fail_closed": *mode >= 128, "from_attribute": "a", "sampling_priority": "p",
    });
    let request = Bytes::copy_from_slice(request);
    let Ok(payload) = Payload::parse(signal, request, &Limits::default()) else {
        return;
    };
    let entry = PROCESSORS
        .iter()
        .find(|entry| entry.is("probabilistic_sampler"));
    let configured = entry.expect("it is built in").configure(&config);
    let context = Context {
        id: "probabilistic_sampler".parse().expect("an id"),
        shared: Shared::default(),
    };
    let built = configured
        .expect("the configuration is valid")
        .build(context);
    let Ok(Processing::Step(sampler)) = built else {
        panic!("it is not a step");
    };
    let items = payload.items();
    let Ok(Some(left)) = sampler.process(payload) else {
        return;
    };
    assert!(left.items() > 0 && left.items() <= items);
    let again = Payload::parse(signal, left.bytes().clone(), &Limits::default());
    assert_eq!(again, Ok(left));
}
