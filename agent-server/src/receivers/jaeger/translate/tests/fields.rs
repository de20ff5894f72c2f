use campanile_wire::jaeger::Log;
use serde_json::json;

use super::*;

#[test]
fn the_kind_is_read_from_its_tag() {
    let table = [
        ("internal", json!(1)),
        ("server", json!(2)),
        ("client", json!(3)),
        ("producer", json!(4)),
        ("consumer", json!(5)),
    ];
    for (kind, number) in table {
        let span = only_span(&translated(&[tagged(vec![tag("span.kind", text(kind))])]));
        assert_eq!(span["kind"], number, "{kind}");
        assert_eq!(span["attributes"], Json::Null, "{kind}");
    }
    let span = only_span(&translated(&[tagged(vec![tag("span.kind", text("odd"))])]));
    assert_eq!(span["kind"], Json::Null);
    assert_eq!(span["attributes"][0]["value"]["stringValue"], "odd");
}

/// The status, and the keys that are left.
fn status(tags: Vec<Tag<'_>>) -> (Json, Vec<String>) {
    let span = only_span(&translated(&[tagged(tags)]));
    let left = span["attributes"].as_array().cloned().unwrap_or_default();
    let keys = left
        .iter()
        .map(|pair| pair["key"].as_str().expect("a key").to_owned());
    (span["status"].clone(), keys.collect())
}

fn failed() -> Tag<'static> {
    tag("error", Value::Bool(true))
}

fn code(code: &str) -> Tag<'_> {
    tag("otel.status_code", text(code))
}

fn http(code: i64) -> Tag<'static> {
    tag("http.status_code", Value::Long(code))
}

