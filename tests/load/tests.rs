//! The generator writes what it says, and the sink reads it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::BytesMut;
use campanile_wire::otlp::{Limits, Signal, check, scan, view};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::encode::{Protocol, templates};
use super::send::{self, send};
use super::sink::{self, Arrived, numbers};

/// What a gRPC message has in front.
const PREFIX: usize = 5;

/// The body of an HTTP request.
fn body(request: &[u8]) -> &[u8] {
    let end = request.windows(4).position(|four| four == b"\r\n\r\n");
    &request[end.expect("a head") + 4..]
}

fn filled(protocol: Protocol, spans: u32, first: u64) -> Vec<u8> {
    let template = &templates(protocol, spans)[0];
    let request = template.fill(first, &mut BytesMut::new());
    assert_eq!(request.len(), template.size());
    request.to_vec()
}

#[test]
fn a_request_is_otlp_with_numbered_spans_of_about_550_bytes() {
    let request = filled(Protocol::OtlpGrpc, 100, 901);
    let message = &request[PREFIX..];
    check(Signal::Traces, message, &Limits::default()).expect("every field decodes");
    let counts = scan(Signal::Traces, message, &Limits::default()).expect("it is framed");
    assert_eq!((counts.resources, counts.items), (1, 100));
    assert!(
        (520..580).contains(&(message.len() / 100)),
        "{}",
        message.len()
    );
    let mut found = Vec::new();
    numbers(message, |number| found.push(number)).expect("it is framed");
    assert_eq!(found, (901..1_001).collect::<Vec<u64>>());
}

#[test]
fn spans_have_what_spans_have_and_eight_in_a_row_are_a_trace() {
    let request = filled(Protocol::OtlpHttp, 100, 1);
    let resource = view::resource_spans(body(&request))
        .next()
        .expect("one resource");
    assert_eq!(resource.resource().attributes().iter().count(), 8);
    let scope = resource.scope_spans().next().expect("one scope");
    let mut traces: HashMap<&[u8], Vec<u64>> = HashMap::new();
    for (index, span) in scope.spans().enumerate() {
        assert_eq!(span.attributes().iter().count(), 11);
        assert_eq!(span.events().count(), usize::from(index % 5 == 4));
        let number = u64::from_be_bytes(span.span_id.try_into().expect("eight bytes"));
        let trace = traces.entry(span.trace_id).or_default();
        let root = trace.first().map(|root| root.to_be_bytes());
        assert_eq!(
            span.parent_span_id,
            root.as_ref().map_or(&[][..], |root| root)
        );
        trace.push(number);
    }
    let mut sizes: Vec<_> = traces.values().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [vec![4], vec![8; 12]].concat());
}

#[test]
fn the_same_spans_are_zipkin() {
    let request = filled(Protocol::ZipkinJson, 10, 17);
    let spans: Vec<Value> = serde_json::from_slice(body(&request)).expect("it is JSON");
    assert_eq!(spans.len(), 10);
    assert_eq!(spans[0]["id"], "0000000000000011");
    assert_eq!(spans[0]["parentId"], Value::Null);
    assert_eq!(spans[1]["parentId"], spans[0]["id"]);
    assert_eq!(spans[1]["traceId"], spans[0]["traceId"]);
    assert_ne!(spans[8]["traceId"], spans[0]["traceId"]);
    assert_eq!(spans[4]["annotations"][0]["value"], "cache.miss");
    let tags = spans[9]["tags"].as_object().expect("tags");
    assert_eq!(tags.len(), 11);
}

#[test]
fn a_span_that_is_missing_and_one_that_comes_twice_are_found_in_requests() {
    let mut arrived = Arrived::default();
    let mut take = |request: &[u8]| {
        numbers(&request[PREFIX..], |number| arrived.add(number)).expect("it is framed");
    };
    take(&filled(Protocol::OtlpGrpc, 10, 1));
    take(&filled(Protocol::OtlpGrpc, 10, 10));
    take(&filled(Protocol::OtlpGrpc, 10, 21));
    assert_eq!(arrived.spans(), 30);
    assert_eq!((arrived.duplicates(), arrived.missing(30)), (1, 1));
}

fn options(to: SocketAddr, protocol: Protocol) -> send::Options {
    send::Options {
        to,
        protocol,
        spans: 2_000,
        per_request: 10,
        connections: 4,
        rate: None,
        first: 1,
    }
}

#[tokio::test]
async fn the_sink_takes_what_the_generator_sends() {
    let pairs = [
        (Protocol::OtlpGrpc, sink::Protocol::OtlpGrpc),
        (Protocol::OtlpHttp, sink::Protocol::OtlpHttp),
    ];
    for (protocol, understood) in pairs {
        let here = SocketAddr::from(([127, 0, 0, 1], 0));
        let (address, tally) = sink::start(here, understood).await.expect("a sink");
        let report = send(options(address, protocol)).await.expect("it is sent");
        assert_eq!((report.spans(), report.outcomes.errors), (2_000, 0));
        assert!(tally.wait(2_000, Duration::from_secs(10)).await);
        let counted = tally.to_json(2_000);
        for name in ["missing", "duplicates", "foreign", "invalid"] {
            assert_eq!(counted[name], 0, "{counted}");
        }
        assert_eq!(counted["requests"], 200);
    }
}

#[tokio::test]
async fn what_is_told_to_come_back_is_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        for answer in ["503 Service Unavailable", "200 OK", "400 Bad Request"] {
            let mut request = BytesMut::new();
            while !is_whole(&request) {
                stream.read_buf(&mut request).await.expect("a request");
            }
            let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.expect("it reads");
        }
    });
    let options = send::Options {
        spans: 20,
        connections: 1,
        ..options(address, Protocol::OtlpHttp)
    };
    let outcomes = send(options).await.expect("it is sent").outcomes;
    assert_eq!(
        (outcomes.taken, outcomes.retries, outcomes.errors),
        (1, 1, 1)
    );
    assert_eq!(outcomes.first_error.as_deref(), Some("400 Bad Request"));
}

/// Whether there is as much of a request as its head says.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let (_, length) = head
        .rsplit_once("content-length: ")
        .expect("it is the last header");
    body(request).len() >= length.parse().expect("a number")
}
