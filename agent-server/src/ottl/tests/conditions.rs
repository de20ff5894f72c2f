use super::super::context::Context;
use super::records::{Messages, holds_on};

/// Each of these holds, and does not behind a `not`.
#[track_caller]
fn all_hold(context: Context, table: &[&str]) {
    let messages = Messages::new();
    for text in table {
        assert_eq!(messages.holds(context, text), Ok(true), "{text}");
        let not = format!("not ({text})");
        assert_eq!(messages.holds(context, &not), Ok(false), "{text}");
    }
}

#[test]
fn every_path_of_a_span_is_read() {
    all_hold(
        Context::Span,
        &[
            "trace_id == TraceID(0xa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1)",
            "trace_id.string == \"a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\"",
            "span_id == 0xb2b2b2b2b2b2b2b2",
            "span_id.string == \"b2b2b2b2b2b2b2b2\"",
            "parent_span_id == SpanID(0x0000000000000000)",
            "parent_span_id.string == \"0000000000000000\"",
            "trace_state == \"a=1,b=2\"",
            "trace_state[\"b\"] == \"2\"",
            "trace_state[\"c\"] == nil",
            "name == \"GET /carts\"",
            "kind == SPAN_KIND_SERVER",
            "kind.string == \"Server\"",
            "kind.deprecated_string == \"SPAN_KIND_SERVER\"",
            "start_time_unix_nano == 1000000000",
            "end_time_unix_nano == 3500000000",
            "end_time_unix_nano - start_time_unix_nano == 2500000000",
            "end_time - start_time > Duration(\"2s\")",
            "end_time - start_time == Duration(\"2.5s\")",
            "attributes[\"http.route\"] == \"/carts/{id}\"",
            "attributes[\"user\"][\"id\"] == 42",
            "attributes[\"tags\"][1] == 7",
            "attributes[\"nothing\"] == nil",
            "attributes[\"nothing\"][\"below\"] == nil",
            "attributes[\"user\"] == {\"id\": 42}",
            "attributes[\"tags\"] == [\"red\", 7]",
            "Len(attributes) == 8",
            "dropped_attributes_count == 4",
            "Len(events) == 2",
            "Len(links) == 0",
            "dropped_events_count == 0",
            "dropped_links_count == 0",
            "status.code == STATUS_CODE_ERROR",
            "status.message == \"broken\"",
            "flags == 257",
            "span.name == name",
            "resource.attributes[\"service.name\"] == \"shop\"",
            "resource.dropped_attributes_count == 3",
            "scope.name == \"tracer\"",
            "instrumentation_scope.version == \"1.2\"",
            "scope.attributes[\"lang\"] == \"rust\"",
            "cache[\"x\"] == nil",
        ],
    );
}

#[test]
fn every_path_of_an_event_and_of_a_log_record_is_read() {
    all_hold(
        Context::SpanEvent,
        &[
            "name == \"exception\"",
            "spanevent.name == \"exception\"",
            "span.name == \"GET /carts\"",
            "time_unix_nano == 1500000000",
            "time - span.start_time == Duration(\"500ms\")",
            "attributes[\"exception.type\"] == \"Oops\"",
            "event_index == 2",
            "dropped_attributes_count == 0",
        ],
    );
    all_hold(
        Context::Log,
        &[
            "time_unix_nano == 1000",
            "UnixNano(time) == 1000",
            "observed_time_unix_nano == 0",
            "severity_number >= SEVERITY_NUMBER_WARN",
            "severity_number < SEVERITY_NUMBER_ERROR",
            "severity_text == \"WARN\"",
            "body[\"user\"] == \"ann\"",
            "body.string == \"{\\\"user\\\":\\\"ann\\\",\\\"count\\\":2}\"",
            "attributes[\"file\"] == \"a.log\"",
            "trace_id.string == \"abababababababababababababababab\"",
            "span_id == 0x0000000000000000",
            "flags == 0",
            "event_name == \"login\"",
            "log.severity_number == 13",
        ],
    );
    all_hold(
        Context::Resource,
        &["attributes[\"service.name\"] == \"shop\""],
    );
    all_hold(Context::Scope, &["name == \"tracer\"", "version != nil"]);
}

