use campanile_wire::jaeger::{RefType, Reference};

use super::*;

#[test]
fn kinds_are_tags() {
    let table = [
        (0, vec![]),
        (1, vec!["span.kind=\"internal\""]),
        (2, vec!["span.kind=\"server\""]),
        (3, vec!["span.kind=\"client\""]),
        (4, vec!["span.kind=\"producer\""]),
        (5, vec!["span.kind=\"consumer\""]),
        (9, vec!["otel.kind=9"]),
    ];
    for (kind, tags) in table {
        assert_eq!(shown(&span(&json!({ "kind": kind })).tags), tags, "{kind}");
    }
}

#[test]
fn an_error_is_said_twice() {
    let table = [
        (json!({ "code": 1 }), vec!["otel.status_code=\"OK\""]),
        (
            json!({ "code": 2, "message": "why" }),
            vec![
                "otel.status_code=\"ERROR\"",
                "error=true",
                "otel.status_description=\"why\"",
            ],
        ),
        (
            json!({ "message": "odd" }),
            vec!["otel.status_description=\"odd\""],
        ),
    ];
    for (status, tags) in table {
        assert_eq!(
            shown(&span(&json!({ "status": status })).tags),
            tags,
            "{status}"
        );
    }
}

#[test]
fn attributes_keep_their_types_and_lists_are_json() {
    let list = json!({ "arrayValue": { "values": [{ "intValue": 1 }, { "stringValue": "a" }] } });
    let found = span(&json!({ "attributes": [
        attribute("text", &json!({ "stringValue": "a" })),
        attribute("bool", &json!({ "boolValue": false })),
        attribute("int", &json!({ "intValue": "-7" })),
        attribute("double", &json!({ "doubleValue": 0.5 })),
        attribute("bytes", &json!({ "bytesValue": "AAH/" })),
        attribute("list", &list),
        attribute("empty", &json!({})),
    ] }));
    let expected = [
        "text=\"a\"",
        "bool=false",
        "int=-7",
        "double=0.5",
        "bytes=0x0001ff",
        "list=\"[1,\\\"a\\\"]\"",
        "empty=\"\"",
    ];
    assert_eq!(shown(&found.tags), expected);
}

#[test]
fn the_parent_is_the_first_reference_and_links_follow() {
    let ref_type = |kind: &str| {
        json!([attribute(
            "opentracing.ref_type",
            &json!({ "stringValue": kind })
        )])
    };
    let link = |attributes: Json| {
        json!({
            "traceId": "03".repeat(16), "spanId": "04".repeat(8), "attributes": attributes,
        })
    };
    let found = span(&json!({
        "parentSpanId": "05".repeat(8),
        "links": [link(json!([])), link(ref_type("child_of")), link(ref_type("7"))],
    }));
    let to = |kind| Reference {
        kind,
        trace_id: [3; 16],
        span_id: [4; 8],
    };
    let parent = Reference {
        kind: RefType::ChildOf,
        trace_id: [1; 16],
        span_id: [5; 8],
    };
    let links = [RefType::FollowsFrom, RefType::ChildOf, RefType::Other(7)].map(to);
    assert_eq!(found.references[0], parent);
    assert_eq!(found.references[1..], links);
    assert_eq!(found.logs, []);
}

#[test]
fn what_a_reference_cannot_say_is_a_log() {
    let found = span(&json!({
        "startTimeUnixNano": "7",
        "links": [
            {
                "traceId": "03".repeat(16), "spanId": "04".repeat(8), "traceState": "a=b",
                "flags": 1, "droppedAttributesCount": 2,
                "attributes": [attribute("k", &json!({ "intValue": 1 }))],
            },
            { "traceId": "03", "spanId": "04" },
        ],
    }));
    assert_eq!(found.references.len(), 1);
    assert_eq!((found.logs.len(), found.logs[0].timestamp), (2, 7));
    let expected = [
        "event=\"link\"".to_owned(),
        format!("otel.link.trace_id=\"{}\"", "03".repeat(16)),
        format!("otel.link.span_id=\"{}\"", "04".repeat(8)),
        "otel.link.trace_state=\"a=b\"".to_owned(),
        "otel.link.flags=1".to_owned(),
        "otel.link.dropped_attributes_count=2".to_owned(),
        "otel.link.attribute.k=1".to_owned(),
    ];
    assert_eq!(shown(&found.logs[0].fields), expected);
    let odd = [
        "event=\"link\"",
        "otel.link.trace_id=\"03\"",
        "otel.link.span_id=\"04\"",
    ];
    assert_eq!(shown(&found.logs[1].fields), odd);
}

