//! Vectors of the two hashes, computed by another program.

use serde_json::json;

use super::super::hash::{Hash, kept_buckets};
use super::{Written, id, state};

/// Trace id, seed, and the randomness under FNV-1a and `MurmurHash3`: the first 14 bits are the
/// bucket turned around, the last 14 the bucket.
const VECTORS: [(&str, u32, &str, &str); 10] = [
    (
        "4bf92f3577b34da6a3ce929d0e0e4736",
        0,
        "fdc80d0b42008d",
        "a25c0e66995768",
    ),
    (
        "4bf92f3577b34da6a3ce929d0e0e4736",
        22,
        "3e50158161306b",
        "1ce01f4fd238c7",
    ),
    (
        "4bf92f3577b34da6a3ce929d0e0e4736",
        0xdead_beef,
        "bcb01768db50d3",
        "61782d1944a7a1",
    ),
    (
        "0af7651916cd43dd8448eb211c80319c",
        0,
        "886c204b10dde4",
        "6978317f5ce5a1",
    ),
    (
        "0af7651916cd43dd8448eb211c80319c",
        4312,
        "e5cc0cbc2fc68c",
        "531809de772b39",
    ),
    (
        "463ac35c9f6413ad48485a3953bb6124",
        0,
        "5700181807aa3f",
        "a44c20521696ec",
    ),
    (
        "00000000000000000000000000000001",
        0,
        "74f42e348fe2c2",
        "90f02843125bc3",
    ),
    (
        "ffffffffffffffffffffffffffffffff",
        22,
        "693000ed3b65b3",
        "1ce836f3bfb8c5",
    ),
    (
        "fefefefefefefefefe80000000000000",
        0,
        "ff50350941002b",
        "29d8100201b589",
    ),
    (
        "a0a0a0a0a0a0a0a0a0fe000000000000",
        4312,
        "1af030a22bb943",
        "8f180907415c39",
    ),
];

#[test]
fn the_randomness_of_a_hash_is_as_others_calculate_it() {
    for (trace_id, seed, fnv, murmur) in VECTORS {
        for (hash, expected) in [(Hash::Fnv, fnv), (Hash::Murmur, murmur)] {
            let mut written = String::new();
            hash.randomness(seed, &id(trace_id)).write(&mut written);
            assert_eq!(written, expected, "{hash:?} of {trace_id} with {seed}");
        }
    }
}

#[test]
fn bytes_that_do_not_fill_a_word_are_hashed_too() {
    // The buckets of the published MurmurHash3 values of these texts.
    let vectors: [(u32, &str, u64); 5] = [
        (0, "", 0),
        (1, "", 0x514e_28b7),
        (0, "test", 0xba6b_d213),
        (0, "Hello, world!", 0xc036_3e43),
        (0, "hello", 0x248b_fa47),
    ];
    for (seed, text, hash) in vectors {
        let mut written = String::new();
        Hash::Murmur
            .randomness(seed, text.as_bytes())
            .write(&mut written);
        let randomness = u64::from_str_radix(&written, 16).expect("hex");
        assert_eq!(randomness & 0x3fff, hash & 0x3fff, "{text}");
        assert_eq!(randomness >> 42, 0x3fff - (hash & 0x3fff), "{text}");
    }
}

#[test]
fn a_percentage_keeps_as_many_buckets_as_in_single_precision() {
    let expected = [
        (100.0, 16_384),
        (99.99, 16_382),
        (50.0, 8_192),
        (100.0 / 3.0, 5_461),
        (10.0, 1_638),
        (1.0, 163),
        (0.01, 1),
        (0.006, 0),
    ];
    for (percentage, kept) in expected {
        assert_eq!(kept_buckets(percentage), kept, "{percentage}");
    }
}

#[test]
fn a_bucket_is_kept_from_the_percentage_on_that_reaches_it() {
    // 0af7... is in bucket 1676 of FNV-1a with seed 4312 and 11065 of MurmurHash3: a hundredth of
    // 16384 each, rounded down, is what a percentage keeps.
    for (mode, bucket) in [("hash_seed", 1676.0), ("murmur3", 11_065.0)] {
        for (kept, percentage) in [(false, bucket / 163.84), (true, (bucket + 1.1) / 163.84)] {
            let config = json!({
                "mode": mode, "hash_seed": 4312, "sampling_percentage": percentage,
            });
            let trace_id = id("0af7651916cd43dd8448eb211c80319c");
            let span = Written {
                trace_id,
                ..Written::default()
            };
            assert_eq!(state(&config, span).is_some(), kept, "{mode} {percentage}");
        }
    }
}

#[test]
fn what_a_hash_keeps_says_its_threshold_and_its_randomness() {
    let expected = [
        (100.0, "0"),
        (75.0, "4"),
        (50.0, "8"),
        (25.0, "c"),
        (10.0, "e668"),
        (100.0 / 3.0, "aaac"),
    ];
    for (percentage, threshold) in expected {
        let config = json!({"sampling_percentage": percentage});
        let trace_id = id("fefefefefefefefefe80000000000000");
        let span = Written {
            trace_id,
            trace_state: "vendor=1",
            ..Written::default()
        };
        let said = format!("ot=rv:ff50350941002b;th:{threshold},vendor=1");
        assert_eq!(state(&config, span), Some(said));
    }
}

#[test]
fn a_hash_does_not_go_on_with_what_others_sampled() {
    for trace_state in ["ot=th:8", "ot=rv:ffffffffffffff"] {
        let config = |closed: bool| json!({"sampling_percentage": 100, "fail_closed": closed});
        let span = || Written {
            trace_id: id("fefefefefefefefefe80000000000000"),
            trace_state,
            ..Written::default()
        };
        assert_eq!(state(&config(true), span()), None);
        assert_eq!(state(&config(false), span()).as_deref(), Some(trace_state));
    }
}
