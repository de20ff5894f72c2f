//! Which points are on the page.

use std::time::Duration;

use campanile_wire::prometheus::text::{Escaping, Format, TextFormat};
use campanile_wire::prometheus::{
    Classic, Exponential, ExponentialBuckets, Family, Kind, Labels, Point, PointValue,
};
use tokio::time::Instant;

use crate::exporters::prometheus::render::render;
use crate::exporters::prometheus::series::{Bounds, Refused, SeriesSet};

const BOUNDS: Bounds = Bounds {
    max_series: 10,
    max_bytes: 1 << 20,
    expiration: Duration::from_secs(300),
};

fn family(name: &str, kind: Kind) -> Family<'static> {
    Family {
        name: name.to_owned(),
        kind,
        help: "",
        unit: String::new(),
    }
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    let pairs = pairs
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    Labels::new(pairs.collect())
}

/// A point at nanosecond `time`.
fn point(time: u64, value: PointValue) -> Point {
    Point {
        labels: Labels::default(),
        start_unix_nano: 0,
        time_unix_nano: time,
        is_delta: false,
        is_stale: false,
        value,
        exemplars: Vec::new(),
    }
}

fn number(time: u64, value: f64) -> Point {
    point(time, PointValue::Number(value))
}

/// The value lines of the page.
fn lines(set: &SeriesSet) -> Vec<String> {
    let page = render(set, Format::default(), false).page;
    let lines = page.lines().filter(|line| !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

#[test]
fn the_latest_point_stays_and_older_ones_do_not() {
    let mut set = SeriesSet::new(BOUNDS);
    let (up, now) = (family("up", Kind::Gauge), Instant::now());
    assert_eq!(set.take(&up, number(5, 1.0), now), Ok(()));
    assert_eq!(set.take(&up, number(4, 2.0), now), Err(Refused::OutOfOrder));
    assert_eq!(lines(&set), ["up 1"]);
    assert_eq!(set.take(&up, number(5, 3.0), now), Ok(()));
    assert_eq!(lines(&set), ["up 3"]);
    let stale = Point {
        is_stale: true,
        ..number(6, 0.0)
    };
    assert_eq!(set.take(&up, stale, now), Ok(()));
    assert_eq!(lines(&set), [""; 0]);
    assert_eq!(set.lines(), 0);
}

#[test]
fn deltas_add_up_where_they_follow_each_other() {
    let mut set = SeriesSet::new(BOUNDS);
    let (total, now) = (family("x_total", Kind::Counter), Instant::now());
    let delta = |start, time, value| Point {
        is_delta: true,
        start_unix_nano: start,
        ..number(time, value)
    };
    let table = [
        (delta(0, 10, 1.0), Ok(()), "x_total 1"),
        (delta(10, 20, 2.0), Ok(()), "x_total 3"),
        // Came twice.
        (delta(10, 20, 2.0), Err(Refused::OutOfOrder), "x_total 3"),
        (delta(0, 15, 2.0), Err(Refused::OutOfOrder), "x_total 3"),
        // Says not since when.
        (delta(0, 30, 4.0), Ok(()), "x_total 7"),
        // A gap: it begins anew.
        (delta(35, 40, 5.0), Ok(()), "x_total 5"),
    ];
    for (point, expected, line) in table {
        assert_eq!(set.take(&total, point, now), expected);
        assert_eq!(lines(&set), [line]);
    }
    let gauge = set.take(&family("g", Kind::Gauge), delta(0, 10, 1.0), now);
    assert_eq!(gauge, Err(Refused::Delta));
}

#[test]
fn histograms_of_deltas_add_up_bucket_by_bucket() {
    let classic = |bounds: &[f64], counts: &[u64]| {
        PointValue::Classic(Classic {
            bounds: bounds.to_vec(),
            counts: counts.to_vec(),
            sum: Some(1.5),
            scale: None,
        })
    };
    let exponential = |offset, counts: &[u64]| {
        PointValue::Exponential(Exponential {
            positive: ExponentialBuckets {
                offset,
                counts: counts.to_vec(),
            },
            sum: Some(1.5),
            ..Exponential::default()
        })
    };
    let table = [
        (
            classic(&[1.0], &[1, 2]),
            classic(&[1.0], &[3, 4]),
            vec!["1 4", "+Inf 10", "sum 3", "count 10"],
        ),
        (
            classic(&[1.0], &[1, 2]),
            classic(&[2.0], &[3, 4]),
            vec!["2 3", "+Inf 7", "sum 1.5", "count 7"],
        ),
        (
            exponential(0, &[1]),
            exponential(1, &[2, 3]),
            vec!["2 1", "4 3", "8 6", "+Inf 6", "sum 3", "count 6"],
        ),
    ];
    for (first, second, expected) in table {
        let mut set = SeriesSet::new(BOUNDS);
        let family = family("t", Kind::Histogram);
        for (time, value) in [(10, first), (20, second)] {
            let delta = Point {
                is_delta: true,
                start_unix_nano: time - 10,
                ..point(time, value)
            };
            set.take(&family, delta, Instant::now()).expect("taken");
        }
        let short = |line: String| {
            let line = line.replace("t_bucket{le=\"", "").replace("\"}", "");
            line.replace("t_", "")
        };
        let found: Vec<_> = lines(&set).into_iter().map(short).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn series_leave_when_nothing_comes_any_more() {
    let mut set = SeriesSet::new(BOUNDS);
    let start = Instant::now();
    let later = start + Duration::from_secs(200);
    set.take(&family("old", Kind::Gauge), number(1, 1.0), start)
        .expect("taken");
    set.take(&family("new", Kind::Gauge), number(1, 2.0), later)
        .expect("taken");
    set.expire(start + Duration::from_secs(299));
    assert_eq!(lines(&set), ["new 2", "old 1"]);
    set.expire(start + Duration::from_secs(300));
    assert_eq!(lines(&set), ["new 2"]);
    assert_eq!(set.lines(), 1);
    // Its name is free again.
    let again = set.take(&family("old", Kind::Counter), number(1, 1.0), later);
    assert_eq!(again, Ok(()));
}

#[test]
fn what_exceeds_the_bounds_is_refused_until_something_leaves() {
    let bounds = Bounds {
        max_series: 2,
        ..BOUNDS
    };
    let mut set = SeriesSet::new(bounds);
    let (up, start) = (family("up", Kind::Gauge), Instant::now());
    let at = |path: &str| Point {
        labels: labels(&[("path", path)]),
        ..number(1, 1.0)
    };
    assert_eq!(set.take(&up, at("a"), start), Ok(()));
    assert_eq!(set.take(&up, at("b"), start), Ok(()));
    assert_eq!(set.take(&up, at("c"), start), Err(Refused::Full));
    // What is there may change.
    assert_eq!(set.take(&up, at("b"), start), Ok(()));
    let later = start + bounds.expiration;
    assert_eq!(set.take(&up, at("c"), later), Ok(()));
    assert_eq!(lines(&set), ["up{path=\"c\"} 1"]);

    let mut set = SeriesSet::new(Bounds {
        max_bytes: 1_000,
        ..BOUNDS
    });
    let long = at(&"x".repeat(1_000));
    assert_eq!(set.take(&up, long, start), Err(Refused::Full));
    let many = Classic {
        bounds: vec![1.0; 15],
        counts: vec![1; 16],
        ..Classic::default()
    };
    let many = point(1, PointValue::Classic(many));
    let taken = set.take(&family("t", Kind::Histogram), many, start);
    assert_eq!(taken, Err(Refused::Full));
    assert_eq!(set.lines(), 0);
}

#[test]
fn no_two_families_share_the_name_of_a_sample() {
    let mut set = SeriesSet::new(BOUNDS);
    let now = Instant::now();
    let histogram = || {
        point(
            1,
            PointValue::Classic(Classic {
                counts: vec![1],
                ..Classic::default()
            }),
        )
    };
    set.take(&family("t", Kind::Histogram), histogram(), now)
        .expect("taken");
    for (name, kind) in [
        ("t", Kind::Gauge),
        ("t_count", Kind::Gauge),
        ("t_bucket", Kind::Counter),
    ] {
        let taken = set.take(&family(name, kind), number(1, 1.0), now);
        assert_eq!(taken, Err(Refused::Conflict), "{name}");
    }
    assert_eq!(
        set.take(&family("t_counts", Kind::Gauge), number(1, 1.0), now),
        Ok(())
    );
}

#[test]
fn the_first_help_text_stays_and_others_are_noticed() {
    let mut set = SeriesSet::new(BOUNDS);
    let with = |help| Family {
        help,
        ..family("up", Kind::Gauge)
    };
    let now = Instant::now();
    assert!(!set.has_other_help(&with("one")));
    set.take(&with("one"), number(1, 1.0), now).expect("taken");
    assert!(set.has_other_help(&with("two")));
    set.take(&with("two"), number(2, 1.0), now).expect("taken");
    let page = render(&set, Format::default(), false).page;
    assert!(page.starts_with("# HELP up one\n"), "{page}");
}

#[test]
fn names_that_become_equal_when_they_are_escaped_hide_each_other() {
    let mut set = SeriesSet::new(BOUNDS);
    let now = Instant::now();
    for name in ["a.b", "a-b"] {
        set.take(&family(name, Kind::Gauge), number(1, 1.0), now)
            .expect("taken");
    }
    for key in ["x.y", "x-y"] {
        let labels = labels(&[(key, "1")]);
        let point = Point {
            labels,
            ..number(1, 1.0)
        };
        set.take(&family("c", Kind::Gauge), point, now)
            .expect("taken");
    }
    let rendered = render(&set, Format::default(), false);
    assert_eq!(rendered.hidden, 2);
    assert!(
        rendered
            .page
            .ends_with("a_b 1\n# TYPE c gauge\nc{x_y=\"1\"} 1\n"),
        "{}",
        rendered.page
    );
    let text = TextFormat::Prometheus;
    let escaping = Escaping::AllowUtf8;
    let quoted = render(&set, Format { text, escaping }, false);
    assert_eq!(quoted.hidden, 0);
    assert!(quoted.page.contains("{\"a.b\"} 1\n"), "{}", quoted.page);
}
