//! What metrics and labels are called.

use crate::prometheus::{Kind, Naming, is_label_name, is_metric_name};

#[test]
fn names_say_unit_and_type_once() {
    let table = [
        // name, unit, kind, expected
        (
            "http.server.duration",
            "s",
            Kind::Histogram,
            "http_server_duration_seconds",
        ),
        (
            "http.server.duration",
            "ms",
            Kind::Histogram,
            "http_server_duration_milliseconds",
        ),
        ("requests", "{request}", Kind::Counter, "requests_total"),
        ("requests", "", Kind::Counter, "requests_total"),
        ("requests_total", "1", Kind::Counter, "requests_total"),
        ("total_requests", "", Kind::Counter, "requests_total"),
        ("total", "", Kind::Counter, "total"),
        ("memory", "By", Kind::Gauge, "memory_bytes"),
        ("memory_bytes", "By", Kind::Gauge, "memory_bytes"),
        ("bytes_read", "By", Kind::Counter, "bytes_read_total"),
        (
            "network.io",
            "By/s",
            Kind::Gauge,
            "network_io_bytes_per_second",
        ),
        ("speed", "m/s", Kind::Gauge, "speed_meters_per_second"),
        ("rate", "{packet}/s", Kind::Gauge, "rate_per_second"),
        ("cpu.utilization", "1", Kind::Gauge, "cpu_utilization_ratio"),
        (
            "cpu.utilization",
            "1",
            Kind::Counter,
            "cpu_utilization_total",
        ),
        ("fan.usage", "%", Kind::Gauge, "fan_usage_percent"),
        ("disk", "GiBy", Kind::Gauge, "disk_gibibytes"),
        ("temperature", "Cel", Kind::Gauge, "temperature_celsius"),
        ("hw.clock", "Hz", Kind::Gauge, "hw_clock_hertz"),
        ("odd", "furlong", Kind::Gauge, "odd_furlong"),
        ("a__b..c", "", Kind::Gauge, "a_b_c"),
        ("_leading_", "", Kind::Gauge, "leading"),
        ("0day", "", Kind::Gauge, "_0day"),
        ("job:rate:sum", "", Kind::Gauge, "job:rate:sum"),
        ("caf\u{e9}", "", Kind::Gauge, "caf"),
        ("\u{e9}", "s", Kind::Gauge, ""),
        ("", "s", Kind::Gauge, ""),
    ];
    for (name, unit, kind, expected) in table {
        let found = Naming::Escaped.metric("", name, unit, kind);
        assert_eq!(found, expected, "{name} {unit}");
        assert!(found.is_empty() || is_metric_name(&found), "{found}");
    }
}

#[test]
fn every_strategy_names_in_its_way() {
    let names = |naming: Naming| {
        let metric = naming.metric("my-ns", "http.server.duration", "s", Kind::Counter);
        (metric, naming.label("http.method"))
    };
    let expected = [
        (
            Naming::Escaped,
            "my_ns_http_server_duration_seconds_total",
            "http_method",
        ),
        (
            Naming::EscapedWithoutSuffixes,
            "my_ns_http_server_duration",
            "http_method",
        ),
        (
            Naming::Utf8,
            "my-ns_http.server.duration_seconds_total",
            "http.method",
        ),
        (
            Naming::Untranslated,
            "my-ns_http.server.duration",
            "http.method",
        ),
    ];
    for (naming, metric, label) in expected {
        assert_eq!(
            names(naming),
            (metric.to_owned(), label.to_owned()),
            "{naming:?}"
        );
    }
    // A unit is said only where the name ends with it.
    assert_eq!(Naming::Escaped.unit("By/s"), "bytes_per_second");
    assert_eq!(Naming::EscapedWithoutSuffixes.unit("By/s"), "");
}

#[test]
fn labels_are_no_names_that_prometheus_keeps_for_itself() {
    let table = [
        ("http.method", "http_method"),
        ("0", "key_0"),
        ("_x", "key_x"),
        ("__name__", "key__name__"),
        ("a:b", "a_b"),
        ("\u{1f514}", "key_"),
    ];
    for (key, expected) in table {
        let label = Naming::Escaped.label(key);
        assert_eq!(label, expected);
        assert!(is_label_name(&label), "{label}");
    }
    assert_eq!(Naming::Untranslated.label("__name__"), "key__name__");
}