#[test]
fn an_event_s_name_does_not_hide_an_attribute_of_that_key() {
    let event = |name: &str, key: &str| {
        json!({
            "timeUnixNano": "9", "name": name, "droppedAttributesCount": 3,
            "attributes": [attribute(key, &json!({ "stringValue": "x" }))],
        })
    };
    let found = span(&json!({ "events": [event("n", "k"), event("n", "event"), event("", "k")] }));
    let dropped = "otel.dropped_attributes_count=3";
    let expected = [
        vec!["event=\"n\"", "k=\"x\"", dropped],
        vec!["otel.event.name=\"n\"", "event=\"x\"", dropped],
        vec!["k=\"x\"", dropped],
    ];
    for (log, expected) in found.logs.iter().zip(expected) {
        assert_eq!(
            (log.timestamp, shown(&log.fields)),
            (9, expected.into_iter().map(str::to_owned).collect())
        );
    }
}

#[test]
fn resource_and_scope_are_kept_whole() {
    let mut request = one_span(&json!({}));
    let text = |key, value: &str| attribute(key, &json!({ "stringValue": value }));
    request["resourceSpans"][0]["resource"] = json!({
        "attributes": [text("service.name", "shop"), text("host.name", "h")],
        "droppedAttributesCount": 1,
    });
    request["resourceSpans"][0]["schemaUrl"] = json!("https://r");
    request["resourceSpans"][0]["scopeSpans"][0]["schemaUrl"] = json!("https://s");
    request["resourceSpans"][0]["scopeSpans"][0]["scope"] = json!({
        "name": "lib", "version": "1", "attributes": [text("k", "v")], "droppedAttributesCount": 2,
    });
    let (spans, process) = translated(&request);
    assert_eq!(process.service_name, "shop");
    let expected = [
        "host.name=\"h\"",
        "otel.schema_url=\"https://r\"",
        "otel.dropped_attributes_count=1",
    ];
    assert_eq!(shown(&process.tags), expected);
    let expected = [
        "otel.scope.name=\"lib\"",
        "otel.library.name=\"lib\"",
        "otel.scope.version=\"1\"",
        "otel.library.version=\"1\"",
        "otel.scope.attribute.k=\"v\"",
        "otel.scope.schema_url=\"https://s\"",
        "otel.scope.dropped_attributes_count=2",
    ];
    assert_eq!(shown(&spans[0].tags), expected);
}

#[test]
fn a_resource_without_a_name_has_the_one_that_stands_for_none() {
    let (_, process) = translated(&one_span(&json!({})));
    assert_eq!(process.service_name, "OTLPResourceNoServiceName");
    let mut request = one_span(&json!({}));
    let number = attribute("service.name", &json!({ "intValue": 1 }));
    request["resourceSpans"][0]["resource"]["attributes"] = json!([number]);
    let (_, process) = translated(&request);
    assert_eq!(process.service_name, "OTLPResourceNoServiceName");
    assert_eq!(shown(&process.tags), ["service.name=1"]);
}

#[test]
fn spans_of_other_resources_carry_their_process() {
    let resource = |name: &str| {
        let mut request = one_span(&json!({ "name": name }));
        let service = attribute("service.name", &json!({ "stringValue": name }));
        request["resourceSpans"][0]["resource"]["attributes"] = json!([service]);
        otlp(&request)
    };
    // Two chunks of a payload, the first with two resources.
    let chunks = [[resource("a"), resource("b")].concat(), resource("a")];
    let (spans, process) = read(&request(&chunks).expect("not large"));
    assert_eq!(process.service_name, "a");
    let own = spans.iter().map(|span| {
        let process = span.process.as_ref();
        (
            span.operation_name.as_ref(),
            process.map(|process| process.service_name.as_ref()),
        )
    });
    let own: Vec<_> = own.collect();
    assert_eq!(own, [("a", None), ("b", Some("b")), ("a", None)]);
}

#[test]
fn everything_else_is_kept() {
    let text = |value: &str| json!({ "stringValue": value });
    let warnings = json!({ "arrayValue": { "values": [text("late"), text("skewed")] } });
    let found = span(&json!({
        "name": "op", "startTimeUnixNano": "5", "endTimeUnixNano": "3", "traceState": "a=b",
        "flags": 0x301, "droppedAttributesCount": 1, "droppedEventsCount": 2, "droppedLinksCount": 3,
        "parentSpanId": "05",
        "attributes": [
            attribute("jaeger.flags", &json!({ "intValue": 3 })),
            attribute("jaeger.process_id", &text("p1")),
            attribute("@jaeger@warnings", &warnings),
        ],
    }));
    assert_eq!((found.start, found.duration, found.flags), (5, 0, 3));
    assert_eq!(
        (found.process_id.as_ref(), found.warnings),
        ("p1", vec!["late".into(), "skewed".into()])
    );
    let expected = [
        "otel.parent_span_id=\"05\"",
        "w3c.tracestate=\"a=b\"",
        "otel.flags=769",
        "otel.dropped_attributes_count=1",
        "otel.dropped_events_count=2",
        "otel.dropped_links_count=3",
        "otel.end_time_unix_nano=\"3\"",
    ];
    assert_eq!(shown(&found.tags), expected);
}
