//! Bounds, books and bells.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use proptest::prelude::*;
use tokio::sync::Notify;

use crate::queue::{Bounds, Item, Overflow, Queue};
use crate::stats::DropReason;

fn item(body: &[u8]) -> Item<'_> {
    Item {
        head: &[],
        body,
        count: 1,
    }
}

fn queue(max_bytes: usize) -> Queue<u8> {
    with_bounds(bounds(max_bytes))
}

fn bounds(max_bytes: usize) -> Bounds {
    Bounds {
        block_bytes: 8,
        ..Bounds::new(max_bytes, usize::MAX)
    }
}

fn with_bounds(bounds: Bounds) -> Queue<u8> {
    Queue::new(bounds, 1, Arc::new(Notify::new()))
}

/// Everything that waits, block by block.
fn drain(queue: &Queue<u8>) -> Vec<(u8, Vec<u8>)> {
    queue.gather();
    let mut blocks = Vec::new();
    while let Some(taken) = queue.take() {
        for block in &taken.blocks {
            blocks.push((*block.key(), block.bytes().to_vec()));
        }
        queue.settle(taken.items, taken.charge);
    }
    blocks
}

#[test]
fn items_of_one_key_lie_one_behind_the_other() {
    let queue = queue(1024);
    let framed = Item {
        head: b"<",
        body: b"a",
        count: 1,
    };
    queue.push(&1, framed).unwrap();
    queue.push(&2, item(b"x")).unwrap();
    queue.push(&1, item(b"b")).unwrap();
    let blocks = drain(&queue);
    assert_eq!(blocks, [(1, b"<ab".to_vec()), (2, b"x".to_vec())]);
}

#[test]
fn a_block_without_room_makes_way_for_another() {
    let queue = queue(1024);
    for body in [b"aaaaa", b"bbbbb"] {
        queue.push(&1, item(body)).unwrap();
    }
    queue.push(&1, item(b"a long one")).unwrap();
    let blocks = drain(&queue);
    let bytes: Vec<_> = blocks.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    assert_eq!(bytes, [&b"aaaaa"[..], b"bbbbb", b"a long one"]);
}

#[test]
fn more_keys_than_a_shard_keeps_open_seal_the_oldest() {
    let queue = queue(1 << 20);
    for key in 0..100 {
        queue.push(&key, item(b"a")).unwrap();
    }
    let keys: HashSet<_> = drain(&queue).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys.len(), 100);
}

#[test]
fn a_full_queue_refuses_the_newest_item() {
    let queue = queue(16);
    assert_eq!(queue.push(&1, item(b"aaaaaaaa")), Ok(()));
    assert_eq!(queue.push(&1, item(b"bbbbbbbb")), Ok(()));
    assert_eq!(queue.push(&1, item(b"c")), Err(DropReason::BufferFull));
    let counts = queue.counts();
    assert_eq!(
        (counts.offered, counts.dropped_full, counts.held),
        (3, 1, 2)
    );
    let bytes: Vec<_> = drain(&queue).into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(bytes, [b"aaaaaaaa", b"bbbbbbbb"]);
}

#[test]
fn a_full_queue_drops_the_oldest_if_told_so() {
    let queue = with_bounds(Bounds {
        overflow: Overflow::DropOldest,
        ..bounds(16)
    });
    for body in [b"aaaaaaaa", b"bbbbbbbb", b"cccccccc"] {
        assert_eq!(queue.push(&1, item(body)), Ok(()));
    }
    let counts = queue.counts();
    assert_eq!(
        (counts.offered, counts.dropped_full, counts.held),
        (3, 1, 2)
    );
    let bytes: Vec<_> = drain(&queue).into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(bytes, [b"bbbbbbbb", b"cccccccc"]);
}

#[test]
fn the_oldest_gives_way_even_if_it_lies_in_an_open_block() {
    let queue = with_bounds(Bounds {
        overflow: Overflow::DropOldest,
        ..bounds(64)
    });
    for key in 1..=2 {
        assert_eq!(queue.push(&key, item(b"a")), Ok(()));
    }
    assert_eq!(queue.push(&3, item(&[0; 60])), Ok(()));
    let keys: Vec<_> = drain(&queue).into_iter().map(|(key, _)| key).collect();
    assert_eq!((keys, queue.counts().dropped_full), (vec![3], 2));
}

