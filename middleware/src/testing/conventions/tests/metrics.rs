use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

use super::super::table::METRICS;
use super::super::violation::Violation;
use super::*;

const DURATION: &str = "http.server.request.duration";
const CALL: &str = "rpc.client.call.duration";

/// What `check` says about the metrics that `record` makes.
fn checked(check: &Check, record: impl FnOnce(&Meter)) -> Vec<String> {
    let exporter = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(exporter.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    record(&provider.meter("test"));
    provider.force_flush().expect("the exporter takes it");
    let metrics = exporter.get_finished_metrics().expect("it is in memory");
    let violations = metrics.iter().flat_map(|metrics| check.metrics(metrics));
    violations
        .map(|v: Violation| v.problem.to_string())
        .collect()
}

fn boundaries(name: &str) -> Vec<f64> {
    let mut groups = METRICS.iter();
    let group = groups.find(|group| group.name == name);
    group.expect("it is in the table").boundaries.to_vec()
}

/// Records a value of the histogram `name`, made as the conventions ask.
fn histogram(meter: &Meter, name: &'static str, attributes: &[KeyValue]) {
    let histogram = meter.f64_histogram(name).with_unit("s");
    let histogram = histogram.with_boundaries(boundaries(name)).build();
    histogram.record(0.1, attributes);
}

fn request() -> Vec<KeyValue> {
    vec![
        KeyValue::new("http.request.method", "GET"),
        KeyValue::new("http.response.status_code", 200),
        KeyValue::new("http.route", "/users/{id}"),
        KeyValue::new("url.scheme", "https"),
    ]
}

fn call() -> Vec<KeyValue> {
    vec![
        KeyValue::new("rpc.method", "pkg.Users/Get"),
        KeyValue::new("rpc.response.status_code", "OK"),
        KeyValue::new("rpc.system.name", "grpc"),
        KeyValue::new("server.address", "example.com"),
    ]
}

/// `attributes` with `key` set to `value`.
fn and(mut attributes: Vec<KeyValue>, key: &'static str, value: impl Into<Value>) -> Vec<KeyValue> {
    attributes.retain(|kv| kv.key.as_str() != key);
    attributes.push(KeyValue::new(key, value));
    attributes
}

#[test]
fn right_metrics_are_right() {
    let said = checked(&Check::new(), |meter| {
        histogram(meter, DURATION, &request());
        histogram(meter, CALL, &call());
        let active = meter.i64_up_down_counter("http.server.active_requests");
        let idle = [
            KeyValue::new("http.request.method", "GET"),
            KeyValue::new("url.scheme", "https"),
        ];
        active.with_unit("{request}").build().add(1, &idle);
        let size = meter.u64_histogram("http.server.request.body.size");
        size.with_unit("By").build().record(7, &request());
        meter.u64_counter("app.jobs").build().add(1, &[]);
    });
    assert_eq!(said, [""; 0]);
}

#[test]
fn instruments_are_those_of_the_conventions() {
    let said = checked(&Check::new(), |meter| {
        let duration = meter
            .f64_histogram(DURATION)
            .with_boundaries(boundaries(DURATION));
        duration.with_unit("ms").build().record(100.0, &request());
        let size = meter.f64_counter("http.server.response.body.size");
        size.with_unit("By").build().add(1.0, &request());
        meter
            .u64_counter("http.server.requests")
            .build()
            .add(1, &[]);
    });
    assert_eq!(
        said,
        [
            "the unit is `ms`, should be `s`",
            "made by a counter, should be a histogram",
            "values are of type double, should be int",
            "the conventions have no such metric",
        ]
    );
}

#[test]
fn buckets_are_the_advised_ones() {
    let said = checked(&Check::new(), |meter| {
        let duration = meter.f64_histogram(DURATION).with_unit("s");
        let buckets = vec![0.5, 5.0];
        let duration = duration.with_boundaries(buckets).build();
        duration.record(0.1, &request());
    });
    assert_eq!(
        said,
        [
            "boundaries are [0.5, 5.0], should be [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, \
             0.75, 1.0, 2.5, 5.0, 7.5, 10.0]"
        ]
    );
}

#[test]
fn unlisted_metrics_of_the_conventions_name_spaces_can_be_allowed() {
    let check = Check::new().allow_extra("http.server.requests");
    let said = checked(&check, |meter| {
        meter
            .u64_counter("http.server.requests")
            .build()
            .add(1, &[]);
    });
    assert_eq!(said, [""; 0]);
}

#[test]
fn attributes_of_data_points_are_those_of_the_conventions() {
    let table = [
        (
            and(request(), "server.address", "example.com"),
            "`server.address` is opt-in (stable), nobody asked for it",
        ),
        (
            and(request(), "url.path", "/users/7"),
            "the conventions do not list `url.path` here",
        ),
        (
            and(request(), "http.response.status_code", "200"),
            "`http.response.status_code` is of type string, should be int",
        ),
        (
            and(request(), "http.request.method", "EVIL123"),
            "`http.request.method` is \"EVIL123\", should be a known method or `_OTHER`",
        ),
        (
            and(request(), "http.response.status_code", 500),
            "`error.type` is missing: the response is an error",
        ),
        (
            request()[..3].to_vec(),
            "`url.scheme` is missing: it is required",
        ),
    ];
    for (attributes, sentence) in table {
        let said = checked(&Check::new(), |meter| {
            histogram(meter, DURATION, &attributes)
        });
        assert_eq!(said, [sentence]);
    }
}

#[test]
fn calls_obey_the_rules_of_their_spans() {
    let table = [
        (
            and(call(), "rpc.method", "/pkg.Users/Get"),
            "`rpc.method` is \"/pkg.Users/Get\", should be `package.Service/Method` or `_OTHER`",
        ),
        (
            and(call(), "rpc.response.status_code", "NOT_FOUND"),
            "`error.type` is missing: the status is an error",
        ),
        (
            and(call(), "network.peer.address", "10.0.0.1"),
            "the conventions do not list `network.peer.address` here",
        ),
    ];
    for (attributes, sentence) in table {
        let said = checked(&Check::new(), |meter| histogram(meter, CALL, &attributes));
        assert_eq!(said, [sentence]);
    }
}

#[test]
fn series_are_bounded() {
    let record = |meter: &Meter| {
        for route in ["/a", "/b", "/c"] {
            histogram(meter, DURATION, &and(request(), "http.route", route));
        }
    };
    assert_eq!(
        checked(&Check::new().max_series(2), record),
        ["3 series, at most 2 expected"]
    );
    assert_eq!(checked(&Check::new().max_series(3), record), [""; 0]);
}

#[test]
fn the_overflow_is_noticed() {
    let said = checked(&Check::new(), |meter| {
        for id in 0..2100 {
            histogram(
                meter,
                DURATION,
                &and(request(), "http.route", format!("/{id}")),
            );
        }
    });
    assert_eq!(said, ["too many series, values are lost in the overflow"]);
}
