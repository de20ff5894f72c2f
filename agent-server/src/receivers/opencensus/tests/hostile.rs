//! Input that is not what the protocol says. Each case is answered and counted, and the receiver
//! goes on.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use campanile_wire::otlp::write::nested;
use futures_util::{StreamExt as _, stream};
use http::Request;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt as _;
use tonic::Code;
use tonic_types::StatusExt as _;

use super::*;
use crate::component::{Intakes, Tasks};
use crate::receivers::opencensus::service::handle;
use crate::receivers::testing::{Recorder, each_span};

/// Sends `bytes` on a stream that has a node, and gives the answer.
async fn answer(running: &Running, bytes: impl Into<Bytes>) -> (Code, String) {
    let mut stream = export(running).await;
    stream.send(message(node("a"), None, vec![])).await;
    stream.send(bytes).await;
    let status = stream.answer().await.expect_err("refused");
    assert!(
        status.get_details_retry_info().is_none(),
        "no use in trying again"
    );
    (status.code(), status.message().to_owned())
}

async fn still_serves(running: &Running) {
    let before = accepted(running);
    let stream = export(running).await;
    stream.send(message(node("a"), None, vec![span("1")])).await;
    stream.finish().await.expect("accepted");
    assert_eq!(accepted(running), before + 1);
}

#[tokio::test]
async fn malformed_protobuf_is_an_invalid_argument_at_every_depth() {
    let running = running().await;
    let mut inner = Vec::new();
    nested(&mut inner, 2, |out| out.extend([0x22, 2, 0x0a, 9]));
    let mut text = Vec::new();
    nested(&mut text, 2, |out| {
        nested(out, 4, |out| out.extend([0x0a, 1, 0xff]));
    });
    let cases: [(&str, Vec<u8>); 5] = [
        ("truncated", vec![0x12, 9, 1]),
        ("no tag", vec![0xff; 12]),
        ("a number for a node", vec![0x08, 1]),
        ("truncated name", inner),
        ("name is not UTF-8", text),
    ];
    let count = cases.len();
    for (name, bytes) in cases {
        let (code, message) = answer(&running, bytes).await;
        assert_eq!(code, Code::InvalidArgument, "{name}: {message}");
        assert!(message.contains("malformed"), "{name}: {message}");
    }
    assert_eq!(invalid(&running, "protobuf"), count as i64);
    assert_eq!(running.recorder.taken(), []);
    still_serves(&running).await;
}

#[tokio::test]
async fn a_span_with_an_invalid_id_is_refused_and_the_rest_is_kept() {
    let running = running().await;
    let short = Bytes::from_static(&[1; 4]);
    let mut spans = vec![span("good"); 5];
    spans[1].trace_id = Bytes::new();
    spans[2].span_id = Bytes::from_static(&[0; 8]);
    spans[3].parent_span_id = short.clone();
    spans[4].links = Some(campanile_wire::opencensus::trace::v1::span::Links {
        link: vec![campanile_wire::opencensus::trace::v1::span::Link {
            trace_id: short,
            ..Default::default()
        }],
        dropped_links_count: 2,
    });
    let stream = export(&running).await;
    stream.send(message(node("a"), None, spans)).await;
    stream.finish().await.expect("the rest is accepted");
    let mut dropped = Vec::new();
    each_span(&running.recorder.taken(), |_, span| {
        dropped.push((span.links().count(), span.dropped_links));
    });
    assert_eq!(dropped, [(0, 0), (0, 3)]);
    for reason in ["trace_id", "span_id", "parent_span_id", "link"] {
        assert_eq!(invalid(&running, reason), 1, "{reason}");
    }
    assert_eq!((accepted(&running), refused(&running)), (2, 3));
}

#[tokio::test]
async fn nothing_valid_left_is_nothing_handed_over() {
    let running = running().await;
    let stream = export(&running).await;
    stream
        .send(message(node("a"), resource("r"), vec![Span::default()]))
        .await;
    stream.finish().await.expect("a clean end");
    assert_eq!(running.recorder.taken(), []);
    assert_eq!((accepted(&running), refused(&running)), (0, 1));
}

#[tokio::test]
async fn messages_beyond_the_limits_are_resource_exhausted() {
    let running = running().await;
    let large = "x".repeat(4 << 20);
    let (code, text) = answer(&running, message(None, None, vec![span(&large)])).await;
    assert_eq!(code, Code::ResourceExhausted, "{text}");
    let spans: Vec<u8> = (0..20_001).flat_map(|_| [0x12, 0]).collect();
    let (code, text) = answer(&running, spans).await;
    assert_eq!(
        (code, text.contains("20000 spans")),
        (Code::ResourceExhausted, true)
    );
    let mut events = Vec::new();
    nested(&mut events, 2, |out| {
        nested(out, 9, |out| out.extend((0..1_025).flat_map(|_| [0x0a, 0])));
    });
    let (code, text) = answer(&running, events).await;
    assert_eq!(
        (code, text.contains("1024")),
        (Code::ResourceExhausted, true)
    );
    assert_eq!(invalid(&running, "too_large"), 3);
    still_serves(&running).await;
}

