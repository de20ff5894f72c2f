//! From agent to agent in every protocol: what one sends, the other receives, and a trace is the
//! same at both ends.

use std::fmt::Write as _;

use campanile_tests::http;
use campanile_tests::process::Agent;
use campanile_tests::wait::until;
use serde_json::{Map, Value, json};

use crate::PROCESS;

/// The last agent: it takes everything and keeps it.
const LAST: &str = "
receivers:
  jaeger: {protocols: {grpc: {endpoint: '127.0.0.1:0'}}}
  opencensus: {endpoint: '127.0.0.1:0'}
  otlp: {protocols: {grpc: {endpoint: '127.0.0.1:0'}, http: {endpoint: '127.0.0.1:0'}}}
  zipkin: {endpoint: '127.0.0.1:0'}
exporters:
  store:
extensions:
  zpages: {endpoint: '127.0.0.1:0'}
service:
  extensions: [zpages]
  pipelines:
    traces: {receivers: [jaeger, opencensus, otlp, zipkin], exporters: [store]}
  telemetry: {metrics: {address: '127.0.0.1:0'}}
";

/// A way from the first agent to the last.
struct Way {
    /// The exporter, and the receiver in front of it: `zipkin/json`.
    id: &'static str,
    /// The exporter's configuration; `{}` stands for the receiver's address.
    exporter: &'static str,
    /// The receiver of the last agent.
    receiver: &'static str,
    /// Whether the protocol keeps the types of attributes: Zipkin's are all text.
    typed: bool,
    /// Whether it has a place for the attributes of a resource; else they are the span's.
    resources: bool,
    /// What it has of links.
    links: Links,
}

/// What a protocol has of links.
#[derive(Clone, Copy, PartialEq)]
enum Links {
    /// Nothing: they are attributes.
    None,
    /// The spans they point to; their attributes are in an event.
    Ids,
    /// Everything.
    Whole,
}

const fn way(id: &'static str, exporter: &'static str, receiver: &'static str) -> Way {
    Way {
        id,
        exporter,
        receiver,
        typed: true,
        resources: true,
        links: Links::Whole,
    }
}

const fn zipkin(id: &'static str, exporter: &'static str) -> Way {
    Way {
        typed: false,
        resources: false,
        links: Links::None,
        ..way(id, exporter, "zipkin.endpoint")
    }
}

const OTLP_GRPC: &str = "otlp.protocols.grpc.endpoint";
const OTLP_HTTP: &str = "otlp.protocols.http.endpoint";
const WAYS: [Way; 8] = [
    way("otlp/gzip", "{endpoint: 'http://{}'}", OTLP_GRPC),
    way(
        "otlp/plain",
        "{endpoint: 'http://{}', compression: none}",
        OTLP_GRPC,
    ),
    way("otlphttp/proto", "{endpoint: 'http://{}'}", OTLP_HTTP),
    way(
        "otlphttp/json",
        "{endpoint: 'http://{}', encoding: json}",
        OTLP_HTTP,
    ),
    way(
        "opencensus",
        "{endpoint: 'http://{}'}",
        "opencensus.endpoint",
    ),
    zipkin("zipkin/json", "{endpoint: 'http://{}/api/v2/spans'}"),
    zipkin(
        "zipkin/proto",
        "{endpoint: 'http://{}/api/v2/spans', format: proto}",
    ),
    Way {
        links: Links::Ids,
        ..way(
            "jaeger",
            "{endpoint: 'http://{}'}",
            "jaeger.protocols.grpc.endpoint",
        )
    },
];

