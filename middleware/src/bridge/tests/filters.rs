//! What is bridged does not depend on what is logged, and spans of requests depend on neither.

use std::io;
use std::sync::{Arc, Mutex};

use opentelemetry::Context;
use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::trace::Sampler;
use tracing::level_filters::LevelFilter;
use tracing::{debug, debug_span, info, info_span, warn};
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::{Layer as _, fmt};

use super::*;
use crate::bridge::Bridge;

/// A log that can be read.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().expect("nobody panics").clone();
        String::from_utf8(bytes).expect("it is text")
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Spans and events of three levels.
async fn handle() {
    debug_span!("detail").in_scope(|| debug!("detailed"));
    info_span!("load").in_scope(|| info!("loaded"));
    warn!("slow");
}

#[tokio::test]
async fn the_filter_of_the_log_takes_nothing_from_the_trace() {
    let (traces, log) = (Traces::new(), Log::default());
    let writer = log.clone();
    let lines = fmt::layer().with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry()
        .with(crate::bridge::layer(&traces.provider).with_filter(LevelFilter::INFO))
        .with(lines.with_filter(EnvFilter::new("warn")));
    let _default = tracing::subscriber::set_default(subscriber);
    serve(&traces, handle).await;
    let server = traces.of_kind(&SpanKind::Server);
    let load = traces.named("load");
    assert!(is_child(&load, &server));
    assert_eq!(
        (names(&load), names(&server)),
        (vec!["loaded"], vec!["slow"])
    );
    assert_eq!(
        traces.spans().len(),
        2,
        "DEBUG is below the level of the bridge"
    );
    let log = log.text();
    assert!(log.contains("slow") && !log.contains("loaded"), "{log}");
}

#[tokio::test]
async fn the_filter_of_the_bridge_takes_nothing_from_the_log() {
    let (traces, log) = (Traces::new(), Log::default());
    let writer = log.clone();
    let subscriber = tracing_subscriber::registry()
        .with(fmt::layer().with_writer(move || writer.clone()))
        .with(crate::bridge::layer(&traces.provider).with_filter(LevelFilter::OFF));
    let _default = tracing::subscriber::set_default(subscriber);
    serve(&traces, handle).await;
    assert!(names(&traces.only()).is_empty());
    let log = log.text();
    assert!(log.contains("detailed") && log.contains("slow"), "{log}");
}

#[tokio::test]
async fn a_filter_in_front_of_everything_takes_spans_of_handlers_but_none_of_requests() {
    let traces = Traces::new();
    let subscriber = tracing_subscriber::registry()
        .with(EnvFilter::new("off"))
        .with(crate::bridge::layer(&traces.provider));
    let _default = tracing::subscriber::set_default(subscriber);
    let client = traces.client().layer(service_fn(async |_| {
        Ok::<_, Infallible>(Response::new(String::new()))
    }));
    serve(&traces, async || {
        handle().await;
        let response = client.clone().oneshot(get("http://stock.test/")).await;
        response
            .expect("it never fails")
            .collect()
            .await
            .expect("it never fails");
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    assert!(is_child(&traces.of_kind(&SpanKind::Client), &server));
    assert!(names(&server).is_empty());
    assert_eq!(traces.spans().len(), 2);
}

#[tokio::test]
async fn without_any_subscriber_there_are_the_spans_of_requests() {
    let traces = Traces::new();
    serve(&traces, handle).await;
    assert_eq!(traces.only().span_kind, SpanKind::Server);
}

/// What HTTP libraries and others write.
async fn chatter() {
    info_span!(target: "h2", "frame").in_scope(|| info!(target: "h2::client", "sent"));
    info!(target: "hyper_util::client", "connected");
    info!(target: "opentelemetry_sdk", "exported");
    info!(target: "opentelemetry-otlp", "exported");
    info_span!(target: "h2_shop", "own").in_scope(|| ());
    info!(target: "tower_http::trace", "finished");
}

#[tokio::test]
async fn what_speaks_http_is_ignored_and_whatever_stands_inside_is_not() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        chatter().await;
        let frame = info_span!(target: "h2::proto", "frame");
        frame.in_scope(|| {
            info!("inside");
            info_span!("nested").in_scope(|| ());
        });
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    assert_eq!(names(&server), ["finished", "inside"]);
    assert!(is_child(&traces.named("own"), &server));
    assert!(is_child(&traces.named("nested"), &server));
    assert_eq!(traces.spans().len(), 3);
}

#[tokio::test]
async fn other_targets_can_be_ignored_instead() {
    let traces = Traces::new();
    let bridge = Bridge::new(&traces.provider).with_ignored_targets(["tower_http", "h2_shop"]);
    let subscriber = tracing_subscriber::registry().with(bridge.into_layer());
    let _default = tracing::subscriber::set_default(subscriber);
    serve(&traces, chatter).await;
    let server = traces.of_kind(&SpanKind::Server);
    assert_eq!(names(&server), ["connected"]);
    let frame = traces.named("frame");
    assert!(is_child(&frame, &server));
    assert_eq!(names(&frame), ["sent"]);
    assert_eq!(traces.spans().len(), 2);
}

#[tokio::test]
async fn an_exporter_at_work_is_not_bridged() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        let outer = info_span!("outer").entered();
        let suppressed = Context::enter_telemetry_suppressed_scope();
        info!("sent a batch");
        info_span!("export").in_scope(|| info!("sent it"));
        drop(suppressed);
        info!("heard");
        drop(outer);
    })
    .await;
    assert_eq!(names(&traces.named("outer")), ["heard"]);
    assert!(names(&traces.of_kind(&SpanKind::Server)).is_empty());
    assert_eq!(traces.spans().len(), 2);
}

#[tokio::test]
async fn a_request_that_is_not_sampled_leaves_nothing_anywhere() {
    let traces = Traces::sampled_by(Sampler::ParentBased(Box::new(Sampler::AlwaysOff)));
    let other = Traces::new();
    // The application's own trace, outside of the request, is recorded.
    let _default = bridged(&other);
    let outer = info_span!("outer").entered();
    let mut request = get("/");
    let unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    *request.headers_mut() = headers("traceparent", unsampled);
    serve_request(&traces, request, handle).await;
    drop(outer);
    assert!(traces.spans().is_empty());
    assert!(names(&other.only()).is_empty(), "{:#?}", other.only());
}