#[test]
fn what_is_on_its_way_is_not_dropped_for_something_newer() {
    let queue = with_bounds(Bounds {
        overflow: Overflow::DropOldest,
        ..bounds(8)
    });
    queue.push(&1, item(b"a")).unwrap();
    queue.gather();
    let taken = queue.take().unwrap();
    assert_eq!(queue.push(&1, item(b"b")), Err(DropReason::BufferFull));
    queue.settle(taken.items, taken.charge);
    assert_eq!(queue.push(&1, item(b"b")), Ok(()));
}

#[test]
fn an_item_larger_than_the_queue_is_refused_and_leaves_the_others_alone() {
    let queue = with_bounds(Bounds {
        overflow: Overflow::DropOldest,
        ..bounds(16)
    });
    queue.push(&1, item(b"a")).unwrap();
    assert_eq!(queue.push(&1, item(&[0; 17])), Err(DropReason::BufferFull));
    assert_eq!(queue.counts().held, 1);
}

#[test]
fn items_on_their_way_count_until_they_are_settled() {
    let queue = queue(8);
    queue.push(&1, item(b"a")).unwrap();
    queue.gather();
    let taken = queue.take().unwrap();
    assert_eq!(queue.push(&1, item(b"b")), Err(DropReason::BufferFull));
    assert_eq!((queue.counts().held, queue.waiting()), (1, 0));
    queue.settle(taken.items, taken.charge);
    assert_eq!(queue.counts().held, 0);
    assert_eq!(queue.push(&1, item(b"b")), Ok(()));
}

#[test]
fn a_bound_in_items_holds_too() {
    let queue = with_bounds(Bounds {
        max_items: 2,
        ..bounds(1024)
    });
    queue.push(&1, item(b"a")).unwrap();
    queue.push(&1, item(b"b")).unwrap();
    assert_eq!(queue.push(&1, item(b"c")), Err(DropReason::BufferFull));
    let blocks = drain(&queue);
    assert_eq!(blocks.len(), 2, "half of the bound is a batch");
    assert_eq!(queue.push(&1, item(b"c")), Ok(()));
}

#[test]
fn the_oldest_gives_way_to_the_bound_in_items_too() {
    let queue = with_bounds(Bounds {
        max_items: 2,
        overflow: Overflow::DropOldest,
        ..bounds(1024)
    });
    for body in [b"a", b"b", b"c"] {
        assert_eq!(queue.push(&1, item(body)), Ok(()));
    }
    let bytes: Vec<_> = drain(&queue).into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(bytes, [b"b", b"c"]);
    let many = Item {
        count: 3,
        ..item(b"d")
    };
    queue.push(&1, item(b"e")).unwrap();
    assert_eq!(queue.push(&1, many), Err(DropReason::BufferFull));
    assert_eq!(queue.counts().held, 1, "it leaves the others alone");
}

#[test]
fn a_batch_is_bounded_in_items_and_in_bytes() {
    let of = |batch_items, batch_bytes| {
        let queue = with_bounds(Bounds {
            batch_items,
            batch_bytes,
            ..bounds(1024)
        });
        for _ in 0..7 {
            queue.push(&1, item(b"aaaa")).unwrap();
        }
        queue.gather();
        let batches = std::iter::from_fn(|| queue.take().map(|taken| taken.items));
        batches.collect::<Vec<_>>()
    };
    assert_eq!(of(3, usize::MAX), [2, 2, 3], "blocks are whole");
    assert_eq!(of(4, usize::MAX), [4, 3]);
    assert_eq!(of(1, usize::MAX), [1; 7]);
    assert_eq!(of(usize::MAX, 24), [6, 1]);
    assert_eq!(of(usize::MAX, 1), [2, 2, 2, 1], "at least one block");
}

#[test]
fn nothing_is_no_batch_however_small_the_buffer() {
    for (max_bytes, max_items) in [(0, usize::MAX), (1, usize::MAX), (1024, 0)] {
        let queue = with_bounds(Bounds::new(max_bytes, max_items));
        assert!(!queue.has_batch(), "the worker would never sleep");
        assert_eq!(queue.push(&1, item(b"ab")), Err(DropReason::BufferFull));
    }
}

