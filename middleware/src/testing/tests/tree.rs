use std::panic::AssertUnwindSafe;
use std::time::{Duration, SystemTime};

use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt as _, Tracer as _, TracerProvider as _};

use crate::testing::Recorder;

/// Records spans as a table says: name, level, second of the start. They end in the order given.
fn recorded(table: &[(&'static str, usize, u64)]) -> Recorder {
    let telemetry = Recorder::new();
    let tracer = telemetry.tracer_provider().tracer("test");
    let mut above: Vec<Context> = Vec::new();
    let mut spans = Vec::new();
    for (name, level, second) in table {
        above.truncate(*level);
        let parent = above.last().cloned().unwrap_or_default();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(*second);
        let builder = tracer.span_builder(*name).with_start_time(start);
        let context = parent.with_span(builder.start_with_context(&tracer, &parent));
        above.push(context.clone());
        spans.push(context);
    }
    for context in spans {
        context.span().end();
    }
    telemetry
}

#[test]
fn a_span_stands_below_its_parent_and_siblings_by_their_start() {
    let telemetry = recorded(&[
        ("second", 0, 50),
        ("late", 1, 90),
        ("early", 1, 60),
        ("deep", 2, 70),
        ("first", 0, 10),
    ]);
    assert_eq!(telemetry.tree(), "first\nsecond\n  early\n    deep\n  late");
    let names: Vec<_> = telemetry
        .spans()
        .into_iter()
        .map(|span| span.name)
        .collect();
    assert_eq!(names, ["first", "second", "early", "deep", "late"]);
}

#[test]
fn a_span_whose_parent_has_not_ended_is_a_root() {
    let telemetry = Recorder::new();
    let tracer = telemetry.tracer_provider().tracer("test");
    let open = Context::new().with_span(tracer.start("open"));
    drop(tracer.start_with_context("child", &open));
    telemetry.assert_tree("child");
    open.span().end();
    telemetry.assert_tree("open\n  child");
}

#[test]
fn blank_lines_and_the_common_indentation_mean_nothing() {
    let telemetry = recorded(&[("a", 0, 1), ("b", 1, 2), ("c", 0, 3)]);
    for expected in [
        "a\n  b\nc",
        "a\n  b\nc\n",
        "
        a
          b

        c
        ",
    ] {
        telemetry.assert_tree(expected);
    }
}

#[test]
fn a_level_has_two_spaces() {
    let telemetry = recorded(&[("a", 0, 1), ("b", 1, 2)]);
    assert!(telemetry.difference("a\nb").is_some());
    assert!(telemetry.difference("a\n    b").is_some());
    let half = std::panic::catch_unwind(AssertUnwindSafe(|| telemetry.difference("a\n   b")));
    let message = half.unwrap_err();
    let message = message.downcast_ref::<String>().unwrap();
    assert!(message.contains("this line has 3: \"   b\""), "{message}");
}

#[test]
fn a_difference_shows_both_trees_in_full() {
    let telemetry = recorded(&[("a", 0, 1), ("b", 1, 2), ("c", 1, 3), ("d", 0, 4)]);
    let difference = telemetry.difference("a\n  c\n  x [server 200]\nd").unwrap();
    assert_eq!(
        difference,
        "the spans that have ended are not the expected ones\n\n\
         expected:\n    a\n      c\n  -   x [server 200]\n    d\n\n\
         found:\n    a\n  +   b\n      c\n    d\n"
    );
    telemetry.clear();
    let nothing = telemetry.difference("a").unwrap();
    assert!(nothing.ends_with("found:\n    (none)\n"), "{nothing}");
    telemetry.assert_tree("");
}

#[test]
fn lines_match_as_many_as_can() {
    // The first line means both spans; the second one only the first span of them.
    let telemetry = Recorder::new();
    let tracer = telemetry.tracer_provider().tracer("test");
    for kind in [SpanKind::Client, SpanKind::Server] {
        drop(tracer.span_builder("x").with_kind(kind).start(&tracer));
    }
    let difference = telemetry.difference("x [server]\nx [client]").unwrap();
    assert_eq!(difference.matches("\n  - ").count(), 1, "{difference}");
    assert_eq!(difference.matches("\n  + ").count(), 1, "{difference}");
}
