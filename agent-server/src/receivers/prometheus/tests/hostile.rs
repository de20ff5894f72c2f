//! Targets that are slow, huge, broken or lie.

use std::io::Write as _;

use axum::body::{Body, Bytes};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use serde_json::json;
use tokio::net::TcpListener;

use super::support::{Exposer, PLAIN, job, line, outcome, run};

fn answer(headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let builder = headers
        .iter()
        .fold(Response::builder(), |builder, (name, value)| {
            builder.header(*name, *value)
        });
    builder.body(body.into()).expect("a valid answer")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

#[tokio::test]
async fn a_target_that_never_answers_is_down_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("port 0 is free");
    let address = listener.local_addr().expect("bound");
    let running = run(&job(address, &json!({}))).await;
    outcome(&running, "timeout").await;
    line(&running, "up{zone=z1} gauge 0.0 @").await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn a_target_that_nobody_serves_is_down() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("port 0 is free");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let running = run(&job(address, &json!({}))).await;
    outcome(&running, "connection").await;
    line(&running, "up{zone=z1} gauge 0.0 @").await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn every_bad_answer_has_its_outcome_and_ends_nothing() {
    let bomb = gzip(&vec![b'\n'; 1 << 20]);
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'\n'; 1_000])));
    let text = ("content-type", PLAIN);
    let cases = [
        (
            "status",
            Response::builder()
                .status(503)
                .body(Body::empty())
                .expect("valid"),
        ),
        ("content_type", answer(&[], "a 1\n")),
        (
            "content_type",
            answer(&[("content-type", "text/html")], "a 1\n"),
        ),
        ("parse", answer(&[text], "a{ 1\n")),
        ("parse", answer(&[text], vec![b'a', 0xff])),
        (
            "inflate",
            answer(&[text, ("content-encoding", "gzip")], "a 1\n"),
        ),
        (
            "inflate",
            answer(&[text, ("content-encoding", "br")], "a 1\n"),
        ),
        ("too_large", answer(&[text], vec![b'\n'; 100_001])),
        ("too_large", answer(&[text], Body::from_stream(endless))),
        (
            "too_large",
            answer(&[text, ("content-encoding", "gzip")], bomb),
        ),
        ("sample_limit", answer(&[text], "a 1\nb 1\nc 1\n")),
        ("label_limit", answer(&[text], "a{b=\"1\",c=\"2\"} 1\n")),
    ];
    let checks = cases.map(|(expected, bad)| goes_on(expected, bad));
    futures_util::future::join_all(checks).await;
}

/// A bad answer has this outcome, and the next one is read.
async fn goes_on(expected: &str, bad: Response) {
    let target = Exposer::start(PLAIN, "good 1\n").await;
    target.push(bad);
    let keys = json!({
        "body_size_limit": 100_000, "sample_limit": 2, "label_limit": 5,
        "scrape_interval": "1s", "scrape_timeout": "1s",
    });
    let running = run(&job(target.address, &keys)).await;
    outcome(&running, expected).await;
    line(&running, "up{zone=z1} gauge 0.0 @").await;
    line(&running, "good{zone=z1} gauge 1.0 @").await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn compressed_answers_are_read() {
    let target = Exposer::start(PLAIN, "other 1\n").await;
    let headers = [("content-type", PLAIN), ("content-encoding", "gzip")];
    target.push(answer(&headers, gzip(b"packed 1\n")));
    let running = run(&job(target.address, &json!({}))).await;
    line(&running, "packed{zone=z1} gauge 1.0 @").await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn an_answer_without_a_type_is_what_the_fallback_says() {
    let target = Exposer::start("", "a 1\n").await;
    let keys = json!({"fallback_scrape_protocol": "PrometheusText0.0.4"});
    let running = run(&job(target.address, &keys)).await;
    line(&running, "a{zone=z1} gauge 1.0 @").await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn redirects_are_followed_only_where_that_is_wanted() {
    for (follow, expected) in [(true, "ok"), (false, "status")] {
        let target = Exposer::start(PLAIN, "a 1\n").await;
        for _ in 0..3 {
            let elsewhere = Response::builder()
                .status(302)
                .header("location", "/elsewhere");
            target.push(elsewhere.body(Body::empty()).expect("valid"));
        }
        let running = run(&job(target.address, &json!({"follow_redirects": follow}))).await;
        outcome(&running, expected).await;
        running.tasks.stop().await;
    }
}