#[test]
fn a_closed_queue_takes_nothing_and_keeps_what_it_has() {
    let queue = queue(1024);
    queue.push(&1, item(b"a")).unwrap();
    queue.close();
    assert_eq!(queue.push(&1, item(b"b")), Err(DropReason::Shutdown));
    let counts = queue.counts();
    assert_eq!(
        (counts.offered, counts.dropped_late, counts.held),
        (2, 1, 1)
    );
}

#[test]
fn an_abandoned_queue_is_empty_and_stays_so() {
    let queue = with_bounds(Bounds {
        max_items: 8,
        ..bounds(1024)
    });
    queue.push(&1, item(b"a")).unwrap();
    queue.gather();
    let on_its_way = queue.take().unwrap();
    queue.push(&1, item(b"b")).unwrap();
    assert_eq!(queue.abandon(), 2);
    assert_eq!((queue.counts().held, queue.bill()), (0, (0, 0)));
    queue.settle(on_its_way.items, on_its_way.charge);
    assert_eq!(queue.bill(), (0, 0), "what is settled late is no more");
    assert_eq!(queue.push(&1, item(b"c")), Err(DropReason::Shutdown));
}

#[test]
fn the_bell_rings_for_the_first_item_after_arming_and_when_the_queue_fills_up() {
    let wake = Arc::new(Notify::new());
    let bounds = Bounds {
        batch_items: 4,
        ..bounds(64)
    };
    let queue = Queue::new(bounds, 1, Arc::clone(&wake));
    let rung = || wake.notified().now_or_never().is_some();
    queue.push(&1, item(b"aaaa")).unwrap();
    assert!(rung(), "the first");
    for _ in 0..3 {
        queue.push(&1, item(b"aaaa")).unwrap();
    }
    assert!(!rung(), "others");
    queue.push(&1, item(b"aaaa")).unwrap();
    assert!(rung(), "a quarter of the bound");
    assert!(queue.has_batch());
    assert!(queue.arm(), "there is something already");
    drain(&queue);
    assert!(!queue.arm());
    queue.push(&1, item(b"a")).unwrap();
    assert!(rung(), "the first again");
}

#[test]
fn a_full_queue_says_so_before_anything_is_encoded_until_there_is_room() {
    let queue = queue(8);
    queue.push(&1, item(b"a")).unwrap();
    assert!(!queue.refuses(1));
    queue.push(&2, item(b"b")).unwrap_err();
    assert!(queue.refuses(3) && queue.is_full());
    let counts = queue.counts();
    assert_eq!((counts.offered, counts.dropped_full), (5, 4));
    drain(&queue);
    assert!(!queue.refuses(1));
    assert_eq!(queue.push(&2, item(b"b")), Ok(()));
}

#[test]
fn a_large_item_without_room_says_nothing_of_the_others() {
    let queue = queue(16);
    queue.push(&1, item(b"a")).unwrap();
    queue.push(&1, item(&[0; 16])).unwrap_err();
    assert!(!queue.refuses(1) && !queue.is_full());
}

#[test]
fn many_keys_do_not_waste_the_bound() {
    const BOUND: usize = 1 << 20;
    let bounds = Bounds::new(BOUND, usize::MAX);
    let queue: Queue<u16> = Queue::new(bounds, 2, Arc::new(Notify::new()));
    let mut kept = 0;
    for key in (0..1000).cycle().take(30_000) {
        kept += usize::from(queue.push(&key, item(&[0; 100])).is_ok());
    }
    assert!(kept * 100 > BOUND / 10 * 6, "{kept} items");
}

#[test]
fn a_closed_queue_takes_the_last_words_of_who_closed_it() {
    let queue = queue(1024);
    queue.close();
    assert_eq!(queue.push_last(&1, item(b"a")), Ok(()));
    assert_eq!(queue.counts().held, 1);
}

#[test]
fn memory_is_used_again() {
    let queue = queue(1024);
    queue.push(&1, item(b"aaaaaaaa")).unwrap();
    queue.gather();
    let taken = queue.take().unwrap();
    let place = taken.blocks[0].bytes().as_ptr();
    queue.settle(taken.items, taken.charge);
    queue.recycle(taken.blocks);
    queue.push(&2, item(b"b")).unwrap();
    queue.gather();
    let taken = queue.take().unwrap();
    assert_eq!(taken.blocks[0].bytes(), b"b");
    assert_eq!(taken.blocks[0].bytes().as_ptr(), place);
}

