//! Attempts that fail.

use std::time::Duration;

use super::support::{Answer, Bench, one_consumer, pass};
use crate::config::HumanDuration;
use crate::delivery::{Balance, DeliverySettings, Reason};

fn steady(seconds: u64) -> DeliverySettings {
    let mut settings = one_consumer();
    settings.retry.initial_interval = HumanDuration(Duration::from_secs(seconds));
    settings.retry.randomization_factor = 0.0;
    settings.retry.multiplier = 1.0;
    settings
}

fn started(bench: &Bench) -> Vec<u64> {
    let attempts = bench.exporter.attempts();
    attempts.iter().map(|(at, _)| at.as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_may_work_later_is_repeated_until_it_does() {
    let failures = vec![Answer::Later(None); 200];
    let bench = Bench::new(failures, steady(5), None);
    bench.send("a b");
    pass(500.0).await;
    let balance = bench.balance();
    assert_eq!(
        (balance.in_flight, balance.dropped),
        (2, vec![]),
        "not given up"
    );
    pass(600.0).await;
    assert_eq!(bench.exporter.attempts().len(), 201);
    let expected = Balance {
        received: 2,
        sent: 2,
        ..Balance::default()
    };
    assert_eq!(bench.balance(), expected);
}

#[tokio::test(start_paused = true)]
async fn the_destination_is_left_alone_for_as_long_as_it_asked() {
    let answers = [Answer::Later(Some(Duration::from_secs(60)))];
    let bench = Bench::new(answers, steady(5), None);
    bench.send("a");
    pass(100.0).await;
    assert_eq!(started(&bench), [0, 60]);
}

#[tokio::test(start_paused = true)]
async fn what_the_destination_will_never_take_is_dropped_and_the_next_goes_on() {
    let bench = Bench::new([Answer::Never], steady(5), None);
    bench.send("a b");
    bench.send("c");
    pass(1.0).await;
    assert_eq!(bench.exporter.contents(), ["a b", "c"]);
    let balance = bench.balance();
    assert_eq!(
        (balance.sent, balance.dropped),
        (1, vec![(Reason::Permanent, 2)])
    );
    let line = r#"otelcol_exporter_send_failed_spans{exporter="otlp",pipeline="traces"} 2"#;
    assert!(bench.metrics.render().contains(line));
}

#[tokio::test(start_paused = true)]
async fn rejected_items_are_counted_and_never_sent_again() {
    let bench = Bench::new([Answer::Partial(2), Answer::Partial(99)], steady(5), None);
    bench.send("a b c");
    bench.send("d");
    pass(100.0).await;
    let expected = Balance {
        received: 4,
        sent: 1,
        rejected: 3,
        ..Balance::default()
    };
    assert_eq!(bench.balance(), expected, "no more than there was");
    assert_eq!(bench.exporter.attempts().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_never_answers_is_tried_again_after_the_timeout() {
    let mut settings = steady(5);
    settings.timeout = Duration::from_secs(3);
    let bench = Bench::new([Answer::Hang], settings, None);
    bench.send("a");
    pass(10.0).await;
    assert_eq!(started(&bench), [0, 8]);
    assert_eq!(bench.balance().sent, 1);
}

#[tokio::test(start_paused = true)]
async fn a_payload_is_given_up_when_its_time_has_passed() {
    let mut settings = steady(5);
    settings.retry.max_elapsed_time = HumanDuration(Duration::from_secs(12));
    let bench = Bench::new(vec![Answer::Later(None); 9], settings, None);
    bench.send("a");
    pass(60.0).await;
    assert_eq!(started(&bench), [0, 5, 10]);
    assert_eq!(bench.balance().dropped, [(Reason::Expired, 1)]);
}

#[tokio::test(start_paused = true)]
async fn an_exporter_that_panics_costs_its_payload_and_nothing_else() {
    let bench = Bench::new([Answer::Panic], steady(5), None);
    bench.send("a");
    bench.send("b");
    pass(1.0).await;
    let balance = bench.balance();
    assert_eq!(
        (balance.sent, balance.dropped),
        (1, vec![(Reason::Panicked, 1)])
    );
    assert_eq!((balance.queued, balance.in_flight), (0, 0));
}
