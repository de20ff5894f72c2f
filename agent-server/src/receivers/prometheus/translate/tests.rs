use serde_json::json;

use super::*;
use crate::receivers::prometheus::labels::Labels;
use crate::receivers::prometheus::parse::Format;
use crate::receivers::prometheus::relabel::Rules;
use crate::receivers::prometheus::tests::{lines, resources};
use proptest::prelude::*;
use std::hash::RandomState;

/// Translates an answer of the target `shop` at `db:9100`.
fn translate(
    format: Format,
    text: &str,
    change: impl Fn(&mut Collector<'_>),
) -> Result<Vec<u8>, CollectError> {
    let target: Labels<'static> = [("job", "shop"), ("instance", "db:9100"), ("zone", "z1")]
        .into_iter()
        .collect();
    let (none, rules) = (Labels::default(), Rules::default());
    let mut collector = Collector {
        external_labels: &none,
        honor_labels: false,
        honor_timestamps: true,
        limits: LabelLimits::default(),
        naming: Naming::Kept,
        rules: &rules,
        target: &target,
    };
    change(&mut collector);
    let mut points = Points::new(RandomState::new());
    collect(format, text, &collector, &mut points)?;
    Ok(write(&points, "http", 9).request)
}

fn open(text: &str) -> Vec<String> {
    let text = format!("{text}# EOF\n");
    lines(&translate(Format::OpenMetrics, &text, |_| {}).expect("valid"))
}

#[test]
fn every_type_has_its_shape() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "# TYPE c_seconds counter\n# UNIT c_seconds seconds\nc_seconds_total 1 2\n",
            &["c_seconds_total{zone=z1} counter[s] 1.0 @2000000000"],
        ),
        (
            "# TYPE g gauge\ng{a=\"b\"} NaN\n",
            &["g{a=b,zone=z1} gauge NaN @9"],
        ),
        ("u -Inf\n", &["u{zone=z1} gauge -Infinity @9"]),
        (
            "# TYPE i info\ni_info{v=\"1\"} 1\n",
            &["i_info{v=1,zone=z1} sum 1.0 @9"],
        ),
        (
            "# TYPE s stateset\ns{s=\"on\"} 1\ns{s=\"off\"} 0\n",
            &["s{s=on,zone=z1} sum 1.0 @9", "s{s=off,zone=z1} sum 0.0 @9"],
        ),
        (
            "# TYPE h histogram\nh_bucket{le=\"0.5\"} 1\nh_bucket{le=\"+Inf\"} 3\nh_count 3\n\
             h_sum 4.5\n",
            &["h{zone=z1} histogram count=3 sum=4.5 [0.5|1,2] @9"],
        ),
        (
            "# TYPE q summary\nq{quantile=\"0.9\"} 7\nq{quantile=\"0.5\"} 5\nq_count 2\n",
            &["q{zone=z1} summary count=2 sum=none 0.5:5.0 0.9:7.0 @9"],
        ),
        (
            "# TYPE d gaugehistogram\nd_bucket{le=\"+Inf\"} 3\nd_gcount 3\nd_gsum 2\n",
            &[
                "d_bucket{le=+Inf,zone=z1} gauge 3.0 @9",
                "d_gcount{zone=z1} gauge 3.0 @9",
                "d_gsum{zone=z1} gauge 2.0 @9",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(open(text), expected, "{text}");
    }
}

