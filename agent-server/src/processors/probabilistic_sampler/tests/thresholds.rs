use super::super::threshold::{Randomness, Threshold};

fn written(threshold: Threshold) -> String {
    let mut out = String::new();
    threshold.write(&mut out);
    out
}

#[test]
fn a_probability_becomes_the_threshold_of_its_complement() {
    let tiny = 2.0_f64.powi(-14);
    let expected = [
        (1.0, 4, "0"),
        (0.5, 4, "8"),
        (0.25, 4, "c"),
        (0.01, 14, "fd70a3d70a3d71"),
        // One digit is all ones, and does not count.
        (0.01, 4, "fd70a"),
        (0.01, 3, "fd71"),
        (0.4, 3, "99a"),
        (0.4, 6, "99999a"),
        (tiny, 4, "fffc"),
        (tiny * tiny, 4, "fffffff"),
        (1.0 - 8e-7, 10, "00000d6bf94d6"),
    ];
    for (probability, precision, threshold) in expected {
        let found = Threshold::of_probability(probability, precision);
        assert_eq!(
            found.map(written).as_deref(),
            Some(threshold),
            "{probability}"
        );
    }
    for wrong in [0.0, 1e-18, 1.1, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Threshold::of_probability(wrong, 4), None, "{wrong}");
    }
}

#[test]
fn a_threshold_keeps_the_randomness_that_is_not_below_it() {
    let half = Threshold::parse("8").expect("a threshold");
    let (at, below) = ("80000000000000", "7fffffffffffff");
    assert!(half.keeps(Randomness::parse(at).expect("randomness")));
    assert!(!half.keeps(Randomness::parse(below).expect("randomness")));
    assert!(Threshold::ALWAYS.keeps(Randomness::new(0)));
    assert!(!Threshold::NEVER.keeps(Randomness::MAX));
}

#[test]
fn what_is_no_threshold_or_randomness_is_not_read() {
    for wrong in ["", "123456789abcdef", "-1", "+1", "0x1", "g"] {
        assert_eq!(Threshold::parse(wrong), None, "{wrong}");
    }
    for wrong in ["", "123456789abcd", "123456789abcdef", "+123456789abcd"] {
        assert_eq!(Randomness::parse(wrong), None, "{wrong}");
    }
    let upper = Randomness::parse("FD70A3D70A3D71");
    assert_eq!(upper, Randomness::parse("fd70a3d70a3d71"));
    assert_eq!(Threshold::parse("8000"), Threshold::parse("8"));
}

#[test]
fn the_randomness_of_a_trace_id_is_its_last_seven_bytes() {
    let mut id = [0xff; 16];
    id[9..].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(
        Some(Randomness::of_trace_id(&id)),
        Randomness::parse("01020304050607")
    );
}
