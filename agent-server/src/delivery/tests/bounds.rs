//! What a lane takes, and what it puts into one attempt.

use std::time::Duration;

use super::support::{Answer, Bench, batches, one_consumer, pass};
use crate::component::Refusal;
use crate::config::ByteSize;
use crate::delivery::{Balance, DeliverySettings, QueueSettings, Reason};
use crate::payload::testing::spans;

const OVERLOADED: Refusal = Refusal::Overloaded {
    retry_after: Duration::from_secs(1),
};

fn queue_of(queue_size: usize, max_bytes: u64) -> DeliverySettings {
    DeliverySettings {
        queue: QueueSettings {
            num_consumers: 1,
            queue_size,
            max_bytes: ByteSize(max_bytes),
            ..QueueSettings::default()
        },
        ..DeliverySettings::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_full_by_payloads_refuses_until_one_has_been_answered() {
    let slow = [Answer::Slow(Duration::from_secs(2))];
    let bench = Bench::new(slow, queue_of(2, 1 << 20), None);
    bench.send("a");
    bench.send("b");
    let payload = spans(["c"]);
    assert_eq!(bench.lane().reserve(&payload).err(), Some(OVERLOADED));
    pass(1.0).await;
    let refusal = bench.lane().reserve(&payload).err();
    assert_eq!(refusal, Some(OVERLOADED), "what is under way counts too");
    pass(1.5).await;
    bench.send("c");
    pass(1.0).await;
    assert_eq!(bench.exporter.contents(), ["a", "b", "c"]);
    let page = bench.metrics.render();
    let line = r#"otelcol_exporter_enqueue_failed_spans{exporter="otlp",pipeline="traces"} 2"#;
    assert!(page.contains(line), "{page}");
    let line = r#"otelcol_exporter_queue_capacity{exporter="otlp",pipeline="traces"} 2"#;
    assert!(page.contains(line), "{page}");
}

#[tokio::test(start_paused = true)]
async fn a_payload_that_waits_for_room_counts_as_refused_once() {
    let bench = Bench::new([Answer::Hang], queue_of(1, 1 << 20), None);
    bench.send("a");
    let mut payload = spans(["b"]);
    for _ in 0..3 {
        assert_eq!(bench.lane().reserve(&payload).err(), Some(OVERLOADED));
        payload = payload.refused_before();
    }
    let page = bench.metrics.render();
    let line = r#"otelcol_exporter_enqueue_failed_spans{exporter="otlp",pipeline="traces"} 1"#;
    assert!(page.contains(line), "{page}");
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_full_by_bytes_refuses() {
    let size = spans(["a"]).size() as u64;
    let bench = Bench::new([], queue_of(100, 2 * size), None);
    bench.send("a");
    bench.send("b");
    assert_eq!(bench.lane().reserve(&spans(["c"])).err(), Some(OVERLOADED));
    pass(1.0).await;
    bench.send("c");
}

#[tokio::test(start_paused = true)]
async fn a_payload_that_could_never_fit_is_rejected_for_good() {
    let bench = Bench::new([], queue_of(100, 10), None);
    let refusal = bench.lane().reserve(&spans(["a"])).err();
    assert!(
        matches!(&refusal, Some(Refusal::Rejected(text)) if text.contains("max_bytes")),
        "{refusal:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_is_not_used_gives_its_room_back() {
    let bench = Bench::new([], queue_of(1, 1 << 20), None);
    let payload = spans(["a"]);
    let permit = bench.lane().reserve(&payload).expect("room");
    assert_eq!(bench.lane().reserve(&payload).err(), Some(OVERLOADED));
    drop(permit);
    assert!(bench.lane().reserve(&payload).is_ok());
    assert_eq!(bench.balance(), Balance::default(), "nothing was taken");
}

#[tokio::test(start_paused = true)]
async fn a_lane_that_sheds_never_refuses_and_counts_what_found_no_room() {
    let settings = DeliverySettings {
        shed: true,
        ..queue_of(1, 1 << 20)
    };
    let bench = Bench::new([Answer::Hang], settings, None);
    bench.send("a");
    bench.send("b c");
    pass(1.0).await;
    let balance = bench.balance();
    assert_eq!(balance.dropped, [(Reason::QueueFull, 2)]);
    assert_eq!((balance.received, balance.in_flight), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn without_a_queue_a_payload_is_refused_while_another_is_sent() {
    let mut settings = queue_of(100, 1 << 20);
    settings.queue.enabled = false;
    let slow = [Answer::Slow(Duration::from_secs(2))];
    let bench = Bench::new(slow, settings, batches(100, 0));
    bench.send("a");
    pass(0.001).await;
    assert_eq!(
        bench.exporter.contents(),
        ["a"],
        "nothing waits for company"
    );
    assert_eq!(bench.lane().reserve(&spans(["b"])).err(), Some(OVERLOADED));
    pass(2.0).await;
    bench.send("b");
}

#[tokio::test(start_paused = true)]
async fn without_a_batch_processor_every_payload_goes_by_itself_in_order() {
    let bench = Bench::in_order([]);
    for name in ["a", "b c", "d"] {
        bench.send(name);
    }
    pass(1.0).await;
    assert_eq!(bench.exporter.contents(), ["a", "b c", "d"]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_sent_when_it_is_full_or_its_oldest_payload_has_waited_long_enough() {
    let bench = Bench::new([], one_consumer(), batches(3, 0));
    bench.send("a b");
    pass(0.1).await;
    bench.send("c");
    pass(0.001).await;
    assert_eq!(bench.exporter.contents(), ["a b c"], "full");
    bench.send("d");
    pass(0.15).await;
    bench.send("e");
    pass(0.04).await;
    assert_eq!(bench.exporter.attempts().len(), 1, "not yet");
    pass(0.02).await;
    assert_eq!(bench.exporter.contents(), ["a b c", "d e"]);
}

#[tokio::test(start_paused = true)]
async fn payloads_that_wait_for_company_do_not_fill_the_queue() {
    let bench = Bench::new([], queue_of(4, 1 << 20), batches(100, 0));
    for _ in 0..10 {
        bench.send("a");
        pass(0.001).await;
    }
    assert_eq!(bench.exporter.contents(), ["a a"; 5]);
}

#[tokio::test(start_paused = true)]
async fn as_many_attempts_as_consumers_are_under_way_at_once() {
    let mut settings = one_consumer();
    settings.queue.num_consumers = 3;
    let slow = vec![Answer::Slow(Duration::from_secs(1)); 5];
    let bench = Bench::new(slow, settings, None);
    for name in ["a", "b", "c", "d", "e"] {
        bench.send(name);
    }
    pass(0.5).await;
    assert_eq!(bench.exporter.attempts().len(), 3);
    let balance = bench.balance();
    assert_eq!((balance.queued, balance.in_flight), (2, 3));
    pass(1.0).await;
    assert_eq!(bench.exporter.attempts().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_batch_beyond_the_maximum_is_split_and_the_rest_waits_for_company() {
    let bench = Bench::new([], one_consumer(), batches(3, 4));
    bench.send("a b");
    bench.send("c d e f g h i");
    pass(0.001).await;
    assert_eq!(bench.exporter.contents(), ["a b c d", "e f g h"]);
    pass(0.1).await;
    bench.send("j");
    pass(0.15).await;
    assert_eq!(bench.exporter.contents()[2..], ["i j"]);
}

#[tokio::test(start_paused = true)]
async fn room_is_given_back_while_rests_go_on_waiting() {
    // Each batch leaves one item more behind, which must hold on to the room of its own payload
    // only, not to that of all before.
    let bench = Bench::new([], queue_of(3, 1 << 20), batches(7, 7));
    for rest in 1..7 {
        bench.send("a b c d e f g h");
        pass(0.001).await;
        assert_eq!(bench.balance().queued, rest);
    }
}
