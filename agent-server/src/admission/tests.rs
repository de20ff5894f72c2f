//! Who gets what, and when it is there again.

use std::time::Duration;

use super::*;
use crate::ops::{Counter, Metrics};

const SECOND: Duration = Duration::from_secs(1);

fn ceiling(soft: u64, hard: u64) -> Ceiling {
    Ceiling {
        soft,
        hard,
        check_interval: SECOND,
    }
}

fn memory(bytes: u64) -> Memory {
    let memory = Memory::default();
    // For as long as there is the memory.
    std::mem::forget(memory.limit(ceiling(bytes, 2 * bytes)));
    memory
}

fn budget(memory: &Memory, party: i32) -> (Budget, Counter) {
    let refused = Metrics::default().counter("refused", "", &[]);
    let party = Party::Process(Some(party));
    (Budget::new(memory.clone(), party, refused.clone()), refused)
}

#[test]
fn what_is_leased_is_there_again_when_its_request_is_done() {
    let memory = memory(100);
    let ((one, _), (other, refused)) = (budget(&memory, 1), budget(&memory, 2));
    let (one, other) = (one.lease(), other.lease());
    assert!(one.grow(40) && one.grow(20));
    assert!(!other.grow(30));
    assert_eq!(refused.get(), 1);
    assert!(other.grow(20));
    let serving = one.clone();
    drop(one);
    assert!(!other.grow(20), "somebody still has it");
    drop(serving);
    assert!(other.grow(20));
    assert_eq!(memory.used(), 40);
    drop(other);
    assert_eq!(memory.used(), 0);
}

#[test]
fn a_request_larger_than_all_memory_is_taken_when_it_is_alone() {
    let memory = memory(10);
    let ((one, _), (other, _)) = (budget(&memory, 1), budget(&memory, 2));
    let large = one.lease();
    assert!(large.grow(8) && large.grow(8));
    assert!(!other.lease().grow(1));
    drop(large);
    let _waits = memory.keep(8);
    assert!(!one.lease().grow(8), "what waits counts");
    assert!(one.lease().grow(1));
}

#[test]
fn a_sender_may_hold_as_much_as_it_leaves_to_the_others() {
    let memory = memory(1_000);
    let (greedy, refused) = budget(&memory, 1);
    let leases: Vec<_> = (0..50).map(|_| greedy.lease()).collect();
    let taken = leases.iter().filter(|lease| lease.grow(100)).count();
    assert_eq!((taken, refused.get()), (5, 45));
    let (modest, refused) = budget(&memory, 2);
    for _ in 0..50 {
        assert!(modest.lease().grow(100));
    }
    assert_eq!(refused.get(), 0);
}

#[test]
fn a_body_is_leased_in_steps_and_no_further_than_it_says() {
    let memory = memory(100 << 20);
    let lease = budget(&memory, 1).0.lease();
    assert!(lease.cover(10, 20) && lease.cover(20, 20));
    assert_eq!(lease.bytes(), 20);
    assert!(lease.cover(30, 50 << 20));
    assert_eq!(lease.bytes(), 30 + (1 << 20));
}

#[test]
fn without_a_limit_only_what_arrives_is_bounded() {
    let memory = Memory::default();
    let _waits = memory.keep(1 << 40);
    let ((one, _), (other, _)) = (budget(&memory, 1), budget(&memory, 2));
    let (one, other) = (one.lease(), other.lease());
    assert!(other.grow(32 << 20));
    assert!(one.grow(48 << 20));
    assert!(!one.grow(1 << 20));
    assert_eq!(memory.window(), 2 << 20);
}

#[test]
fn what_the_process_had_before_is_not_left_for_telemetry() {
    let memory = memory(100);
    memory.begin(60);
    let ((one, _), (other, _)) = (budget(&memory, 1), budget(&memory, 2));
    let (one, other) = (one.lease(), other.lease());
    assert!(one.grow(20));
    assert!(!other.grow(11) && other.grow(10));
    memory.begin(1_000);
    assert!(!other.grow(1));
    drop(one);
    assert!(budget(&memory, 3).0.lease().grow(7));
}

#[test]
fn of_several_limits_the_lowest_holds() {
    let memory = memory(100);
    let _higher = memory.limit(ceiling(200, 300));
    assert_eq!(memory.ceiling(), Some(ceiling(100, 200)));
    let lower = memory.limit(ceiling(50, 80));
    assert_eq!(memory.ceiling(), Some(ceiling(50, 80)));
    assert_eq!(memory.window(), 128 << 10);
    drop(lower);
    assert_eq!(memory.ceiling(), Some(ceiling(100, 200)));
}

#[tokio::test(start_paused = true)]
async fn who_is_not_refused_waits_for_what_is_given_back() {
    let memory = memory(100);
    let ((one, _), (other, _)) = (budget(&memory, 1), budget(&memory, 2));
    let (first, second) = (one.lease(), other.lease());
    assert!(first.grow(80));
    let waiting = tokio::spawn(second.clone().reach(40));
    tokio::task::yield_now().await;
    assert_eq!(second.bytes(), 0);
    first.release();
    let waited = tokio::time::timeout(SECOND, waiting).await;
    waited.expect("woken").expect("no panic");
    assert_eq!((second.bytes(), memory.used()), (40, 40));
}

#[tokio::test(start_paused = true)]
async fn a_process_beyond_its_limit_takes_nothing_until_it_is_well_below() {
    let memory = memory(100);
    let limits = ceiling(100, 200);
    memory.judge(limits, 201);
    assert!(memory.is_pressed());
    let lease = budget(&memory, 1).0.lease();
    assert!(!lease.grow(1));
    let waits = memory.keep(50);
    memory.judge(limits, 150);
    assert!(memory.is_pressed(), "half of it is telemetry");
    let waiting = tokio::spawn(lease.clone().reach(1));
    tokio::task::yield_now().await;
    drop(waits);
    memory.judge(limits, 150);
    assert!(!memory.is_pressed());
    let waited = tokio::time::timeout(SECOND, waiting).await;
    waited.expect("woken").expect("no panic");
}

#[tokio::test]
async fn the_watch_is_there_for_as_long_as_a_limit_is() {
    use crate::component::Tasks;
    let memory = Memory::default();
    let tasks = Tasks::default();
    memory.watch(&tasks);
    let limited = memory.limit(Ceiling {
        check_interval: Duration::from_millis(1),
        ..ceiling(0, 1)
    });
    if cfg!(target_os = "linux") {
        until(|| memory.is_pressed()).await;
    }
    drop(limited);
    until(|| !memory.is_pressed()).await;
    assert!(tasks.stop_within(SECOND).await);
}

/// Waits until `condition` holds.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn senders_are_told_apart_by_host_or_on_this_machine_by_connection() {
    use crate::serve::Peer;
    let party = |address: &str| Party::from(Peer::Inet(address.parse().expect("an address")));
    assert_eq!(party("192.0.2.1:1"), party("192.0.2.1:2"));
    assert_eq!(party("[2001:db8::1]:1"), party("[2001:db8::2]:1"));
    assert_ne!(party("127.0.0.1:1"), party("127.0.0.1:2"));
    assert_eq!(party("[::ffff:192.0.2.1]:1"), party("192.0.2.1:1"));
}
