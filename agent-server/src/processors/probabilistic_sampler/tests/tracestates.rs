use super::super::threshold::{Randomness, Threshold};
use super::super::tracestate::TraceState;

fn told(text: &str, randomness: Option<&str>) -> String {
    let state = TraceState::parse(text).expect("sound");
    let randomness = randomness.map(|text| Randomness::parse(text).expect("randomness"));
    let mut out = String::new();
    state.write(
        randomness,
        Threshold::parse("c").expect("a threshold"),
        &mut out,
    );
    out
}

#[test]
fn the_threshold_is_written_in_front_and_the_rest_stays_in_order() {
    let random = Some("00000000000001");
    let expected = [
        ("", None, "ot=th:c"),
        ("", random, "ot=rv:00000000000001;th:c"),
        ("a=1,b=2", None, "ot=th:c,a=1,b=2"),
        ("a=1, ot=th:8;x:y,\tb=2,,", None, "ot=th:c;x:y,a=1,b=2"),
        (
            "ot=z:1;rv:FD70A3D70A3D71;a:2",
            random,
            "ot=rv:FD70A3D70A3D71;th:c;z:1;a:2",
        ),
        ("t@v=1", None, "ot=th:c,t@v=1"),
    ];
    for (text, random, expected) in expected {
        assert_eq!(told(text, random), expected, "{text}");
    }
}

#[test]
fn what_is_no_tracestate_is_not_read() {
    let long = format!("a={}", "x".repeat(257));
    let many = vec!["a=1"; 33].join(",");
    let huge = vec![format!("a={}", "x".repeat(200)); 6].join(",");
    let wrong = [
        "a",
        "a=",
        "=1",
        "A=1",
        "1=1",
        "a=\u{e4}",
        "a=b=c",
        "a=1 2\u{7}",
        "@v=1",
        "t@=1",
        "t@1=1",
        "ot=th",
        "ot=TH:8",
        "ot=th:8;",
        "ot=rv:1",
        "ot=th:123456789abcdef",
        "ot=th:-1",
        "ot=a:b c",
        &long,
        &many,
        &huge,
    ];
    for text in wrong {
        assert!(TraceState::parse(text).is_err(), "{text}");
    }
}

#[test]
fn as_many_members_as_the_specification_allows_are_read() {
    let text = vec!["a=1"; 31].join(",") + ",ot=th:8";
    let state = TraceState::parse(&text).expect("sound");
    assert_eq!(state.threshold(), Threshold::parse("8"));
}
