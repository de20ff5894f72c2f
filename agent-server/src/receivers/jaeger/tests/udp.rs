use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use tokio::net::UdpSocket;

use super::*;
use crate::component::Refusal;
use crate::receivers::testing::{capture, event_bytes, until, within};

const COMPACT: &str = "jaeger.protocols.thrift_compact.endpoint";
const BINARY: &str = "jaeger.protocols.thrift_binary.endpoint";

/// Sends datagrams, one after the other.
async fn send(to: SocketAddr, datagrams: &[Vec<u8>]) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
    for datagram in datagrams {
        socket.send_to(datagram, to).await.expect("sent");
    }
}

fn minimal() -> Vec<u8> {
    vector("wire/thrift.json", "udp_emitBatch_compact_minimal")
}

#[tokio::test]
async fn datagrams_of_both_protocols_are_taken_as_call_and_as_oneway() {
    let running = running().await;
    let binary = ["full", "minimal", "call_type"];
    let binary =
        binary.map(|name| vector("wire/thrift.json", &format!("udp_emitBatch_binary_{name}")));
    send(running.address(BINARY), &binary).await;
    let compact = vector("wire/thrift.json", "udp_emitBatch_compact_full");
    send(running.address(COMPACT), &[compact]).await;
    running.recorder.payloads(4).await;
    let mut names = names(&running);
    names.sort();
    assert_eq!(names, ["GET /cart", "GET /cart", "o", "o"]);
    until(|| spans(&running, "accepted", "thrift_binary") == 3).await;
    until(|| spans(&running, "accepted", "thrift_compact") == 1).await;
}

#[tokio::test]
async fn what_real_clients_sent_is_taken() {
    let running = running().await;
    for (file, address) in [
        ("jaeger-node-udp-binary.json", BINARY),
        ("otel-go-jaeger-udp-compact-call.json", COMPACT),
    ] {
        let (sent, events) = capture(file);
        let before = names(&running).len();
        let payloads = running.recorder.taken().len();
        send(running.address(address), &[event_bytes(&events[0])]).await;
        running.recorder.payloads(payloads + 1).await;
        let sent = sent["spans"].as_array().expect("a list").iter();
        let sent: Vec<_> = sent
            .map(|span| span["name"].as_str().expect("text").to_owned())
            .collect();
        assert_eq!(names(&running)[before..], sent, "{file}");
    }
}

#[tokio::test]
async fn what_carries_no_spans_is_counted_by_its_reason_and_ends_nothing() {
    let running = running().await;
    let call = |name: &[u8], kind: u8| {
        let length = name.len() as u8;
        [&[0x82, kind << 5 | 1, 0, length][..], name, &[0]].concat()
    };
    let datagrams = [
        b"hello".to_vec(),
        vec![],
        minimal()[..20].to_vec(),
        call(b"emitZipkinBatch", 4),
        call(b"somethingElse", 1),
        call(b"emitBatch", 2),
        minimal(),
    ];
    send(running.address(COMPACT), &datagrams).await;
    running.recorder.payloads(1).await;
    until(|| invalid(&running, "thrift") == 3).await;
    until(|| invalid(&running, "emit_zipkin_batch") == 1).await;
    until(|| invalid(&running, "method") == 1).await;
    until(|| invalid(&running, "message") == 1).await;
    assert_eq!(names(&running), ["o"]);
}

#[tokio::test]
async fn a_datagram_beyond_the_limit_is_counted_and_the_next_one_taken() {
    let size = minimal().len();
    let more = json!({ "protocols": { "thrift_compact": { "max_packet_size": size } } });
    let running = configured(&more).await;
    let mut larger = minimal();
    larger.push(0);
    send(running.address(COMPACT), &[larger, minimal()]).await;
    running.recorder.payloads(1).await;
    assert_eq!(invalid(&running, "too_large"), 1);
}

#[tokio::test]
async fn datagrams_that_find_no_room_in_the_queue_are_counted_and_the_others_taken() {
    let more = json!({ "protocols": {
        "thrift_compact": { "queue_size": 1, "workers": 1, "socket_buffer_size": 100_000 },
    } });
    let running = configured(&more).await;
    // On one thread the worker has no chance between datagrams that wait in the socket already.
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    for _ in 0..20 {
        socket
            .send_to(&minimal(), running.address(COMPACT))
            .expect("sent");
    }
    until(|| {
        let dropped = usize::try_from(invalid(&running, "queue_full")).expect("a count");
        dropped > 0 && dropped + names(&running).len() == 20
    })
    .await;
    within(running.tasks.stop()).await;
}

#[tokio::test]
async fn what_the_pipeline_refuses_is_counted() {
    let running = running().await;
    running.recorder.refuse_once(Refusal::Overloaded {
        retry_after: Duration::from_secs(1),
    });
    send(running.address(COMPACT), &[minimal()]).await;
    until(|| spans(&running, "refused", "thrift_compact") == 1).await;
    send(running.address(COMPACT), &[minimal()]).await;
    running.recorder.payloads(1).await;
}
