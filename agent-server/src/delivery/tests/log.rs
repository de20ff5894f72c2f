//! What a lane says in the log.

use super::support::{Answer, Bench, one_consumer, pass};
use crate::exporters::testing::Pages;

/// Whether there are as many lines as texts, and each holds its own.
fn assert_lines(pages: &Pages, texts: &[&str]) {
    let lines = pages.lines();
    let found = lines
        .iter()
        .zip(texts)
        .all(|(line, text)| line.contains(text));
    assert!(found && lines.len() == texts.len(), "{lines:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_failing_destination_is_told_of_once_and_once_when_it_works_again() {
    let pages = Pages::open();
    let bench = Bench::new(vec![Answer::Later(None); 20], one_consumer(), None);
    bench.send("a");
    bench.send("b c");
    pass(3_600.0).await;
    assert_lines(&pages, &["WARN", "INFO"]);
    let lines = pages.lines();
    for text in [
        "trying again",
        "as the script says",
        "exporter=otlp",
        "pipeline=traces",
        "waiting=3",
    ] {
        assert!(lines[0].contains(text), "{text}: {}", lines[0]);
    }
    assert!(lines[1].contains("works again after"), "{}", lines[1]);
}

#[tokio::test(start_paused = true)]
async fn what_is_given_up_is_told_of_with_the_reason() {
    let pages = Pages::open();
    let bench = Bench::in_order(vec![Answer::Never; 5]);
    for _ in 0..5 {
        bench.send("a");
    }
    pass(1.0).await;
    assert_lines(&pages, &["is dropped (permanent)"]);
}

#[tokio::test(start_paused = true)]
async fn rejected_items_are_told_of_once() {
    let pages = Pages::open();
    let bench = Bench::in_order(vec![Answer::Partial(1); 5]);
    for _ in 0..5 {
        bench.send("a");
    }
    pass(1.0).await;
    assert_lines(&pages, &["rejects items for good"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_left_when_a_lane_is_stopped_is_told_of() {
    let pages = Pages::open();
    let bench = Bench::in_order([Answer::Hang]);
    bench.send("a b");
    pass(1.0).await;
    bench.tasks.stop().await;
    assert_lines(&pages, &["items=2"]);
}
