//! What happens to items: each is sent once, or dropped and counted.

use std::sync::Arc;

use shuttle::thread;

use crate::check;
use crate::client::{Agent, BOUNDS, Client, Delay};
use crate::queue::{Bounds, Overflow};
use crate::shutdown::Ending;
use crate::stats::DropReason;

/// Lets some threads push some items each; returns how many were kept at first.
fn push(client: &Arc<Client>, threads: u8, each: u8) -> usize {
    let push = |thread: u8| {
        let client = Arc::clone(client);
        thread::spawn(move || {
            let numbers = thread * each..(thread + 1) * each;
            let kept = numbers.filter(|&number| client.push(number).is_ok());
            kept.count()
        })
    };
    let pushers: Vec<_> = (0..threads).map(push).collect();
    let kept = pushers.into_iter().map(|pusher| pusher.join().unwrap());
    kept.sum()
}

fn start(client: &Arc<Client>) -> thread::JoinHandle<()> {
    let client = Arc::clone(client);
    thread::spawn(move || client.work())
}

fn end(client: &Client, worker: thread::JoinHandle<()>) {
    assert_eq!(client.shut_down(), Ending::Stopped);
    worker.join().unwrap();
}

#[test]
fn every_item_is_sent_once_without_being_asked_for() {
    check(|| {
        let client = Client::new(BOUNDS, 2, Agent::Answers, Delay::Passes);
        let worker = start(&client);
        assert_eq!(push(&client, 3, 3), 9);
        client.wait_until_sent();
        end(&client, worker);
        assert_eq!(client.audit().offered, 9);
        assert_eq!(client.sent().len(), 9);
    });
}

/// An item can be overlooked only if none follows, and only while the worker, done with those
/// before, asks to be woken. It takes two of them to use up what it asked for before.
#[test]
fn the_bell_rings_for_an_item_that_comes_as_the_worker_falls_asleep() {
    check(|| {
        let client = Client::new(BOUNDS, 1, Agent::Answers, Delay::Passes);
        let worker = start(&client);
        for pair in (0..80).step_by(10) {
            for number in [pair, pair + 1] {
                client.push(number).unwrap();
            }
            client.wait_until_sent();
            client.push(pair + 2).unwrap();
            client.wait_until_sent();
        }
        end(&client, worker);
        client.audit();
    });
}

/// The delay lasts: only a bell for so much makes the worker send it.
#[test]
fn the_bell_rings_when_the_queue_fills_up() {
    check(|| {
        let bounds = Bounds {
            batch_items: 2,
            max_bytes: 4 * BOUNDS.block_bytes,
            ..BOUNDS
        };
        let client = Client::new(bounds, 1, Agent::Answers, Delay::Lasts);
        let worker = start(&client);
        assert_eq!(push(&client, 2, 1), 2);
        client.wait_until_sent();
        end(&client, worker);
        client.audit();
    });
}

#[test]
fn a_full_queue_keeps_its_bound_and_counts_what_it_drops() {
    for overflow in [Overflow::DropNewest, Overflow::DropOldest] {
        check(move || {
            let bounds = Bounds {
                max_bytes: 6,
                overflow,
                ..BOUNDS
            };
            let client = Client::new(bounds, 2, Agent::Answers, Delay::Passes);
            let watch = Arc::clone(&client);
            let watcher = thread::spawn(move || {
                for _ in 0..8 {
                    assert!(watch.queue.bill().0 <= bounds.max_bytes);
                }
            });
            let worker = start(&client);
            let kept = push(&client, 3, 3);
            client.wait_until_sent();
            watcher.join().unwrap();
            end(&client, worker);
            let counts = client.audit();
            assert_eq!((counts.offered, counts.dropped_late), (9, 0));
            if overflow == Overflow::DropNewest {
                assert_eq!(client.sent().len(), kept);
            }
        });
    }
}

#[test]
fn a_bound_in_items_is_given_back() {
    for overflow in [Overflow::DropNewest, Overflow::DropOldest] {
        check(move || {
            let bounds = Bounds {
                max_items: 4,
                overflow,
                ..BOUNDS
            };
            let client = Client::new(bounds, 2, Agent::Answers, Delay::Passes);
            let worker = start(&client);
            push(&client, 3, 3);
            client.wait_until_sent();
            end(&client, worker);
            assert_eq!(client.audit().offered, 9);
        });
    }
}

#[test]
fn a_closed_queue_takes_nothing_from_then_on() {
    check(|| {
        let client = Client::new(BOUNDS, 2, Agent::Answers, Delay::Lasts);
        let closer = Arc::clone(&client);
        let closer = thread::spawn(move || {
            closer.queue.close();
            closer.queue.bill()
        });
        push(&client, 2, 2);
        assert_eq!(closer.join().unwrap(), client.queue.bill());
    });
}

#[test]
fn what_was_kept_is_sent_before_the_end() {
    check(|| {
        let client = Client::new(BOUNDS, 2, Agent::Answers, Delay::Passes);
        let worker = start(&client);
        let pusher = Arc::clone(&client);
        let pusher = thread::spawn(move || push(&pusher, 1, 2));
        end(&client, worker);
        let kept = pusher.join().unwrap();
        client.audit();
        assert_eq!(client.sent().len(), kept);
    });
}

#[test]
fn an_abandoned_queue_is_empty_and_stays_so_whoever_pushes() {
    check(|| {
        let client = Client::new(BOUNDS, 2, Agent::Hangs, Delay::Passes);
        let worker = start(&client);
        let ender = Arc::clone(&client);
        let ender = thread::spawn(move || {
            assert_eq!(ender.shut_down(), Ending::Stopped);
            assert_eq!(ender.queue.counts().held, 0);
            assert_eq!(ender.push(100), Err(DropReason::Shutdown));
        });
        push(&client, 2, 3);
        ender.join().unwrap();
        worker.join().unwrap();
        assert_eq!(client.audit().offered, 7);
    });
}

/// Somebody who found the queue full may say so after the last of it was settled.
#[test]
fn an_empty_queue_refuses_nothing() {
    check(|| {
        let bounds = Bounds {
            max_bytes: 2,
            block_bytes: 2,
            ..BOUNDS
        };
        let client = Client::new(bounds, 2, Agent::Answers, Delay::Passes);
        let worker = start(&client);
        push(&client, 2, 2);
        client.wait_until_sent();
        assert!(!client.queue.refuses(1));
        end(&client, worker);
    });
}
