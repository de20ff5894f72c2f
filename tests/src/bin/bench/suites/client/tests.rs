//! That the programs do what their figures are about.

use std::time::{Duration, Instant};

use campanile_tests::sink::Sink;
use opentelemetry::trace::Span as _;

use super::listener::Listener;
use super::pace::{median, paced, percentile};
use super::subject::Subject;
use super::traced::{Room, Traced};

#[test]
fn what_senders_are_given_arrives_and_what_nothing_is_given_does_not() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    for (subject, expected) in [
        (Subject::Campanile, 5),
        (Subject::Nothing, 0),
        (Subject::Sdk, 5),
    ] {
        let sink = runtime.block_on(Sink::start());
        let traced = Traced::open(subject, sink.address(), Room::default()).unwrap();
        for _ in 0..3 {
            traced.span().end();
        }
        traced.flush().unwrap();
        for _ in 0..2 {
            traced.span().end();
        }
        traced.drain().unwrap();
        assert_eq!(sink.count(), expected, "{subject:?}");
        let of_shop = sink
            .spans()
            .iter()
            .filter(|span| span.service == "shop")
            .count();
        assert_eq!(of_shop, expected, "{subject:?}");
        let counters = (subject == Subject::Campanile).then_some(0);
        assert_eq!(traced.counted(), counters, "{subject:?}");
    }
}

#[test]
fn a_span_has_twelve_attributes() {
    let address = "127.0.0.1:9".parse().unwrap();
    let traced = Traced::open(Subject::Nothing, address, Room::default()).unwrap();
    let data = traced.span().exported_data().expect("it is sampled");
    assert_eq!(data.attributes.len(), 12);
}

#[test]
fn subjects_are_found_by_their_names() {
    for subject in [Subject::Campanile, Subject::Nothing, Subject::Sdk] {
        assert_eq!(subject.name().parse(), Ok(subject));
    }
    assert_eq!(
        "x".parse::<Subject>(),
        Err("no subject is named x".to_owned())
    );
}

#[test]
fn a_listener_counts_from_info_on_and_reads_what_the_sdk_says_it_lost() {
    let listener = Listener::default();
    tracing::subscriber::with_default(listener.subscriber(), || {
        tracing::debug!("not counted");
        tracing::info!("counted");
        tracing::warn!(dropped_span_count = 7_u64, other = 3_u64);
    });
    assert_eq!((listener.lines(), listener.lost()), (2, 7));
}

#[test]
fn a_pace_is_kept() {
    let started = Instant::now();
    let mut made = 0;
    paced(50, 1_000, || made += 1);
    assert_eq!(made, 50);
    // The last tick begins 48 ms after the first.
    assert!(started.elapsed() >= Duration::from_millis(48));
}

#[test]
fn medians_and_percentiles_are_values_that_were_measured() {
    assert_eq!(median(vec![9.0, 1.0, 5.0]).to_bits(), 5.0_f64.to_bits());
    let values: Vec<u64> = (1..=1_000).collect();
    let of = |per_mille| percentile(&values, per_mille);
    assert_eq!(
        (of(500), of(990), of(999)),
        (Some(500), Some(990), Some(999))
    );
    assert_eq!(percentile(&[3], 999), Some(3));
    assert_eq!(percentile(&[], 500), None);
}
