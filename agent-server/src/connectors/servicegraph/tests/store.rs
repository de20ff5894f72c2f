//! Pairing.

use std::time::Duration;

use crate::connectors::servicegraph::end::{End, Side};
use crate::connectors::servicegraph::store::{Put, Store};

fn end(service: &str) -> End {
    End {
        service: service.to_owned(),
        nanos: 0,
        failed: false,
        messaging: false,
        dimensions: Vec::new(),
        peer: None,
    }
}

const CALL: ([u8; 16], [u8; 8]) = ([1; 16], [2; 8]);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn of_two_spans_of_one_side_the_later_counts() {
    let mut store = Store::new(10, seconds(2));
    assert_eq!(
        store.put(CALL, Side::Client, end("a"), seconds(0)),
        Put::Waits
    );
    assert_eq!(
        store.put(CALL, Side::Client, end("b"), seconds(0)),
        Put::Waits
    );
    let paired = store.put(CALL, Side::Server, end("c"), seconds(0));
    assert_eq!(paired, Put::Paired(Box::new([end("b"), end("c")])));
    assert_eq!(store.len(), 0);
}

#[test]
fn what_waits_again_has_its_whole_time() {
    let mut store = Store::new(10, seconds(2));
    store.put(CALL, Side::Client, end("a"), seconds(0));
    store.put(CALL, Side::Server, end("b"), seconds(1));
    store.put(CALL, Side::Client, end("c"), seconds(1));
    assert_eq!(store.expire(seconds(2)), None);
    assert_eq!(store.expire(seconds(3)), Some((Side::Client, end("c"))));
}

#[test]
fn pairs_leave_nothing_behind_however_many_there_are() {
    let mut store = Store::new(2, seconds(60));
    for call in 0..100_u8 {
        let call = ([call; 16], [1; 8]);
        assert_eq!(
            store.put(call, Side::Client, end("a"), seconds(0)),
            Put::Waits
        );
        assert!(matches!(
            store.put(call, Side::Server, end("b"), seconds(0)),
            Put::Paired(_)
        ));
    }
    assert_eq!(store.len(), 0);
    assert_eq!(store.expire(seconds(99)), None);
}
