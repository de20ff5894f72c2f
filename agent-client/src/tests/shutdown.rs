//! Requests and their ends.

use std::time::{Duration, Instant};

use crate::shutdown::{Ending, Requests};

const LONG: Duration = Duration::from_secs(10);

fn stop(requests: &Requests, timeout: Duration) -> Ending {
    requests.ask_to_stop(timeout);
    requests.announce_stop();
    requests.wait_for_end(timeout)
}

#[test]
fn a_flush_ends_as_the_worker_says() {
    let requests = Requests::default();
    std::thread::scope(|scope| {
        let caller = scope.spawn(|| requests.flush(LONG));
        let number = loop {
            if let Some(number) = requests.flush_wanted() {
                break number;
            }
            std::thread::yield_now();
        };
        requests.flushed(number, Ending::Unreachable);
        assert_eq!(caller.join().unwrap(), Ending::Unreachable);
    });
    assert_eq!(requests.flush_wanted(), None);
}

#[test]
fn a_flush_that_succeeded_is_done_though_a_later_one_fails() {
    let requests = Requests::default();
    std::thread::scope(|scope| {
        let caller = scope.spawn(|| requests.flush(LONG));
        while requests.flush_wanted().is_none() {
            std::thread::yield_now();
        }
        requests.flushed(1, Ending::Done);
        // Most often before the caller has woken up.
        requests.flushed(2, Ending::Unreachable);
        assert_eq!(caller.join().unwrap(), Ending::Done);
    });
}

#[test]
fn nobody_waits_longer_than_they_said() {
    let requests = Requests::default();
    assert_eq!(requests.flush(Duration::ZERO), Ending::TimedOut);
    assert_eq!(stop(&requests, Duration::ZERO), Ending::TimedOut);
}

#[test]
fn nobody_waits_for_a_worker_that_is_gone() {
    let requests = Requests::default();
    requests.ended();
    assert_eq!(requests.flush(LONG), Ending::Stopped);
    assert_eq!(stop(&requests, LONG), Ending::Stopped);
}

#[test]
fn the_first_one_who_stops_the_worker_sets_the_time() {
    let requests = Requests::default();
    let before = Instant::now();
    stop(&requests, Duration::ZERO);
    stop(&requests, Duration::ZERO);
    assert!(requests.stop_by().unwrap() <= before + Duration::from_secs(1));
}
