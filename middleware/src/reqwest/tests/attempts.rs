//! Middleware that sends a request more than once.

use std::task::Poll;

use async_trait::async_trait;
use http::Extensions;
use opentelemetry_sdk::trace::SpanData;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};

use super::words::{plain, serve};
use crate::request::{NoPropagation, SpanName, Suppress, UrlTemplate};
use crate::testing::words::{Traces, assert_error, int, is_child, text};

/// Sends everything so many times, and keeps the last answer.
struct Again(usize);

#[async_trait]
impl Middleware for Again {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        for _ in 1..self.0 {
            let copy = request.try_clone().expect("its body is in memory");
            drop(next.clone().run(copy, extensions).await?);
        }
        next.run(request, extensions).await
    }
}

/// Gives up on the first attempt, and tries again.
struct Impatient;

#[async_trait]
impl Middleware for Impatient {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let copy = request.try_clone().expect("its body is in memory");
        let mut first = next.clone().run(copy, extensions);
        let polled = std::future::poll_fn(|cx| Poll::Ready(first.as_mut().poll(cx)));
        assert!(polled.await.is_pending(), "nothing answers at once");
        drop(first);
        next.run(request, extensions).await
    }
}

fn counts(spans: &[SpanData]) -> Vec<Option<i64>> {
    let count = |span| int(span, "http.request.resend_count");
    spans.iter().map(count).collect()
}

fn sending_twice(traces: &Traces) -> ClientBuilder {
    let traced = traces.client().into_middleware();
    ClientBuilder::new(plain()).with(Again(2)).with(traced)
}

async fn ask(client: &ClientWithMiddleware, path: &str) {
    let url = format!("http://{}{path}", serve().await);
    let response = client.get(url).send().await.expect("it answers");
    drop(response.bytes().await.expect("a short body"));
}

#[tokio::test]
async fn every_attempt_has_a_span_and_says_how_many_were_before() {
    let traces = Traces::new();
    let client = sending_twice(&traces).build();
    ask(&client, "/").await;
    ask(&client, "/nothing").await;
    let spans = traces.spans();
    assert_eq!(counts(&spans), [None, Some(1), None, Some(1)]);
    for (span, error) in spans.iter().zip([None, None, Some("404"), Some("404")]) {
        assert_error(span, error);
    }
}

#[tokio::test]
async fn around_the_attempts_one_span_covers_them() {
    let traces = Traces::new();
    let traced = traces.client().into_middleware();
    let client = ClientBuilder::new(plain())
        .with(traced)
        .with(Again(3))
        .build();
    ask(&client, "/").await;
    assert_eq!(counts(&[traces.only()]), [None]);
}

#[tokio::test]
async fn a_span_around_the_attempts_is_none_of_them() {
    let traces = Traces::new();
    let around = traces.client().into_middleware();
    let inside = traces.client().into_middleware();
    let client = ClientBuilder::new(plain())
        .with(around)
        .with(Again(2))
        .with(inside)
        .build();
    ask(&client, "/").await;
    let mut spans = traces.spans();
    let whole = spans.pop().expect("it ends last");
    assert!(spans.iter().all(|attempt| is_child(attempt, &whole)));
    assert_eq!(counts(&spans), [None, Some(1)]);
    assert_eq!(counts(&[whole]), [None]);
}

#[tokio::test]
async fn an_attempt_that_was_let_go_is_one_all_the_same() {
    let traces = Traces::new();
    let traced = traces.client().into_middleware();
    let client = ClientBuilder::new(plain())
        .with(Impatient)
        .with(traced)
        .build();
    ask(&client, "/").await;
    assert_eq!(counts(&traces.spans()), [None, Some(1)]);
}

#[tokio::test]
async fn one_request_is_told_apart_by_its_extensions() {
    let traces = Traces::new();
    let traced = traces.client().into_middleware();
    let client = ClientBuilder::new(plain()).with(traced).build();
    let url = format!("http://{}/", serve().await);
    let named = client
        .get(&url)
        .with_extension(SpanName::new("load the user"));
    let sent = named.with_extension(NoPropagation).send().await.unwrap();
    assert_eq!(sent.text().await.unwrap(), "none");
    let made = client.get(&url).with_extension(UrlTemplate::new("/{page}"));
    drop(made.send().await.unwrap().bytes().await);
    let suppressed = client.get(&url).with_extension(Suppress);
    assert_eq!(
        suppressed.send().await.unwrap().text().await.unwrap(),
        "none"
    );

    let spans = traces.spans();
    assert_eq!(spans.len(), 2);
    assert_eq!(spans[0].name, "load the user");
    assert_eq!(spans[1].name, "GET /{page}");
    assert_eq!(text(&spans[1], "url.template").as_deref(), Some("/{page}"));
}
