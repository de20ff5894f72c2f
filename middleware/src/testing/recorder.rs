//! Keeps what layers record, for the test that looks at it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use campanile_propagation::Propagator;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{
    InMemorySpanExporter, Sampler, SdkTracerProvider, ShouldSample, SpanData,
};

use super::conventions::{Check, Problem, Violation};
use super::{notation, tree};
use crate::record::scope;
use crate::{ClientLayer, ServerLayer};

/// Longer than any test: metrics are exported when somebody asks for them.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

/// Providers of one test, and what was recorded with them.
///
/// Spans and metrics stay in memory, and nothing is global: tests may run at the same time. Clones
/// share what is kept. See the [module](super) for an example.
#[derive(Clone, Debug)]
pub struct Recorder {
    tracers: SdkTracerProvider,
    spans: InMemorySpanExporter,
    meters: SdkMeterProvider,
    /// Behind a lock, so that whoever asks for metrics gets his own.
    metrics: Arc<Mutex<InMemoryMetricExporter>>,
}

impl Recorder {
    /// Records every trace, but for those that the caller has not sampled.
    #[must_use]
    pub fn new() -> Self {
        Self::with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
    }

    /// Records what `sampler` accepts.
    #[must_use]
    pub fn with_sampler(sampler: impl ShouldSample + 'static) -> Self {
        let spans = InMemorySpanExporter::default();
        let metrics = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(metrics.clone())
            .with_interval(NEVER)
            .build();
        Self {
            tracers: SdkTracerProvider::builder()
                .with_sampler(sampler)
                .with_simple_exporter(spans.clone())
                .build(),
            spans,
            meters: SdkMeterProvider::builder().with_reader(reader).build(),
            metrics: Arc::new(Mutex::new(metrics)),
        }
    }

    /// A layer around a server, with W3C headers.
    pub fn server_layer(&self) -> ServerLayer {
        ServerLayer::new()
            .with_tracer_provider(&self.tracers)
            .with_meter_provider(&self.meters)
            .with_propagator(Propagator::w3c())
    }

    /// A layer around a client, with W3C headers.
    pub fn client_layer(&self) -> ClientLayer {
        ClientLayer::new()
            .with_tracer_provider(&self.tracers)
            .with_meter_provider(&self.meters)
            .with_propagator(Propagator::w3c())
    }

    /// The provider of the tracers, for whatever else is to be recorded.
    #[must_use]
    pub fn tracer_provider(&self) -> &SdkTracerProvider {
        &self.tracers
    }

    /// The provider of the meters, for whatever else is to be measured.
    #[must_use]
    pub fn meter_provider(&self) -> &SdkMeterProvider {
        &self.meters
    }

    /// The spans that have ended, in the order in which they started.
    #[must_use]
    pub fn spans(&self) -> Vec<SpanData> {
        // Fails only when another test thread has panicked in the exporter.
        let mut spans = self.spans.get_finished_spans().unwrap_or_default();
        spans.sort_by_key(|span| span.start_time);
        spans
    }

    /// What was measured until now, since the recorder was made.
    #[must_use]
    pub fn metrics(&self) -> ResourceMetrics {
        let metrics = self.metrics.lock().unwrap_or_else(PoisonError::into_inner);
        // Fails where the provider was shut down: then there is nothing more to say.
        let _ = self.meters.force_flush();
        let last = metrics
            .get_finished_metrics()
            .ok()
            .and_then(|mut all| all.pop());
        metrics.reset();
        last.unwrap_or_default()
    }

    /// The spans that have ended, [as a tree](super#the-tree).
    #[must_use]
    pub fn tree(&self) -> String {
        tree::written(&tree::lines(&self.spans()))
    }

    /// How the spans that have ended differ from the tree `expected`. None when they do not.
    ///
    /// For tests that have to wait, because the last span ends on another thread.
    ///
    /// # Panics
    ///
    /// When a line of `expected` is indented by half a level.
    #[must_use]
    #[track_caller]
    pub fn difference(&self, expected: &str) -> Option<String> {
        tree::difference(&notation::parse(expected), &tree::lines(&self.spans()))
    }

    /// Checks that the spans that have ended are the tree `expected`: all of them, in this order,
    /// without waiting for any.
    ///
    /// # Panics
    ///
    /// When they are not, with both trees; when a line of `expected` is indented by half a level.
    #[track_caller]
    pub fn assert_tree(&self, expected: &str) {
        if let Some(difference) = self.difference(expected) {
            panic!("{difference}");
        }
    }

    /// Where the ended spans and the metrics differ from the semantic conventions. That a client
    /// which drops its own gRPC call has no error is right, as the layers see it.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.violations_of(&Check::new().allow_cancelled_calls())
    }

    /// Where the ended spans and the metrics fail `check`. Of the spans that other instrumentation
    /// made, those which are neither HTTP nor RPC are left out.
    #[must_use]
    pub fn violations_of(&self, check: &Check) -> Vec<Violation> {
        let ours = scope();
        let spans = self.spans();
        let spans = spans.iter().flat_map(|span| {
            let mut violations = check.span(span);
            if span.instrumentation_scope != ours {
                violations.retain(|violation| violation.problem != Problem::Unrecognized);
            }
            violations
        });
        spans.chain(check.metrics(&self.metrics())).collect()
    }

    /// Checks that the ended spans and the metrics follow the semantic conventions.
    ///
    /// # Panics
    ///
    /// When they do not, with a sentence for each difference and the tree of spans.
    #[track_caller]
    pub fn assert_conventions(&self) {
        let violations = self.violations();
        if violations.is_empty() {
            return;
        }
        let sentences: Vec<_> = violations.iter().map(Violation::to_string).collect();
        panic!(
            "the conventions are violated\n\n- {}\n\nspans:\n{}",
            sentences.join("\n- "),
            self.tree()
        );
    }

    /// Forgets the spans that have ended. Metrics go on: for others make another recorder.
    pub fn clear(&self) {
        self.spans.reset();
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}
