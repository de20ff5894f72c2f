use bytes::Bytes;
use campanile_wire::otlp::Signal;

use super::*;

fn address(exporter: &str) -> Address {
    Address {
        pipeline: "traces".to_owned(),
        exporter: exporter.to_owned(),
    }
}

fn keep(letters: &DeadLetters, exporter: &str, turn: u64, reason: &str) -> Result<(), LogError> {
    let payload = [Bytes::from(format!("payload {turn}")), Bytes::from("!")];
    let letter = NewLetter {
        time: 100 + turn,
        died: 200 + turn,
        signal: Signal::Traces,
        items: turn + 1,
        reason,
        detail: "400: no such tenant",
        payload: &payload,
    };
    letters.keep(&address(exporter), &letter)
}

fn payloads(replay: &mut Replay, most: usize) -> Vec<String> {
    let mut payloads = Vec::new();
    while payloads.len() < most
        && let Some(letter) = replay.letter().expect("read")
    {
        payloads.push(String::from_utf8(letter.payload.to_vec()).expect("text"));
        replay.done(&letter).expect("noted");
    }
    payloads
}

#[test]
fn letters_are_kept_with_all_that_is_known_and_counted() {
    let root = tempfile::tempdir().expect("a directory");
    let letters = DeadLetters::open(root.path(), 1 << 20).expect("opened");
    for turn in 0..4 {
        let reason = if turn < 3 { "permanent" } else { "malformed" };
        keep(&letters, "otlp/a", turn, reason).expect("kept");
    }
    keep(&letters, "zipkin", 9, "permanent").expect("kept");
    drop(letters);
    let offline = counts_in(root.path()).expect("looked at");
    let seen: Vec<_> = offline
        .iter()
        .map(|count| (count.letters, count.items))
        .collect();
    assert_eq!(seen, [(4, 10), (1, 10)]);
    let letters = DeadLetters::open(root.path(), 1 << 20).expect("opened");
    let count = |exporter, reason: &str, letters, items, oldest| Count {
        address: address(exporter),
        reason: Some(reason.to_owned()),
        letters,
        items,
        oldest: Some(oldest),
    };
    assert_eq!(
        letters.counts().expect("read"),
        [
            count("otlp/a", "malformed", 1, 4, 103),
            count("otlp/a", "permanent", 3, 6, 100),
            count("zipkin", "permanent", 1, 10, 109),
        ]
    );
    let mut replay = letters.replay(&address("zipkin")).expect("there");
    let letter = replay.letter().expect("read").expect("there");
    assert_eq!((letter.time, letter.died, letter.items), (109, 209, 10));
    assert_eq!(letter.detail, "400: no such tenant");
    assert_eq!(&*letter.payload, b"payload 9!");
}

#[test]
fn a_letter_comes_again_until_it_was_handed_over_and_one_that_dies_again_is_a_new_one() {
    let root = tempfile::tempdir().expect("a directory");
    let letters = DeadLetters::open(root.path(), 1 << 20).expect("opened");
    for turn in 0..3 {
        keep(&letters, "a", turn, "permanent").expect("kept");
    }
    let mut replay = letters.replay(&address("a")).expect("there");
    assert!(letters.replay(&address("a")).is_none(), "one at a time");
    assert_eq!(payloads(&mut replay, 1), ["payload 0!"]);
    replay.letter().expect("read").expect("there");
    drop(replay);
    drop(letters);
    let letters = DeadLetters::open(root.path(), 1 << 20).expect("opened");
    let mut replay = letters.replay(&address("a")).expect("there");
    assert_eq!(payloads(&mut replay, 1), ["payload 1!"]);
    keep(&letters, "a", 7, "permanent").expect("kept");
    assert_eq!(payloads(&mut replay, 9), ["payload 2!"]);
    drop(replay);
    let mut replay = letters.replay(&address("a")).expect("there");
    assert_eq!(payloads(&mut replay, 9), ["payload 7!"]);
    drop(replay);
    assert!(letters.replay(&address("a")).is_none());
    assert_eq!(letters.addresses(), []);
    drop(letters);
    DeadLetters::open(root.path(), 1 << 20).expect("opened");
    assert!(!root.path().join("000001").exists(), "an empty pile goes");
}

#[test]
fn letters_take_no_more_room_than_they_may_together() {
    let root = tempfile::tempdir().expect("a directory");
    let letters = DeadLetters::open(root.path(), 100_000).expect("opened");
    let mut kept = 0;
    let refused = loop {
        match keep(
            &letters,
            if kept % 2 == 0 { "a" } else { "b" },
            kept,
            "permanent",
        ) {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, LogError::Full { max: 100_000, .. }));
    assert!(letters.bytes() <= 100_000 && letters.bytes() > 90_000);
    let (gone, items) = letters.drop_all(&address("a")).expect("dropped");
    assert_eq!(gone, kept.div_ceil(2));
    assert!(items > gone);
    assert_eq!(letters.drop_all(&address("a")).expect("nothing"), (0, 0));
    assert_eq!(letters.drop_all(&address("c")).expect("nothing"), (0, 0));
    keep(&letters, "a", 1, "permanent").expect("there is room again");
    assert_eq!(letters.addresses(), [address("a"), address("b")]);
}

#[test]
fn what_is_no_letter_is_skipped_and_long_details_are_cut() {
    let root = tempfile::tempdir().expect("a directory");
    let letters = DeadLetters::open(root.path(), 1 << 20).expect("opened");
    let foreign = NewRecord {
        time: 0,
        signal: Signal::Traces,
        items: 1,
        body: &[Bytes::from_static(&[1, 2, 3])],
    };
    let mut kept = letters.lock();
    kept.pile(&address("a"))
        .expect("made")
        .log
        .append(&[foreign])
        .expect("appended");
    drop(kept);
    let letter = NewLetter {
        time: 0,
        died: 0,
        signal: Signal::Logs,
        items: 1,
        reason: "permanent",
        detail: &"\u{e9}".repeat(2_000),
        payload: &[],
    };
    letters.keep(&address("a"), &letter).expect("kept");
    let mut replay = letters.replay(&address("a")).expect("there");
    let letter = replay.letter().expect("read").expect("there");
    assert_eq!((letter.detail.len(), letter.payload.len()), (1_024, 0));
    assert_eq!(replay.letter().expect("read"), None);
}
