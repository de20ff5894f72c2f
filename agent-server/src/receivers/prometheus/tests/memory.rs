//! What becomes of series over several scrapes.

use serde_json::json;

use super::lines;
use super::support::Offline;
use crate::receivers::prometheus::parse::Format;

fn text() -> Offline {
    Offline::new(Format::Text, &json!({"job_name": "shop"}), &json!({}))
}

/// Each answer and its time, and the lines that become of it.
fn check(mut offline: Offline, scrapes: &[(&str, u64, &[&str])]) {
    for (text, now, expected) in scrapes {
        let mut found = lines(&offline.scrape(text, *now));
        found.sort();
        let mut expected = expected.to_vec();
        let up = format!("up{{}} gauge 1.0 @{now}");
        expected.push(&up);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_series_that_is_missing_ends_once_and_may_come_back() {
    check(
        text(),
        &[
            (
                "a{x=\"1\"} 1\na{x=\"2\"} 2\n",
                10,
                &["a{x=1} gauge 1.0 @10", "a{x=2} gauge 2.0 @10"],
            ),
            (
                "a{x=\"1\"} 1\n",
                20,
                &["a{x=1} gauge 1.0 @20", "a{x=2} gauge stale @20"],
            ),
            ("a{x=\"1\"} 1\n", 30, &["a{x=1} gauge 1.0 @30"]),
            (
                "a{x=\"1\"} 1\na{x=\"2\"} 2\n",
                40,
                &["a{x=1} gauge 1.0 @40", "a{x=2} gauge 2.0 @40"],
            ),
        ],
    );
}

#[test]
fn a_counter_begins_when_it_is_first_seen_and_when_it_shrinks() {
    let metric = |value: u32| format!("# TYPE a counter\na {value}\n");
    let (five, seven, two) = (metric(5), metric(7), metric(2));
    check(
        text(),
        &[
            (&five, 10, &["a{} counter 5.0 @10 >10"]),
            (&seven, 20, &["a{} counter 7.0 @20 >10"]),
            (&two, 30, &["a{} counter 2.0 @30 >30"]),
            ("", 40, &["a{} counter stale @40 >30"]),
            (&two, 50, &["a{} counter 2.0 @50 >30"]),
        ],
    );
}

#[test]
fn a_counter_that_was_gone_for_long_begins_anew() {
    let one = "# TYPE a counter\na 1\n";
    let minutes = |minutes: u64| minutes * 60_000_000_000;
    let mut offline = text();
    offline.scrape(one, minutes(1));
    offline.scrape("", minutes(2));
    offline.scrape("", minutes(7));
    let found = lines(&offline.scrape(one, minutes(8)));
    assert_eq!(found[0], format!("a{{}} counter 1.0 @{0} >{0}", minutes(8)));
}

#[test]
fn histograms_and_summaries_begin_anew_when_their_counts_shrink() {
    let metric = |count: u32| {
        format!(
            "# TYPE h histogram\nh_bucket{{le=\"1\"}} 1\nh_bucket{{le=\"+Inf\"}} {count}\n\
             h_sum 3\nh_count {count}\n\
             # TYPE s summary\ns{{quantile=\"0.5\"}} 2\ns_sum 3\ns_count {count}\n"
        )
    };
    let (three, two) = (metric(3), metric(2));
    check(
        text(),
        &[
            (
                &three,
                10,
                &[
                    "h{} histogram count=3 sum=3.0 [1.0|1,2] @10 >10",
                    "s{} summary count=3 sum=3.0 0.5:2.0 @10 >10",
                ],
            ),
            (
                &two,
                20,
                &[
                    "h{} histogram count=2 sum=3.0 [1.0|1,1] @20 >20",
                    "s{} summary count=2 sum=3.0 0.5:2.0 @20 >20",
                ],
            ),
            (
                "",
                30,
                &["h{} histogram stale @30 >20", "s{} summary stale @30 >20"],
            ),
        ],
    );
}

#[test]
fn a_beginning_that_the_target_says_counts() {
    let open =
        |receiver| Offline::new(Format::OpenMetrics, &json!({"job_name": "shop"}), &receiver);
    let text = "# TYPE a counter\na_total 1\na_created 2e-9\n# EOF\n";
    let mut offline = open(json!({}));
    assert_eq!(
        lines(&offline.scrape(text, 10))[0],
        "a_total{} counter 1.0 @10 >2"
    );
    assert_eq!(
        lines(&offline.scrape("# EOF\n", 20))[0],
        "a_total{} counter stale @20 >2"
    );
    // One that lies in the future does not.
    assert_eq!(
        lines(&offline.scrape(text, 1))[0],
        "a_total{} counter 1.0 @1 >2"
    );

    let text = "# TYPE a counter\na_total 1\n# TYPE process_start_time_seconds gauge\n\
                process_start_time_seconds 3e-9\n# EOF\n";
    let mut offline = open(json!({"use_start_time_metric": true}));
    assert_eq!(
        lines(&offline.scrape(text, 10))[0],
        "a_total{} counter 1.0 @10 >3"
    );
    let keys = json!({"use_start_time_metric": true, "start_time_metric_regex": "^own_start$"});
    let mut offline = open(keys);
    let text = text.replace("process_start_time_seconds", "own_start");
    assert_eq!(
        lines(&offline.scrape(&text, 10))[0],
        "a_total{} counter 1.0 @10 >3"
    );
}

#[test]
fn every_series_ends_when_an_answer_is_bad_and_when_the_target_goes() {
    let mut offline = text();
    assert_eq!(
        lines(&offline.end(5)),
        [""; 0],
        "nothing has been said of it"
    );
    offline.scrape("a 1\n", 10);
    let (outcome, sent) = offline.fail("a 1\nb{ 2\n", 20);
    assert_eq!(outcome, "parse");
    assert_eq!(lines(&sent), ["a{} gauge stale @20", "up{} gauge 0.0 @20"]);
    let (_, sent) = offline.fail("{", 30);
    assert_eq!(lines(&sent), ["up{} gauge 0.0 @30"]);
    offline.scrape("a 1\n", 40);
    assert_eq!(
        lines(&offline.end(50)),
        ["a{} gauge stale @50", "up{} gauge stale @50"]
    );
}

#[test]
fn series_with_times_of_their_own_end_only_on_request() {
    let mut offline = text();
    assert_eq!(
        lines(&offline.scrape("a 1 5\n", 10))[0],
        "a{} gauge 1.0 @5000000"
    );
    assert_eq!(lines(&offline.scrape("", 20)), ["up{} gauge 1.0 @20"]);
    let job = json!({"job_name": "shop", "track_timestamps_staleness": true});
    let mut offline = Offline::new(Format::Text, &job, &json!({}));
    offline.scrape("a 1 5\n", 10);
    assert_eq!(lines(&offline.scrape("", 20))[0], "a{} gauge stale @20");
}

#[test]
fn a_scrape_is_reported_with_its_samples() {
    let job = json!({
        "job_name": "shop",
        "metric_relabel_configs": [
            {"source_labels": ["__name__"], "regex": "b", "action": "drop"},
        ],
    });
    let receiver = json!({"report_extra_scrape_metrics": true});
    let mut offline = Offline::new(Format::Text, &job, &receiver);
    let mut counts = |text: &str| -> Vec<_> {
        let all = super::support::to_json(&offline.scrape(text, 10));
        let metrics = &all["resourceMetrics"][0]["scopeMetrics"][0]["metrics"];
        let metrics = metrics.as_array().expect("a list").iter();
        let of_scrape = metrics.filter(|metric| {
            metric["name"]
                .as_str()
                .is_some_and(|name| name.starts_with("scrape_"))
        });
        of_scrape
            .map(|metric| {
                let value = &metric["gauge"]["dataPoints"][0]["asDouble"];
                format!("{}={value}", metric["name"].as_str().expect("a name"))
            })
            .collect()
    };
    assert_eq!(
        counts("a 1\nb 2\n"),
        [
            "scrape_duration_seconds=0.0",
            "scrape_samples_scraped=2.0",
            "scrape_samples_post_metric_relabeling=1.0",
            "scrape_series_added=1.0",
            "scrape_timeout_seconds=10.0",
            "scrape_sample_limit=0.0",
            "scrape_body_size_bytes=8.0",
        ]
    );
    assert_eq!(counts("a 1\nb 2\n")[3], "scrape_series_added=0.0");
}

/// A target with other labels in every answer fills no memory: what has vanished is forgotten.
#[test]
fn what_is_remembered_is_bounded() {
    use std::fmt::Write as _;

    let mut offline = text();
    let value = "x".repeat(10_000);
    let mut points = Vec::new();
    for scrape in 1..=12_u64 {
        let mut answer = String::new();
        for index in 0..1_000 {
            let _ = writeln!(answer, "a{{n=\"{scrape}-{index}\",v=\"{value}\"}} 1");
        }
        points.push(offline.points(&answer, scrape));
    }
    // A thousand come and a thousand go, beside the five that tell of the scrape.
    assert_eq!(points, [&[1_005][..], &[2_005; 11]].concat());
}