/// The configuration of the first agent: a pipeline for each way.
fn first(last: &Agent) -> String {
    let (mut receivers, mut exporters, mut pipelines) = <(String, String, String)>::default();
    for (number, way) in WAYS.iter().enumerate() {
        let exporter = way
            .exporter
            .replace("{}", &last.address(way.receiver).to_string());
        let listener = "{protocols: {http: {endpoint: '127.0.0.1:0'}}}";
        let _ = writeln!(receivers, "  otlp/{number}: {listener}");
        let _ = writeln!(exporters, "  {}: {exporter}", way.id);
        let _ = writeln!(
            pipelines,
            "    traces/{number}: {{receivers: [otlp/{number}], exporters: [{}]}}",
            way.id
        );
    }
    format!(
        "receivers:\n{receivers}exporters:\n{exporters}service:\n  pipelines:\n{pipelines}  \
         telemetry: {{metrics: {{address: '127.0.0.1:0'}}}}\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_is_the_same_at_both_ends_of_every_protocol() {
    let last = Agent::start(PROCESS, LAST).await;
    let first = Agent::start(PROCESS, &first(&last)).await;
    post(&last.url(OTLP_HTTP), &request(0xff)).await;
    let expected = kept(&last, 0xff).await;
    for (number, way) in WAYS.iter().enumerate() {
        let id = u8::try_from(number).expect("few ways") + 1;
        let listener = format!("otlp/{number}.protocols.http.endpoint");
        post(&first.url(&listener), &request(id)).await;
        let relayed = kept(&last, id).await;
        for (relayed, expected) in relayed.iter().zip(&expected) {
            compare(way, relayed, expected);
        }
    }
}

/// A trace of two spans with something of everything. Times are whole microseconds, which is all
/// that Zipkin and Jaeger have.
fn request(id: u8) -> Value {
    let trace_id = const_hex::encode([id; 16]);
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let start = 1_800_000_000_000_000_000_u64;
    json!({"resourceSpans": [{
        "resource": {"attributes": [text("service.name", "shop"), text("deployment", "blue")]},
        "scopeSpans": [{"scope": {"name": "cart", "version": "1.2"}, "spans": [
            {
                "traceId": trace_id, "spanId": "0000000000000001", "name": "GET /carts",
                "kind": 2, "startTimeUnixNano": start.to_string(),
                "endTimeUnixNano": (start + 70_000_000).to_string(),
                "traceState": "vendor=opaque",
                "status": {"code": 2, "message": "it broke"},
                "attributes": [
                    text("http.route", "/carts"),
                    {"key": "retries", "value": {"intValue": "3"}},
                    {"key": "cached", "value": {"boolValue": true}},
                    {"key": "ratio", "value": {"doubleValue": 0.5}},
                ],
                "events": [{
                    "timeUnixNano": (start + 1_000_000).to_string(), "name": "begun",
                    "attributes": [text("by", "timer")],
                }],
                "links": [{
                    "traceId": "aa".repeat(16), "spanId": "bb".repeat(8),
                    "attributes": [text("why", "batch")],
                }],
            },
            {
                "traceId": trace_id, "spanId": "0000000000000002",
                "parentSpanId": "0000000000000001", "name": "queue", "kind": 4,
                "startTimeUnixNano": (start + 2_000_000).to_string(),
                "endTimeUnixNano": (start + 3_000_000).to_string(),
                "status": {"code": 1},
            },
        ]}],
    }]})
}

async fn post(url: &str, request: &Value) {
    let request = http().post(format!("{url}/v1/traces")).json(request);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
}

/// The two spans of a trace, each with the attributes of its resource and the name of its scope.
async fn kept(agent: &Agent, id: u8) -> Vec<Value> {
    let path = format!("/api/v1/traces/{}", const_hex::encode([id; 16]));
    let trace = until(|| async {
        let trace = agent.api(&path).await?;
        match trace["spans"].as_array().map(Vec::len) {
            Some(2) => Ok(trace),
            _ => Err(format!("{trace}")),
        }
    });
    let mut trace = trace.await;
    let (resources, scopes) = (trace["resources"].take(), trace["scopes"].take());
    let spans = trace["spans"].as_array().cloned().unwrap_or_default();
    let with_sources = spans.into_iter().map(|mut span| {
        let index = |key: &str| {
            span[key]
                .as_u64()
                .and_then(|index| usize::try_from(index).ok())
        };
        let resource = resources[index("resource").expect("an index")]["attributes"].clone();
        let scope = scopes[index("scope").expect("an index")]["name"].clone();
        span["resource"] = resource;
        span["scope"] = scope;
        span
    });
    with_sources.collect()
}

fn compare(way: &Way, relayed: &Value, expected: &Value) {
    let shown = || format!("{}: {relayed:#}", way.id);
    let same = [
        "span_id",
        "parent_span_id",
        "name",
        "kind",
        "service",
        "start_unix_nano",
        "duration_nanos",
        "status",
    ];
    for key in same {
        assert_eq!(relayed[key], expected[key], "{key} of {}", shown());
    }
    contains(way, &relayed["attributes"], &expected["attributes"]);
    let resource = if way.resources {
        "resource"
    } else {
        "attributes"
    };
    let mut wanted = expected["resource"].clone();
    wanted
        .as_object_mut()
        .map(|wanted| wanted.remove("service.name"));
    contains(way, &relayed[resource], &wanted);
    let list = |span: &Value, key: &str| span[key].as_array().cloned().unwrap_or_default();
    let mut events = (list(relayed, "events"), list(expected, "events"));
    if way.links == Links::Ids {
        events.0.retain(|event| event["name"] != "link");
    }
    assert_eq!(events.0.len(), events.1.len(), "{}", shown());
    for (event, wanted) in events.0.iter().zip(&events.1) {
        for key in ["time_unix_nano", "name"] {
            assert_eq!(event[key], wanted[key], "{}", shown());
        }
        contains(way, &event["attributes"], &wanted["attributes"]);
    }
    if way.links == Links::None {
        return;
    }
    let links = (list(relayed, "links"), list(expected, "links"));
    assert_eq!(links.0.len(), links.1.len(), "{}", shown());
    for (link, wanted) in links.0.iter().zip(&links.1) {
        assert_eq!(link["span_id"], wanted["span_id"], "{}", shown());
        if way.links == Links::Whole {
            contains(way, &link["attributes"], &wanted["attributes"]);
        }
    }
}

/// Every attribute of `wanted` is among `found`, as text where the protocol has nothing else.
fn contains(way: &Way, found: &Value, wanted: &Value) {
    let empty = Map::new();
    for (key, value) in wanted.as_object().unwrap_or(&empty) {
        let found = &found[key];
        if way.typed {
            assert_eq!(found, value, "{} of {}", key, way.id);
        } else {
            assert_eq!(text(found), text(value), "{} of {}", key, way.id);
        }
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
