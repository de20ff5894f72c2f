//! What was accepted is delivered, by this run or the next.

use super::support::{Run, WINDOW, numbered, synced};

#[tokio::test]
async fn every_destination_gets_everything_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut run = Run::start(directory.path(), &["a", "b"]);
    for name in numbered(50) {
        assert_eq!(run.append(&name).await, Ok(()));
        run.gate("a").open.add_permits(1);
    }
    run.drain().await;
    for destination in ["a", "b"] {
        assert_eq!(run.gate(destination).taken(), numbered(50));
        let balance = run.balance(destination);
        assert_eq!((balance.received, balance.sent), (50, 50));
    }
}

#[tokio::test]
async fn a_destination_that_does_not_answer_holds_up_neither_senders_nor_others() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut run = Run::start(directory.path(), &["a", "b"]);
    run.gate("b").open.add_permits(1_000);
    for name in numbered(20 * WINDOW) {
        assert_eq!(run.append(&name).await, Ok(()));
    }
    let mut sent = 0;
    while sent < 20 * WINDOW as u64 {
        tokio::task::yield_now().await;
        sent = run.balance_now("b");
    }
    assert!(run.gate("a").taken().is_empty());
    run.drain().await;
    assert_eq!(run.gate("a").taken(), numbered(20 * WINDOW));
}

#[tokio::test]
async fn what_was_not_delivered_is_delivered_after_the_next_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut run = Run::start(directory.path(), &["a", "b"]);
    for name in numbered(3 * WINDOW) {
        assert_eq!(run.append(&name).await, Ok(()));
    }
    run.gate("b").open.add_permits(1_000);
    while run.balance_now("b") < 3 * WINDOW as u64 {
        tokio::task::yield_now().await;
    }
    run.stop().await;
    assert_eq!(run.balance("a").queued, 3 * WINDOW as u64);
    assert_eq!(run.balance("a").sent, 0);

    let mut next = Run::start(directory.path(), &["a", "b"]);
    assert_eq!(next.append("more").await, Ok(()));
    next.drain().await;
    let mut expected = numbered(3 * WINDOW);
    expected.push("more".to_owned());
    assert_eq!(next.gate("a").taken(), expected);
    assert_eq!(next.gate("b").taken(), ["more"]);
    let balance = next.balance("a");
    assert_eq!((balance.received, balance.sent), (13, 13));
}

#[tokio::test]
async fn a_payload_is_accepted_when_it_is_synced_where_that_is_asked_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut run = Run::start_with(directory.path(), &["a"], &synced());
    let all = numbered(20);
    let appends = all.iter().map(|name| run.append(name));
    for outcome in futures_util::future::join_all(appends).await {
        assert_eq!(outcome, Ok(()));
    }
    run.drain().await;
    assert_eq!(run.gate("a").taken(), all);
}

#[tokio::test]
async fn a_new_destination_begins_with_what_comes() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut run = Run::start(directory.path(), &["a"]);
    assert_eq!(run.append("old").await, Ok(()));
    run.stop().await;
    let mut run = Run::start(directory.path(), &["a", "c"]);
    assert_eq!(run.append("new").await, Ok(()));
    run.drain().await;
    assert_eq!(run.gate("a").taken(), ["new", "old"]);
    assert_eq!(run.gate("c").taken(), ["new"]);
}

#[tokio::test]
async fn what_a_lane_has_not_taken_can_be_given_up() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut run = Run::start(directory.path(), &["a"]);
    for name in numbered(10 * WINDOW) {
        assert_eq!(run.append(&name).await, Ok(()));
    }
    // The lane holds as much as fits into memory, and waits for its destination.
    let journal = run.journal.clone().expect("open");
    let discarded = journal.discard("a".to_owned()).await;
    drop(journal);
    assert_eq!(run.append("later").await, Ok(()));
    run.drain().await;
    let taken = run.gate("a").taken();
    assert_eq!(taken.len() as u64, 10 * WINDOW as u64 - discarded.items + 1);
    assert!(discarded.items >= 8 * WINDOW as u64, "{discarded:?}");
    assert!(taken.contains(&"later".to_owned()), "{taken:?}");
    let balance = run.balance("a");
    assert_eq!(balance.dropped.len(), 1, "{balance:?}");
}
