//! Whatever an event says, and whenever, it stays small and stops nobody.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    InMemorySpanExporter, Sampler, SdkTracerProvider, Span, SpanProcessor,
};
use tracing::{info, info_span};

use super::*;
use crate::ServerLayer;
use crate::bridge::fields::{MAX_FIELDS, MAX_TEXT};

/// Writes until it is stopped.
struct Endless;

impl fmt::Debug for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        loop {
            f.write_str("\u{20ac}")?;
        }
    }
}

#[tokio::test]
async fn a_text_without_end_is_cut_between_two_characters() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(
        &traces,
        async || info!(endless = ?Endless, "{}", "m".repeat(2 * MAX_TEXT)),
    )
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    let event = &server.events.events[0];
    assert_eq!(event.name.len(), MAX_TEXT);
    let text = value(event, "endless");
    assert_eq!(text.trim_matches('"'), "\u{20ac}".repeat(MAX_TEXT / 3));
}

#[tokio::test]
async fn a_chain_of_causes_without_end_is_cut() {
    /// Its own cause.
    #[derive(Debug)]
    struct Circular;

    impl fmt::Display for Circular {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("again")
        }
    }

    impl std::error::Error for Circular {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&Self)
        }
    }

    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        let error: &(dyn std::error::Error + 'static) = &Circular;
        info!(error, "failed");
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    let chain = value(&server.events.events[0], "error.chain");
    assert_eq!(chain.matches("again").count(), 8);
}

#[tokio::test]
async fn more_fields_than_there_is_room_for_are_left_out() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        info!(
            a0 = 0,
            a1 = 0,
            a2 = 0,
            a3 = 0,
            a4 = 0,
            a5 = 0,
            a6 = 0,
            a7 = 0,
            a8 = 0,
            a9 = 0,
            b0 = 0,
            b1 = 0,
            b2 = 0,
            b3 = 0,
            b4 = 0,
            b5 = 0,
            b6 = 0,
            b7 = 0,
            b8 = 0,
            b9 = 0,
            c0 = 0,
            c1 = 0,
            c2 = 0,
            c3 = 0,
            c4 = 0,
            c5 = 0,
            c6 = 0,
            c7 = 0,
            c8 = 0,
            c9 = 0,
            d0 = 0,
            d1 = 0,
            d2 = 0,
            d3 = 0,
            "many"
        );
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    let event = &server.events.events[0];
    // And the level, the target, the file and the line.
    assert_eq!(event.attributes.len(), MAX_FIELDS + 4);
    assert_eq!(event.name, "many");
}

#[tokio::test]
async fn a_value_that_traces_while_it_is_written_stops_nobody() {
    struct Chatty;

    impl fmt::Debug for Chatty {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            info!("asked");
            info_span!("inside").in_scope(|| f.write_str("chatty"))
        }
    }

    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || info!(value = ?Chatty, "told")).await;
    let server = traces.of_kind(&SpanKind::Server);
    assert!(names(&server).contains(&"told"), "{server:?}");
}

#[tokio::test]
async fn a_value_that_nobody_records_is_not_written() {
    let traces = Traces::sampled_by(Sampler::AlwaysOff);
    let _default = bridged(&traces);
    serve(&traces, async || info!(endless = ?Unwritten, "loaded")).await;
    assert!(traces.spans().is_empty());
}

/// May not be written.
struct Unwritten;

impl fmt::Debug for Unwritten {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("it is written")
    }
}

/// Logs at the end of each span.
#[derive(Debug)]
struct Loud;

impl SpanProcessor for Loud {
    fn on_start(&self, _: &mut Span, _: &Context) {
        info!("started");
    }

    fn on_end(&self, _: SpanData) {
        info!("ended");
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[test]
fn a_processor_that_logs_when_a_span_ends_stops_nobody() {
    assert_eq!(
        spans_of_loud(|| info_span!("load").in_scope(|| info!("loaded"))),
        2
    );
}

/// Serves one request with `handle` where the ends of spans are logged, and counts its spans.
#[track_caller]
fn spans_of_loud(handle: fn()) -> usize {
    let (done, is_done) = mpsc::channel();
    // A thread of its own, because what fails here never returns.
    thread::spawn(move || {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(Loud)
            .with_simple_exporter(exporter.clone())
            .build();
        let subscriber = tracing_subscriber::registry().with(crate::bridge::layer(&provider));
        let _default = tracing::subscriber::set_default(subscriber);
        let layer = ServerLayer::new().with_tracer_provider(&provider);
        let service = layer.layer(service_fn(async |_| {
            handle();
            Ok::<_, Infallible>(Response::new(String::new()))
        }));
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("there are threads");
        let serving = || drop(runtime.block_on(service.oneshot(get("/"))));
        // The span has ended when the panic arrives here.
        let _ = catch_unwind(AssertUnwindSafe(serving));
        done.send(exporter.get_finished_spans().map(|spans| spans.len()))
    });
    let ended = is_done.recv_timeout(Duration::from_secs(10));
    ended.expect("it returns").expect("they are in memory")
}

#[test]
fn a_processor_that_logs_when_a_panic_ends_the_span_stops_nobody() {
    assert_eq!(spans_of_loud(|| panic!("as the test wants")), 1);
}