#[tokio::test]
async fn what_is_repeated_in_every_batch_has_narrower_limits() {
    let running = running().await;
    let labelled = |count: usize, size: usize| {
        let label = |index: usize| (index.to_string(), "x".repeat(size));
        Some(Resource {
            labels: (0..count).map(label).collect(),
            ..Resource::default()
        })
    };
    let mut many = node("a").expect("a node");
    many.attributes = (0..1_025)
        .map(|index| (index.to_string(), String::new()))
        .collect();
    let large = node(&"x".repeat(60 << 10));
    let each = |index: usize| Span {
        resource: resource(&index.to_string()),
        ..span("1")
    };
    let cases = [
        (message(None, labelled(1, 65 << 10), vec![]), "65536 bytes"),
        (message(None, labelled(1_025, 1), vec![]), "1024"),
        (message(Some(many), None, vec![]), "1024"),
        // A message of 20 KiB that would become a request of 18 MiB.
        (
            message(large, None, (0..300).map(each).collect()),
            "different resources",
        ),
    ];
    let count = cases.len();
    for (bytes, expected) in cases {
        let (code, text) = answer(&running, bytes).await;
        assert_eq!(code, Code::ResourceExhausted, "{text}");
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(invalid(&running, "too_large"), count as i64);
    assert_eq!(running.recorder.taken(), []);
    still_serves(&running).await;
}

#[tokio::test]
async fn a_span_may_be_as_full_as_the_limits_say() {
    let running = running().await;
    let mut full = span("full");
    let shortened = campanile_wire::opencensus::trace::v1::AttributeValue {
        value: Some(
            campanile_wire::opencensus::trace::v1::attribute_value::Value::StringValue(
                TruncatableString {
                    value: "v".into(),
                    truncated_byte_count: 1,
                },
            ),
        ),
    };
    let attributes = (0..1_024).map(|index| (index.to_string(), shortened.clone()));
    full.attributes = Some(campanile_wire::opencensus::trace::v1::span::Attributes {
        attribute_map: attributes.collect(),
        dropped_attributes_count: 0,
    });
    full.child_span_count = Some(1);
    let stream = export(&running).await;
    stream.send(message(node("a"), None, vec![full])).await;
    stream.finish().await.expect("accepted");
    each_span(&running.recorder.taken(), |_, span| {
        assert_eq!(span.attributes().iter().count(), 2_049);
    });
}

#[tokio::test]
async fn a_compressed_message_may_not_unfold_beyond_the_limit() {
    let running = running().await;
    let opened = client(&running).await.gzip().open(EXPORT).await;
    let mut stream = opened.expect("headers come at once");
    stream.send(vec![0; 8 << 20]).await;
    let status = stream.answer().await.expect_err("too large");
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    assert_eq!(invalid(&running, "too_large"), 1);
    still_serves(&running).await;
}

#[tokio::test]
async fn the_message_limit_is_as_configured() {
    let running = configured(Config {
        max_recv_msg_size_mib: 8,
        ..on_any_port()
    })
    .await;
    let large = "x".repeat(7 << 20);
    let stream = export(&running).await;
    stream
        .send(message(node("a"), None, vec![span(&large)]))
        .await;
    stream.finish().await.expect("below the limit");
    assert_eq!(accepted(&running), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_stops_in_the_middle_ends_its_stream() {
    let context = context("opencensus");
    let receiver = OpenCensusReceiver::new(on_any_port(), context.clone());
    let mut intakes = Intakes::default();
    intakes.set(Signal::Traces, Arc::new(Recorder::default()));
    let service = receiver.service(intakes, &Tasks::default());
    for path in [EXPORT, CONFIG] {
        let beginning = Bytes::from_static(b"\0\0\0\0\x09begin");
        let beginning = stream::iter([Ok::<_, Infallible>(beginning)]);
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/grpc")
            .body(Body::from_stream(beginning.chain(stream::pending())))
            .expect("a request");
        let response = handle(State(service.clone()), request).await;
        let ended = response.into_body().collect().await.expect("an end");
        let trailers = ended.trailers().expect("a status");
        assert_eq!(trailers["grpc-status"], "14", "{path}");
    }
    let page = context.shared.metrics.render();
    assert!(page.contains("reason=\"slow\"} 2"), "{page}");
}