#[test]
fn a_panic_while_a_lock_is_held_does_no_harm() {
    let queue = queue(1024);
    std::thread::scope(|scope| {
        let poisoner = scope.spawn(|| {
            let _locked = queue.lock();
            panic!("on purpose");
        });
        assert!(poisoner.join().is_err());
    });
    assert_eq!(queue.push(&1, item(b"a")), Ok(()));
    assert_eq!(drain(&queue).len(), 1);
}

#[test]
fn many_threads_lose_nothing_and_keep_the_order_of_each() {
    let bounds = Bounds {
        batch_items: 64,
        ..Bounds::new(1 << 20, usize::MAX)
    };
    let queue = Queue::new(bounds, 4, Arc::new(Notify::new()));
    let running = AtomicUsize::new(4);
    let mut seen = Vec::new();
    let take = |seen: &mut Vec<[u8; 4]>| {
        queue.gather();
        while let Some(taken) = queue.take() {
            for block in &taken.blocks {
                seen.extend(block.bytes().as_chunks::<4>().0);
            }
            queue.settle(taken.items, taken.charge);
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..4u8 {
            let (queue, running) = (&queue, &running);
            scope.spawn(move || {
                for number in 0..20_000u32 {
                    let [_, a, b, c] = number.to_be_bytes();
                    // Only a queue that is full for the moment may say no.
                    while queue.push(&1, item(&[thread, a, b, c])).is_err() {
                        std::thread::yield_now();
                    }
                }
                running.fetch_sub(1, Ordering::Relaxed);
            });
        }
        while running.load(Ordering::Relaxed) > 0 {
            take(&mut seen);
        }
    });
    take(&mut seen);
    let distinct: HashSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (80_000, 80_000));
    let counts = queue.counts();
    assert_eq!(counts.held, 0);
    assert_eq!(counts.offered, 80_000 + counts.dropped_full);
    assert_eq!(queue.bill(), (0, 0));
}

#[test]
fn memory_is_got_ready_as_long_as_it_is_asked_for() {
    let queue = queue(1024);
    assert!(!queue.prepare(), "nothing was asked for");
    queue.push(&1, item(b"aaaaaaaa")).unwrap();
    queue.push(&1, item(b"aaaaaaaa")).unwrap();
    assert!(queue.prepare());
    assert!(!queue.prepare());
    // What was got ready is not charged, and has room for items.
    assert_eq!(queue.bill().0, 16);
    for _ in 0..8 {
        queue.push(&1, item(b"bbbbbbbb")).unwrap();
    }
    assert_eq!(drain(&queue).len(), 10);
}

proptest! {
    /// Whatever is done to a queue, its books balance and its bound holds.
    #[test]
    fn the_books_balance(
        actions in proptest::collection::vec((0u8..5, 0u8..3, 1usize..12), 0..200),
        oldest in any::<bool>(),
        max_items in prop_oneof![Just(usize::MAX), 1usize..8],
    ) {
        let overflow = if oldest { Overflow::DropOldest } else { Overflow::DropNewest };
        let bounds = Bounds { max_items, overflow, batch_items: 3, ..bounds(64) };
        let queue = with_bounds(bounds);
        let mut on_their_way = Vec::new();
        let mut settled = 0;
        for (action, key, size) in actions {
            match action {
                0..=2 => { let _ = queue.push(&key, item(&vec![key; size])); }
                3 => { queue.gather(); on_their_way.extend(queue.take()); }
                _ => if let Some(taken) = on_their_way.pop() {
                    queue.settle(taken.items, taken.charge);
                    settled += taken.items as u64;
                },
            }
            let counts = queue.counts();
            prop_assert_eq!(counts.offered, counts.dropped_full + counts.held + settled);
            prop_assert!(queue.bill().0 <= 64);
            prop_assert!(counts.held <= max_items as u64);
        }
        for taken in on_their_way {
            queue.settle(taken.items, taken.charge);
        }
        drain(&queue);
        prop_assert_eq!(queue.bill(), (0, 0));
    }
}