/// Compares the status and the keys that are left.
fn statuses(table: Vec<(Vec<Tag<'_>>, Json, &[&str])>) {
    for (tags, expected, left) in table {
        let shown = format!("{tags:?}");
        let (found, keys) = status(tags);
        assert_eq!(found, expected, "{shown}");
        assert_eq!(keys, left, "{shown}");
    }
}

#[test]
fn the_status_is_what_the_strongest_tag_says() {
    let error = || json!({ "code": 2 });
    let why = json!({ "code": 2, "message": "why" });
    let no = json!({ "code": 2, "message": "no" });
    let described = || tag("otel.status_description", text("why"));
    let http_message = tag("http.status_message", text("no"));
    statuses(vec![
        (vec![failed()], error(), &[]),
        (vec![failed(), code("OK")], error(), &[]),
        (vec![failed(), described()], why, &[]),
        (vec![failed(), http_message], no, &["http.status_message"]),
        (
            vec![code("ok"), http(500)],
            json!({ "code": 1 }),
            &["http.status_code"],
        ),
        (vec![code("Error")], error(), &[]),
        (
            vec![code("unset"), http(500)],
            Json::Null,
            &["http.status_code"],
        ),
        (vec![described()], json!({ "message": "why" }), &[]),
    ]);
}

#[test]
fn without_another_the_status_of_http_decides_and_stays() {
    let error = || json!({ "code": 2 });
    let key = "http.status_code";
    let server = tag("span.kind", text("server"));
    statuses(vec![
        (vec![http(200)], Json::Null, &[key]),
        (vec![http(398)], Json::Null, &[key]),
        (vec![http(503)], error(), &[key]),
        (vec![http(99)], error(), &[key]),
        (vec![http(404)], error(), &[key]),
        (vec![http(404), server.clone()], Json::Null, &[key]),
        (vec![http(500), server], error(), &[key]),
        (vec![tag(key, text("500"))], error(), &[key]),
    ]);
}

#[test]
fn a_tag_that_says_nothing_of_the_status_stays_a_tag() {
    statuses(vec![
        (
            vec![tag("error", Value::Bool(false))],
            Json::Null,
            &["error"],
        ),
        (vec![tag("error", text("true"))], Json::Null, &["error"]),
        (
            vec![tag("otel.status_code", Value::Long(1))],
            Json::Null,
            &["otel.status_code"],
        ),
        (vec![code("odd")], Json::Null, &["otel.status_code"]),
    ]);
}

#[test]
fn spans_are_grouped_by_process_and_scope() {
    let scoped = |name| {
        tagged(vec![
            tag("otel.scope.name", text(name)),
            tag("otel.scope.version", text("1")),
            tag("otel.library.name", text(name)),
            tag("otel.library.version", text("1")),
        ])
    };
    let elsewhere = || Span {
        process: Some(Process {
            service_name: "other".into(),
            tags: vec![tag("k", Value::Long(1))],
        }),
        ..span()
    };
    let spans = [
        scoped("a"),
        elsewhere(),
        scoped("b"),
        scoped("a"),
        elsewhere(),
    ];
    let request = as_json(&translated(&spans));
    let groups = request["resourceSpans"].as_array().expect("a list");
    let shape: Vec<Vec<(Json, usize)>> = groups
        .iter()
        .map(|group| {
            let scopes = group["scopeSpans"].as_array().expect("a list").iter();
            let shape = scopes.map(|scope| {
                let spans = scope["spans"].as_array().expect("a list");
                assert!(spans.iter().all(|span| span["attributes"].is_null()));
                (scope["scope"]["name"].clone(), spans.len())
            });
            shape.collect()
        })
        .collect();
    assert_eq!(
        shape,
        [
            vec![(json!("a"), 2), (json!("b"), 1)],
            vec![(Json::Null, 2)]
        ]
    );
    let names = groups
        .iter()
        .map(|group| &group["resource"]["attributes"][0]["value"]["stringValue"]);
    assert_eq!(names.collect::<Vec<_>>(), ["s", "other"]);
}

/// The parent and the kinds of links of a span with these references.
fn related(parent: Option<[u8; 8]>, references: Vec<Reference>) -> (Json, Vec<Json>) {
    let span = Span {
        parent_span_id: parent,
        references,
        ..span()
    };
    let found = only_span(&translated(&[span]));
    let links = found["links"].as_array().cloned().unwrap_or_default();
    let kinds = links
        .iter()
        .map(|link| link["attributes"][0]["value"]["stringValue"].clone());
    (found["parentSpanId"].clone(), kinds.collect())
}

#[test]
fn the_parent_is_the_first_child_of_of_the_trace_and_all_else_is_a_link() {
    use RefType::{ChildOf, FollowsFrom, Other};
    let three = json!("0303030303030303");
    let other_trace = reference(ChildOf, 9, 4);
    let parent = reference(ChildOf, 1, 3);
    assert_eq!(
        related(None, vec![other_trace, parent]),
        (three.clone(), vec![json!("child_of")])
    );
    let follows = reference(FollowsFrom, 1, 3);
    let both = related(None, vec![follows, reference(ChildOf, 1, 5)]);
    assert_eq!(
        both,
        (json!("0505050505050505"), vec![json!("follows_from")])
    );
    // It is all that could be the parent, and still says how.
    assert_eq!(
        related(None, vec![follows]),
        (three, vec![json!("follows_from")])
    );
    let odd = related(None, vec![reference(Other(7), 1, 3)]);
    assert_eq!(odd, (Json::Null, vec![json!("7")]));
}

#[test]
fn references_without_ids_are_counted() {
    let span = Span {
        references: vec![
            reference(RefType::ChildOf, 0, 3),
            reference(RefType::FollowsFrom, 1, 0),
        ],
        ..span()
    };
    let translated = translated(&[span]);
    assert_eq!(
        translated.rejects,
        Rejects {
            links: 2,
            ..Rejects::default()
        }
    );
    assert_eq!(only_span(&translated)["droppedLinksCount"], 2);
}

#[test]
fn spans_without_ids_are_counted_and_the_others_kept() {
    let no_trace = Span {
        trace_id: [0; 16],
        ..span()
    };
    let no_span = Span {
        span_id: [0; 8],
        ..span()
    };
    let translated = translated(&[no_trace, span(), no_span]);
    let expected = Rejects {
        trace_ids: 1,
        span_ids: 1,
        links: 0,
    };
    assert_eq!(
        (translated.rejects, translated.rejects.spans()),
        (expected, 2)
    );
    assert_eq!(only_span(&translated)["spanId"], "0202020202020202");
}

#[test]
fn what_otlp_has_no_field_for_is_an_attribute() {
    let span = Span {
        flags: 3,
        process_id: "p1".into(),
        warnings: vec!["skewed".into(), "late".into()],
        start: -5,
        duration: 1,
        logs: vec![Log {
            timestamp: i128::MAX,
            fields: vec![tag("event", Value::Long(1))],
        }],
        ..span()
    };
    let found = only_span(&translated(&[span]));
    assert_eq!(found["flags"], 1);
    let expected = json!([
        { "key": "jaeger.start_time_unix_nano", "value": { "stringValue": "-5" } },
        { "key": "jaeger.duration_nano", "value": { "stringValue": "1" } },
        { "key": "jaeger.flags", "value": { "intValue": "3" } },
        { "key": "jaeger.process_id", "value": { "stringValue": "p1" } },
        { "key": "@jaeger@warnings", "value": { "arrayValue": { "values": [
            { "stringValue": "skewed" }, { "stringValue": "late" },
        ] } } },
    ]);
    assert_eq!(found["attributes"], expected);
    let event = &found["events"][0];
    assert_eq!(event["name"], Json::Null);
    assert_eq!(event["attributes"][0]["value"]["intValue"], "1");
    assert_eq!(event["attributes"][1]["key"], "jaeger.timestamp_unix_nano");
}

#[test]
fn counts_flags_and_state_go_back_to_their_fields() {
    let count = |key| tag(key, Value::Long(7));
    let mut tagged = tagged(vec![
        count("otel.dropped_attributes_count"),
        count("otel.dropped_events_count"),
        count("otel.dropped_links_count"),
        tag("otel.flags", Value::Long(0x301)),
        tag("w3c.tracestate", text("a=b")),
    ]);
    tagged.logs.push(Log {
        timestamp: 1,
        fields: vec![count("otel.dropped_attributes_count")],
    });
    let found = only_span(&translated(&[tagged]));
    let fields = [
        "droppedAttributesCount",
        "droppedEventsCount",
        "droppedLinksCount",
    ];
    assert!(fields.iter().all(|field| found[*field] == 7), "{found}");
    assert_eq!(
        found["flags"], 0x300,
        "whether it is sampled is for Jaeger's own flags to say"
    );
    assert_eq!(found["traceState"], "a=b");
    assert_eq!(found["attributes"], Json::Null);
    assert_eq!(found["events"][0]["droppedAttributesCount"], 7);
    // A count that no count can be stays what it is.
    let negative = super::tagged(vec![tag("otel.dropped_links_count", Value::Long(-1))]);
    assert_eq!(
        only_span(&translated(&[negative]))["attributes"][0]["value"]["intValue"],
        "-1"
    );
}

#[test]
fn the_name_that_stands_for_none_is_none() {
    let process = Process {
        service_name: "OTLPResourceNoServiceName".into(),
        tags: vec![
            tag("hostname", text("h1")),
            tag("host.name", text("h2")),
            tag("jaeger.version", Value::Long(1)),
        ],
    };
    let translated = post_spans(&request(&[span()], &process)).expect("valid");
    let attributes = &as_json(&translated)["resourceSpans"][0]["resource"]["attributes"];
    let keys: Vec<_> = (0..4).map(|at| attributes[at]["key"].as_str()).collect();
    assert_eq!(
        keys,
        [
            Some("hostname"),
            Some("host.name"),
            Some("jaeger.version"),
            None
        ]
    );
}
