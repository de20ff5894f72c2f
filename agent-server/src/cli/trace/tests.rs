use super::*;
use crate::store::fixture::{TestSpan, payload, span, store};

/// The text of a trace, its lines drawn in ASCII.
fn rendered(spans: &[TestSpan], show: Show) -> String {
    let store = store();
    store.insert(&payload("front", spans)).expect("inserted");
    let trace = store.find("00000000".parse().expect("hex")).expect("one");
    let mut out = Vec::new();
    render_trace(&trace, show, &mut out).expect("a vector takes everything");
    let text = String::from_utf8(out).expect("text");
    text.replace("\u{251c}\u{2500}", "|-")
        .replace("\u{2514}\u{2500}", "`-")
        .replace('\u{2502}', "|")
        .replace('\u{2501}', "=")
}

#[test]
fn a_trace_is_a_tree_with_durations() {
    let spans = [
        span(0xab, 1, "GET /checkout").kind(2).at(0, 24_000_000),
        span(0xab, 2, "charge")
            .kind(3)
            .parent(1)
            .at(2_000_000, 9_000_000)
            .failed(),
        span(0xab, 3, "POST /charge")
            .kind(2)
            .parent(2)
            .at(1_000_000, 8_000_000),
        span(0xab, 4, "ship").parent(1).at(12_000_000, 12_000_000),
        span(0xab, 5, "lost").parent(9).at(23_000_000, 0),
    ];
    let expected = "\
trace 000000000000000000000000000000ab  2026-11-21T20:00:00.000Z  24.0ms  5 spans  1 error

     +0ns    24.0ms  ========================  front  GET /checkout  server
  +2.00ms    9.00ms    =========               |- front  charge  client  error: it broke
  +1.00ms    8.00ms   ========                 |  `- front  POST /charge  server  (starts 1.00ms before its parent: their clocks differ)
  +12.0ms    12.0ms              ============  `- front  ship  internal
                                               (missing parent 0000000000000009)
  +23.0ms       0ns                         =  `- front  lost  internal
";
    assert_eq!(rendered(&spans, Show::default()), expected);
}

#[test]
fn attributes_and_events_lie_under_their_span() {
    let spans = [
        span(0xab, 1, "root")
            .attribute("http.route", "/")
            .attribute("a", "b\u{1b}[31m\nc"),
        span(0xab, 2, "child").parent(1).attribute("k", "v"),
    ];
    let expected = "\
trace 000000000000000000000000000000ab  2026-11-21T20:00:00.000Z  1.00ms  2 spans  0 errors

     +0ns    1.00ms  ========================  front  root  internal
                                               |    a = b\\u{1b}[31m\\nc
                                               |    http.route = /
                                               |    event +0ns begun
     +0ns    1.00ms  ========================  `- front  child  internal
                                                       k = v
                                                       event +0ns begun
";
    assert_eq!(rendered(&spans, Show { attributes: true }), expected);
}

#[test]
fn circles_end_and_deep_chains_stay_narrow() {
    let mut spans = vec![span(0xab, 1, "a").parent(2), span(0xab, 2, "b").parent(1)];
    let text = rendered(&spans, Show::default());
    assert!(text.contains("its parents lead back to itself"), "{text}");
    spans = (1..=200)
        .map(|id| span(0xab, id, "x").parent(id - 1).at(id, 1))
        .collect();
    let text = rendered(&spans, Show::default());
    assert!(text.contains("[level 199] front  x  internal"));
    assert!(text.lines().all(|line| line.len() < 250));
}
