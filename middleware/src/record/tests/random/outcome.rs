//! What was told of a request, and that it agrees.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use opentelemetry::Context;
use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, Span, SpanData, SpanProcessor};

use super::case::Case;
use crate::testing::words::measures::Measures;
use crate::testing::words::{Traces, is_child, text};
use crate::{ClientLayer, CurrentSpan, Ended, Outcome, ServerLayer};

/// Counts the spans that were started.
#[derive(Clone, Debug, Default)]
struct Started(Arc<AtomicUsize>);

impl SpanProcessor for Started {
    fn on_start(&self, _: &mut Span, _: &Context) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// What the hook at the end was told.
#[derive(Clone, Debug)]
struct Told {
    span: SpanId,
    outcome: Outcome,
    error_type: Option<String>,
    seconds: f64,
}

/// Everything that can be observed of a request.
pub(super) struct Observed {
    pub(super) traces: Traces,
    measures: Measures,
    started: Started,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Observed {
    pub(super) fn new(is_sampled: bool) -> Self {
        let started = Started::default();
        let sampler = if is_sampled {
            Sampler::AlwaysOn
        } else {
            Sampler::AlwaysOff
        };
        let builder = SdkTracerProvider::builder().with_sampler(sampler);
        Self {
            traces: Traces::built_from(builder.with_span_processor(started.clone())),
            measures: Measures::new(),
            started,
            told: Arc::default(),
        }
    }

    /// A hook for the end, behind those that panic.
    fn tell(&self) -> impl Fn(&CurrentSpan, &Ended<'_>) + Send + Sync + 'static {
        let told = Arc::clone(&self.told);
        move |span, ended| {
            let mut told = told.lock().expect("no hook panics with the lock");
            told.push(Told {
                span: span.span_context().span_id(),
                outcome: ended.outcome,
                error_type: ended.error_type.map(str::to_owned),
                seconds: ended.duration.as_secs_f64(),
            });
        }
    }

    pub(super) fn server(&self, [start, response, end]: [bool; 3]) -> ServerLayer {
        let layer = self
            .traces
            .server()
            .with_meter_provider(&self.measures.provider);
        layer
            .on_start(move |_, _| assert!(!start, "a hook panics"))
            .on_response(move |_, _| assert!(!response, "a hook panics"))
            .on_end(move |_, _| assert!(!end, "a hook panics"))
            .on_end(self.tell())
    }

    pub(super) fn client(&self, [start, response, end]: [bool; 3]) -> ClientLayer {
        let layer = self
            .traces
            .client()
            .with_meter_provider(&self.measures.provider);
        layer
            .on_start(move |_, _| assert!(!start, "a hook panics"))
            .on_response(move |_, _| assert!(!response, "a hook panics"))
            .on_end(move |_, _| assert!(!end, "a hook panics"))
            .on_end(self.tell())
    }

    /// Asserts that spans, hooks and metrics tell the same story.
    pub(super) fn assert_consistent(&self, case: &Case) {
        let spans = self.traces.spans();
        assert_eq!(spans.len(), self.started.0.load(Ordering::Relaxed));
        assert_eq!(spans.is_empty(), !case.is_sampled);
        for span in &spans {
            assert_well_formed(span);
        }
        let of_kind = |kind| spans.iter().filter(move |span| span.span_kind == kind);
        let ours: Vec<_> = of_kind(SpanKind::Server)
            .chain(of_kind(SpanKind::Client))
            .collect();
        self.assert_told(&ours);
        if let Some(server) = of_kind(SpanKind::Server).next() {
            assert_eq!(of_kind(SpanKind::Server).count(), 1);
            let attempts: Vec<_> = of_kind(SpanKind::Client).collect();
            assert_parents(&spans, server, &attempts);
        }
        let [servers, clients] =
            [SpanKind::Server, SpanKind::Client].map(|kind| of_kind(kind).collect::<Vec<_>>());
        self.assert_measured("server", &servers, case);
        self.assert_measured("client", &clients, case);
    }

    /// Asserts that the hook was told of each span once, and what the span says.
    fn assert_told(&self, ours: &[&SpanData]) {
        let told = self.told.lock().expect("no hook panics with the lock");
        assert_eq!(told.len(), ours.len(), "{told:?}");
        for span in ours {
            let is_it = |told: &&Told| told.span == span.span_context.span_id();
            let told = told.iter().find(is_it).expect("one for each span");
            assert_eq!(told.error_type, text(span, "error.type"), "{told:?}");
            assert_eq!(told.seconds, seconds(span));
            if let Outcome::Failed(name) | Outcome::BodyFailed(name) = told.outcome {
                assert_eq!(told.error_type.as_deref(), Some(name));
            }
        }
    }

    /// Asserts that every request was measured once, and none is active.
    fn assert_measured(&self, side: &str, spans: &[&SpanData], case: &Case) {
        for series in self
            .measures
            .series(&format!("http.{side}.active_requests"))
        {
            assert_eq!(series.sum, 0.0, "{series:?}");
        }
        let duration = if case.is_grpc {
            format!("rpc.{side}.call.duration")
        } else {
            format!("http.{side}.request.duration")
        };
        let series = self.measures.series(&duration);
        let measured: u64 = series.iter().map(|series| series.count).sum();
        if !case.is_sampled {
            assert!(measured > 0 || side == "client");
            return;
        }
        assert_eq!(measured, spans.len() as u64);
        let total: f64 = series.iter().map(|series| series.sum).sum();
        let of_spans: f64 = spans.iter().map(|span| seconds(span)).sum();
        assert!((total - of_spans).abs() < 1e-9, "{total} {of_spans}");
    }
}

fn seconds(span: &SpanData) -> f64 {
    let lasted = span.end_time.duration_since(span.start_time);
    lasted.expect("spans end after their start").as_secs_f64()
}

/// Asserts that nothing is said twice, and that an error has its type.
fn assert_well_formed(span: &SpanData) {
    let keys: HashSet<_> = span.attributes.iter().map(|kv| &kv.key).collect();
    assert_eq!(keys.len(), span.attributes.len(), "{span:#?}");
    let is_error = span.status == Status::error("");
    assert_eq!(is_error, text(span, "error.type").is_some(), "{span:#?}");
}

/// Asserts whose children everything is. `spans` are in the order in which they ended, and what
/// was recorded on the way ended at once.
fn assert_parents(spans: &[SpanData], server: &SpanData, attempts: &[&SpanData]) {
    for attempt in attempts {
        assert!(is_child(attempt, server));
    }
    let ended_before = |index, span: &SpanData| {
        let ended = spans
            .iter()
            .position(|other| other.span_context == span.span_context);
        ended.is_some_and(|ended| ended < index)
    };
    for (index, span) in spans.iter().enumerate() {
        let parent = attempts.iter().find(|attempt| is_child(span, attempt));
        match &*span.name {
            "handler" => assert!(is_child(span, server)),
            "attempt" => assert!(parent.is_some_and(|parent| !ended_before(index, parent))),
            // The body of an upgrade, say, outlives the spans around it.
            "body" => match parent {
                Some(parent) => assert!(!ended_before(index, parent)),
                None if is_child(span, server) => {
                    assert!(attempts.iter().any(|attempt| ended_before(index, attempt)));
                    assert!(!ended_before(index, server));
                }
                None => assert!(ended_before(index, server)),
            },
            _ => {}
        }
    }
}