#[test]
fn a_metric_says_what_it_is_about_and_its_type() {
    let text = "# HELP a Things.\n# TYPE a counter\na 1\n";
    let request = translate(Format::Text, text, |_| {}).expect("valid");
    let all = crate::receivers::prometheus::tests::to_json(&request);
    let metric = &all["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0];
    assert_eq!(metric["description"], "Things.");
    assert_eq!(
        metric["metadata"],
        json!([{"key": "prometheus.type", "value": {"stringValue": "counter"}}])
    );
    assert_eq!(metric["sum"]["aggregationTemporality"], 2);
}

#[test]
fn exemplars_have_the_ids_of_their_span() {
    let text = "# TYPE a counter\na_total 1 # {trace_id=\"0af7651916cd43dd8448eb211c80319c\",\
                span_id=\"b7ad6b7169203331\",k=\"v\"} 2 3\n# EOF\n";
    let request = translate(Format::OpenMetrics, text, |_| {}).expect("valid");
    let all = crate::receivers::prometheus::tests::to_json(&request);
    let point = &all["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0]["sum"]["dataPoints"][0];
    assert_eq!(
        point["exemplars"],
        json!([{
            "timeUnixNano": "3000000000",
            "asDouble": 2.0,
            "spanId": "b7ad6b7169203331",
            "traceId": "0af7651916cd43dd8448eb211c80319c",
            "filteredAttributes": [{"key": "k", "value": {"stringValue": "v"}}],
        }])
    );
    let text = text
        .replace("b7ad6b7169203331", "b7ad")
        .replace("0af7", "0xf7");
    let request = translate(Format::OpenMetrics, &text, |_| {}).expect("valid");
    let all = crate::receivers::prometheus::tests::to_json(&request);
    let point = &all["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0]["sum"]["dataPoints"][0];
    let kept = point["exemplars"][0]["filteredAttributes"]
        .as_array()
        .map(Vec::len);
    assert_eq!(kept, Some(3), "labels that are no ids are kept");
}

#[test]
fn labels_that_clash_with_the_target_are_kept_under_another_name() {
    let text = "a{zone=\"own\",job=\"theirs\",exported_zone=\"x\"} 1\n";
    let request = translate(Format::Text, text, |_| {}).expect("valid");
    assert_eq!(
        lines(&request),
        ["a{exported_exported_zone=own,exported_job=theirs,exported_zone=x,zone=z1} gauge 1.0 @9"]
    );
    let honored = |collector: &mut Collector<'_>| collector.honor_labels = true;
    let request = translate(Format::Text, text, honored).expect("valid");
    assert_eq!(
        lines(&request),
        ["a{exported_zone=x,zone=own} gauge 1.0 @9"]
    );
    assert_eq!(
        resources(&request),
        [
            "service.name=theirs,service.instance.id=db:9100,server.address=db,server.port=9100,\
          url.scheme=http"
        ]
    );
}

#[test]
fn target_info_is_part_of_the_resource() {
    let text = "a 1\n# TYPE target info\ntarget_info{service_version=\"2\"} 1\n";
    let text = format!("{text}# EOF\n");
    let request = translate(Format::OpenMetrics, &text, |_| {}).expect("valid");
    assert_eq!(lines(&request), ["a{zone=z1} gauge 1.0 @9"]);
    assert_eq!(
        resources(&request),
        [
            "service.name=shop,service.instance.id=db:9100,server.address=db,server.port=9100,\
          url.scheme=http,service_version=2,zone=z1"
        ]
    );
}

#[test]
fn scopes_are_told_apart_by_their_labels() {
    let text = "a{otel_scope_name=\"lib\",otel_scope_version=\"1\",otel_scope_x=\"y\",\
                otel_scope_schema_url=\"u\"} 1\na 2\n";
    let request = translate(Format::Text, text, |_| {}).expect("valid");
    let all = crate::receivers::prometheus::tests::to_json(&request);
    let scopes = &all["resourceMetrics"][0]["scopeMetrics"];
    assert_eq!(scopes.as_array().map(Vec::len), Some(2));
    assert_eq!(scopes[0].get("scope"), None);
    assert_eq!(
        scopes[1]["scope"],
        json!({"name": "lib", "version": "1",
            "attributes": [{"key": "x", "value": {"stringValue": "y"}}]})
    );
    assert_eq!(scopes[1]["schemaUrl"], "u");
}

#[test]
fn relabelled_names_keep_their_type() {
    let steps = json!([{"source_labels": ["__name__"], "regex": "h(.*)",
        "target_label": "__name__", "replacement": "new$1"}]);
    let rules = Rules::new(&serde_json::from_value::<Vec<_>>(steps).expect("steps"));
    let rules = rules.expect("valid");
    let text = "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 3\nh_count 3\nh_sum 1\n";
    let target = Labels::default();
    let none = Labels::default();
    let collector = Collector {
        external_labels: &none,
        honor_labels: false,
        honor_timestamps: true,
        limits: LabelLimits::default(),
        naming: Naming::Kept,
        rules: &rules,
        target: &target,
    };
    let mut points = Points::new(RandomState::new());
    collect(Format::Text, text, &collector, &mut points).expect("valid");
    let found = lines(&write(&points, "http", 9).request);
    assert_eq!(found, ["new{} histogram count=3 sum=1.0 [|3] @9"]);
}

#[test]
fn names_times_and_labels_follow_the_configuration() {
    let external: Labels<'static> = [("zone", "far"), ("region", "eu")].into_iter().collect();
    let text = "# TYPE a_seconds counter\na_seconds_total 1 5\n# EOF\n";
    let target: Labels<'static> = [("job", "shop"), ("zone", "z1")].into_iter().collect();
    let rules = Rules::default();
    let collector = Collector {
        external_labels: &external,
        honor_labels: false,
        honor_timestamps: false,
        limits: LabelLimits::default(),
        naming: Naming::Trimmed,
        rules: &rules,
        target: &target,
    };
    let mut points = Points::new(RandomState::new());
    collect(Format::OpenMetrics, text, &collector, &mut points).expect("valid");
    let found = lines(&write(&points, "http", 9).request);
    assert_eq!(found, ["a{region=eu,zone=z1} counter 1.0 @9"]);
}

#[test]
fn limits_fail_the_scrape_by_their_key() {
    let text = "a{name=\"value\"} 1\nb 1\n";
    let with = |limits: LabelLimits| {
        let set = move |collector: &mut Collector<'_>| collector.limits = limits;
        translate(Format::Text, text, set).map(|_| ())
    };
    let none = LabelLimits::default();
    let cases = [
        (
            LabelLimits { labels: 4, ..none },
            CollectError::Limit("label_limit", 4),
        ),
        (
            LabelLimits {
                name_bytes: 7,
                ..none
            },
            CollectError::Limit("label_name_length_limit", 7),
        ),
        (
            LabelLimits {
                value_bytes: 6,
                ..none
            },
            CollectError::Limit("label_value_length_limit", 6),
        ),
        (
            LabelLimits { samples: 1, ..none },
            CollectError::TooManySamples(1),
        ),
    ];
    for (limits, error) in cases {
        assert_eq!(with(limits), Err(error));
    }
    let just = LabelLimits {
        labels: 5,
        name_bytes: 8,
        value_bytes: 7,
        samples: 2,
    };
    assert_eq!(with(just), Ok(()));
}

#[test]
fn a_long_description_does_not_make_a_large_request() {
    use std::fmt::Write as _;

    let mut text = format!("# TYPE a gauge\n# HELP a {}\n", "x".repeat(200 << 10));
    for index in 0..1_000 {
        let _ = writeln!(text, "a{{otel_scope_x=\"{index}\"}} 1");
    }
    let request = translate(Format::Text, &text, |_| {}).expect("valid");
    assert!(
        (15 << 20..18 << 20).contains(&request.len()),
        "{}",
        request.len()
    );
}

#[test]
fn what_comes_twice_counts_once_and_what_is_incomplete_is_left_out() {
    let text = "# TYPE h histogram\nh_bucket{le=\"1\"} 3\nh_sum 1\na 1\na 2\n";
    let request = translate(Format::Text, text, |_| {}).expect("valid");
    assert_eq!(lines(&request), ["a{zone=z1} gauge 1.0 @9"]);
}

proptest! {
    #[test]
    fn whatever_is_read_becomes_a_valid_request(
        lines in prop::collection::vec(
            "# TYPE [ah] (counter|histogram|summary|gauge)|\
             [ah](_bucket|_sum|_count|_total|_created)?\
             (\\{(le=\"[0-3]|quantile=\"0.[0-9]|x=\"\\PC?)\"\\})? -?[0-9]{1,3}( -?[0-9]{1,19})?",
            0..20,
        ),
    ) {
        if let Ok(request) = translate(Format::Text, &lines.join("\n"), |_| {}) {
            crate::receivers::prometheus::tests::to_json(&request);
        }
    }
}
