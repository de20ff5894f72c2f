//! Batches that a destination refuses for what is in them.

use std::time::Duration;

use campanile_wire::otlp::{Limits, Signal};

use super::support::{Answer, Bench, batches, one_consumer, pass};
use crate::delivery::{Balance, Reason};
use crate::payload::Payload;
use crate::payload::testing::spans;

/// A span whose name is not UTF-8.
fn malformed() -> Payload {
    let mut bytes = spans(["poison"]).bytes().to_vec();
    let at = bytes.windows(6).position(|window| window == b"poison");
    bytes[at.expect("the name")] = 0xff;
    Payload::parse(Signal::Traces, bytes.into(), &Limits::default()).expect("the framing is sound")
}

fn dropped(balance: &Balance) -> u64 {
    balance.dropped.iter().map(|(_, items)| items).sum()
}

#[tokio::test(start_paused = true)]
async fn one_item_that_is_refused_does_not_take_the_others_with_it() {
    let bench = Bench::new([], one_consumer(), batches(8, 0));
    bench.send("a b c");
    bench.send("d poison e f g");
    pass(1.0).await;
    let sent = ["a b c d poison e f g", "a b c d", "poison e f g"];
    let halves = ["poison e", "poison", "e", "f g"];
    assert_eq!(bench.exporter.contents(), [&sent[..], &halves].concat());
    let balance = bench.balance();
    assert_eq!(balance.sent, 7);
    assert_eq!(balance.dropped, [(Reason::Permanent, 1)]);
    assert!(balance.is_even());
}

#[tokio::test(start_paused = true)]
async fn what_does_not_decode_is_found_without_sending_it_again() {
    let bench = Bench::new([Answer::Refused], one_consumer(), batches(4, 0));
    bench.send("a b");
    bench.send_payload(malformed());
    bench.send("c");
    pass(1.0).await;
    assert_eq!(bench.exporter.contents()[1..], ["a b", "c"]);
    let balance = bench.balance();
    assert_eq!(balance.sent, 3);
    assert_eq!(balance.dropped, [(Reason::Malformed, 1)]);
    assert!(balance.is_even());
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_refuses_everything_is_not_asked_about_every_item() {
    let everything = (0..1_000).map(|_| Answer::Refused);
    let bench = Bench::new(everything, one_consumer(), None);
    bench.send(&"a ".repeat(500));
    pass(1.0).await;
    let attempts = bench.exporter.attempts().len();
    assert!((50..100).contains(&attempts), "{attempts}");
    let balance = bench.balance();
    assert_eq!(dropped(&balance), 500);
    assert!(balance.is_even());
}

#[tokio::test(start_paused = true)]
async fn parts_are_tried_again_like_any_other_load() {
    let later = Answer::Later(Some(Duration::from_secs(60)));
    let bench = Bench::new([Answer::Refused, later], one_consumer(), None);
    bench.send("a b");
    pass(100.0).await;
    assert_eq!(bench.exporter.contents(), ["a b", "a", "a", "b"]);
    assert_eq!(bench.balance().sent, 2);
}
