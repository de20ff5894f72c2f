//! What is refused, and how keys become limits.

use std::time::Duration;

use serde_json::{Value, json};

use super::limiter::all;
use super::{Config, MemoryLimiter};
use crate::admission::Ceiling;
use crate::component::{Context, Factory as _, Processing, Refusal, Shared, Validate as _};
use crate::payload::testing::spans;
use crate::processors::PROCESSORS;

fn config(value: Value) -> Config {
    serde_json::from_value(value).expect("keys that exist")
}

fn ceiling(value: Value, machine: Option<u64>) -> Option<(u64, u64)> {
    let ceiling = config(value).ceiling(|| machine)?;
    Some((ceiling.soft >> 20, ceiling.hard >> 20))
}

#[test]
fn the_soft_limit_is_a_fifth_below_the_limit_unless_the_spike_says_otherwise() {
    assert_eq!(ceiling(json!({"limit_mib": 100}), None), Some((80, 100)));
    let spike = json!({"limit_mib": 100, "spike_limit_mib": 30});
    assert_eq!(ceiling(spike, None), Some((70, 100)));
    let percent = json!({"limit_percentage": 50, "spike_limit_percentage": 10});
    let machine = Some(1_000 << 20);
    assert_eq!(ceiling(percent.clone(), machine), Some((400, 500)));
    assert_eq!(ceiling(percent, None), None);
}

#[test]
fn what_is_missing_or_contradicts_itself_is_refused() {
    let keys = |value| -> Vec<String> {
        let wrong = config(value).validate();
        wrong.into_iter().map(|invalid| invalid.key).collect()
    };
    assert_eq!(keys(json!({})), ["check_interval", "limit_mib"]);
    let twice = json!({"check_interval": "1s", "limit_mib": 10, "spike_limit_mib": 10});
    assert_eq!(keys(twice), ["spike_limit_mib"]);
    let much = json!({"check_interval": "1s", "limit_percentage": 101});
    assert_eq!(keys(much), ["limit_percentage"]);
    let spike =
        json!({"check_interval": "1s", "limit_percentage": 50, "spike_limit_percentage": 50});
    assert_eq!(keys(spike), ["spike_limit_percentage"]);
}

#[test]
fn the_keys_of_a_garbage_collector_are_taken_and_have_no_effect() {
    let value = json!({
        "check_interval": "1s", "limit_mib": 10,
        "min_gc_interval_when_soft_limited": "1s", "min_gc_interval_when_hard_limited": "1s",
        "max_gc_interval_when_soft_limited": "1s", "max_gc_interval_when_hard_limited": "1s",
    });
    let entry = PROCESSORS.iter().find(|entry| entry.is("memory_limiter"));
    entry.expect("registered").configure(&value).expect("valid");
}

#[test]
fn what_came_without_a_lease_is_refused_while_memory_is_short() {
    let shared = Shared::default();
    let context = Context {
        id: "memory_limiter".parse().expect("an id"),
        shared: shared.clone(),
    };
    let config = config(json!({"check_interval": "2s", "limit_mib": 100}));
    let Ok(Processing::Step(step)) = MemoryLimiter::build(config, context) else {
        panic!("not a step");
    };
    let set = Ceiling {
        soft: 80 << 20,
        hard: 100 << 20,
        check_interval: Duration::from_secs(2),
    };
    assert_eq!(shared.memory.ceiling(), Some(set));
    let payload = spans(["a", "b"]);
    assert!(matches!(step.process(payload.clone()), Ok(Some(_))));
    shared.memory.press(true);
    let refused = step.process(payload);
    assert!(matches!(refused, Err(Refusal::Overloaded { .. })));
    let page = shared.metrics.render();
    let line = "otelcol_processor_refused_spans{processor=\"memory_limiter\"} 2";
    assert!(page.contains(line), "{page}");
    assert!(!step.looks_inside());
}

#[test]
fn the_memory_of_a_machine_is_read_from_what_linux_says() {
    let meminfo = "MemTotal:       16318832 kB\nMemFree:         1 kB\n";
    assert_eq!(all(meminfo), Some(16_318_832 << 10));
    assert_eq!(all("MemFree: 1 kB\n"), None);
}