#[test]
fn every_path_of_a_metric_and_its_points_is_read() {
    all_hold(
        Context::Metric,
        &[
            "name == \"http.requests\"",
            "description == \"\"",
            "unit == \"1\"",
            "type == METRIC_DATA_TYPE_SUM",
            "aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE",
            "is_monotonic == true",
            "metadata[\"origin\"] == \"test\"",
        ],
    );
    all_hold(
        Context::DataPoint,
        &[
            "metric.name == \"http.requests\"",
            "metric.is_monotonic == true",
            "start_time_unix_nano == 10",
            "time_unix_nano == 20",
            "value_int == 12",
            "value_double == 0.0",
            "flags == FLAG_NO_RECORDED_VALUE",
            "count == nil",
            "attributes[\"host\"] == \"a\"",
            "datapoint.attributes[\"host\"] == \"a\"",
        ],
    );
    let messages = Messages::new();
    let table = [
        (0, "value_double == 1.5 and value_int == 0 and sum == nil"),
        (
            2,
            "count == 6 and sum == 2.5 and value_double == nil and scale == nil",
        ),
        (
            3,
            "count == 6 and scale == -2 and zero_count == 5 and flags == 1",
        ),
        (4, "count == 6 and sum == 0.0 and zero_count == nil"),
    ];
    for (index, text) in table {
        let record = messages.point(index);
        let text = format!("{text} and attributes[\"host\"] == \"a\"");
        assert_eq!(
            holds_on(&record, Context::DataPoint, &text),
            Ok(true),
            "{text}"
        );
    }
}

#[test]
fn values_compare_as_in_the_collector() {
    all_hold(
        Context::Span,
        &[
            "1 == 1.0",
            "1 < 1.5",
            "2.5 > 2",
            "\"a\" < \"b\"",
            "false < true",
            "0x01 < 0x02",
            "nil == nil",
            "nil >= nil",
            "nil != 0",
            "\"1\" != 1",
            "true != \"true\"",
            "attributes[\"http.status\"] >= 500",
            "attributes[\"http.status\"] != \"503\"",
            "attributes[\"ratio\"] == 0.5",
            "attributes[\"cached\"] == true",
            "attributes[\"raw\"] == 0x0102",
            "attributes[\"empty\"] != nil",
            "[1, 2] == [1.0, 2]",
            "[1, 2] != [1]",
            "{\"a\": 1, \"b\": 2} == {\"b\": 2, \"a\": 1}",
            "{\"a\": 1} != {\"a\": 2}",
            "{\"a\": 1} != {}",
        ],
    );
    let messages = Messages::new();
    // What cannot be compared is neither less nor greater.
    for text in [
        "nil < 1",
        "nil >= 1",
        "\"2\" > 1",
        "true > 0",
        "[1] < [2]",
        "0.0/1.0 < nil",
    ] {
        assert_eq!(messages.holds(Context::Span, text), Ok(false), "{text}");
    }
}

#[test]
fn arithmetic_is_exact_or_says_why_not() {
    all_hold(
        Context::Span,
        &[
            "7 / 2 == 3",
            "7.0 / 2 == 3.5",
            "-(1 + 2) == -3",
            "2 * 3 - 1 == 5",
            "start_time + Duration(\"2.5s\") == end_time",
            "end_time - Duration(\"2.5s\") == start_time",
            "Duration(\"1m\") + Duration(\"1s\") - Duration(\"61s\") == Duration(\"0\")",
        ],
    );
    let messages = Messages::new();
    let table = [
        ("1 / 0 == 1", "division by zero"),
        ("1.0 / 0 == 1", "division by zero"),
        (
            "9223372036854775807 + 1 == 1",
            "the result does not fit into 64 bits",
        ),
        (
            "attributes[\"nothing\"] + 1 == 1",
            "cannot calculate nil + an int",
        ),
        ("name * 2 == 1", "cannot calculate a string * an int"),
        (
            "attributes[\"name\"][0] == 1 and -name == 1",
            "cannot calculate an int - a string",
        ),
    ];
    for (text, expected) in table {
        let text = text.replace("attributes[\"name\"][0] == 1 and ", "");
        assert_eq!(
            messages.holds(Context::Span, &text),
            Err(expected.to_owned()),
            "{text}"
        );
    }
}

#[test]
fn a_condition_ends_where_it_is_decided() {
    let messages = Messages::new();
    let error = "1 / 0 == 1";
    for (text, expected) in [
        (format!("true or {error}"), Ok(true)),
        (format!("false and {error}"), Ok(false)),
        (
            format!("false or {error}"),
            Err("division by zero".to_owned()),
        ),
    ] {
        assert_eq!(messages.holds(Context::Span, &text), expected, "{text}");
    }
}

#[test]
fn keys_that_do_not_fit_are_errors() {
    let messages = Messages::new();
    let table = [
        (
            "attributes[\"tags\"][2] == 1",
            "[2] is beyond the end of the list",
        ),
        ("attributes[\"tags\"][\"a\"] == 1", "[\"a\"] of a list"),
        ("attributes[\"user\"][0] == 1", "[0] of a map"),
        ("attributes[\"cached\"][\"a\"] == 1", "[\"a\"] of a bool"),
        ("Int(1) ", "a condition is true or false, not an int"),
    ];
    for (text, expected) in table {
        assert_eq!(
            messages.holds(Context::Span, text),
            Err(expected.to_owned()),
            "{text}"
        );
    }
}
