//! How a lane ends.

use std::time::Duration;

use super::support::{Answer, Bench, batches, one_consumer, pass};
use crate::component::Refusal;
use crate::delivery::Reason;
use crate::payload::testing::spans;

#[tokio::test(start_paused = true)]
async fn a_lane_that_is_dropped_delivers_what_it_holds_and_ends() {
    let answers = [Answer::Later(None), Answer::Slow(Duration::from_secs(3))];
    let mut bench = Bench::new(answers, one_consumer(), batches(100, 0));
    bench.send("a");
    bench.send("b");
    let ledger = bench.lane().clone();
    drop(bench.lane.take());
    pass(60.0).await;
    assert!(bench.is_running(), "a clone is left");
    bench.lane = Some(ledger);
    bench.send("c");
    drop(bench.lane.take());
    pass(0.001).await;
    assert_eq!(
        bench.exporter.contents(),
        ["a b", "a b", "c"],
        "what is left waits for no company"
    );
    assert!(!bench.is_running());
}

#[tokio::test(start_paused = true)]
async fn a_permit_keeps_its_lane_open() {
    let mut bench = Bench::in_order([]);
    let payload = spans(["a"]);
    let permit = bench.lane().reserve(&payload).expect("room");
    drop(bench.lane.take());
    pass(10.0).await;
    assert!(bench.is_running());
    permit.send(payload);
    pass(1.0).await;
    assert_eq!(bench.exporter.contents(), ["a"]);
    assert!(!bench.is_running());
}

#[tokio::test(start_paused = true)]
async fn a_lane_that_is_stopped_ends_at_once_and_counts_what_is_left() {
    // One is between two attempts, one in an attempt, one in the batcher, one in the queue.
    let mut settings = one_consumer();
    settings.queue.num_consumers = 2;
    let bench = Bench::new([Answer::Later(None), Answer::Hang], settings, None);
    for names in ["a", "b b", "c c c", "d d d d"] {
        bench.send(names);
    }
    pass(0.1).await;
    let balance = bench.balance();
    assert_eq!((balance.in_flight, balance.queued), (3, 7));
    let begun = tokio::time::Instant::now();
    bench.tasks.stop().await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let balance = bench.balance();
    assert_eq!(balance.dropped, [(Reason::Shutdown, 10)]);
    assert!(balance.is_even() && balance.waiting() == 0, "{balance:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stopped_lane_takes_nothing_and_counts_what_was_promised_room() {
    let bench = Bench::in_order([]);
    let payload = spans(["a"]);
    let permit = bench.lane().reserve(&payload).expect("room");
    bench.tasks.stop().await;
    permit.send(payload.clone());
    assert_eq!(
        bench.lane().reserve(&payload).err(),
        Some(Refusal::ShuttingDown)
    );
    assert_eq!(bench.balance().dropped, [(Reason::Shutdown, 1)]);
}
