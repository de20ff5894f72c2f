//! What a caller may change about the check, and its entry points.

use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::trace::SpanData;

use super::report::Report;
use super::table::KNOWN_METHODS;
use super::violation::Violation;
use super::{check_metric, check_span};

/// Compares spans and metrics with the conventions.
///
/// See the [module](super) for an example.
#[derive(Clone, Debug, Default)]
pub struct Check {
    opted_in: Vec<String>,
    extra: Vec<String>,
    known_methods: Option<Vec<String>>,
    pub(super) cancelled_calls: bool,
    pub(super) descriptions: bool,
    pub(super) custom_names: bool,
    pub(super) max_series: Option<usize>,
}

impl Check {
    /// Expects what the conventions ask for by default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows the opt-in attribute `key`, and the keys below it: `http.request.header.x-id` allows
    /// one header, `http.request.header` all.
    #[must_use]
    pub fn allow_opt_in(mut self, key: impl Into<String>) -> Self {
        self.opted_in.push(key.into());
        self
    }

    /// Allows the attribute or metric `name`, and those below it, though the conventions do not
    /// list it.
    #[must_use]
    pub fn allow_extra(mut self, name: impl Into<String>) -> Self {
        self.extra.push(name.into());
        self
    }

    /// Allows gRPC calls of a client that are `CANCELLED` without being errors.
    ///
    /// By the letter every status but `OK` is an error to a client. But a client that drops its own
    /// call got what it wanted, and
    /// [Recording errors](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/general/recording-errors.md)
    /// leaves it to instrumentations what is an error to whom. A finished span does not tell who
    /// cancelled, so those that the server has cancelled are allowed, too.
    #[must_use]
    pub fn allow_cancelled_calls(mut self) -> Self {
        self.cancelled_calls = true;
        self
    }

    /// Allows statuses with a description. The conventions want one where there is more to say than
    /// `error.type` says and nothing of it is sensitive, which cannot be decided from a span.
    #[must_use]
    pub fn allow_descriptions(mut self) -> Self {
        self.descriptions = true;
        self
    }

    /// Allows any span name: the conventions let users choose the target behind the method.
    #[must_use]
    pub fn allow_names(mut self) -> Self {
        self.custom_names = true;
        self
    }

    /// Takes these methods for the known ones, instead of those of RFC 9110, PATCH and QUERY.
    #[must_use]
    pub fn known_methods(mut self, methods: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.known_methods = Some(methods.into_iter().map(Into::into).collect());
        self
    }

    /// Expects at most `limit` series of each metric. There is no limit by default.
    #[must_use]
    pub fn max_series(mut self, limit: usize) -> Self {
        self.max_series = Some(limit);
        self
    }

    /// What is wrong with `span`.
    #[must_use]
    pub fn span(&self, span: &SpanData) -> Vec<Violation> {
        let mut report = about(span);
        check_span::finished(self, span, &mut report);
        report.into_violations()
    }

    /// What is wrong with any of `spans`.
    #[must_use]
    pub fn spans<'a>(&self, spans: impl IntoIterator<Item = &'a SpanData>) -> Vec<Violation> {
        let spans = spans.into_iter();
        spans.flat_map(|span| self.span(span)).collect()
    }

    /// Which attributes of `span` should have been among those that it started with. A sampler sees
    /// these: a [`ShouldSample`](opentelemetry_sdk::trace::ShouldSample) of a test can keep them.
    #[must_use]
    pub fn start(&self, span: &SpanData, attributes: &[KeyValue]) -> Vec<Violation> {
        let mut report = about(span);
        check_span::started(span, attributes, &mut report);
        report.into_violations()
    }

    /// What is wrong with any of `metrics`.
    #[must_use]
    pub fn metrics(&self, metrics: &ResourceMetrics) -> Vec<Violation> {
        let metrics = metrics.scope_metrics().flat_map(|scope| scope.metrics());
        metrics
            .flat_map(|metric| {
                let mut report = Report::about(format!("metric `{}`", metric.name()));
                check_metric::check(self, metric, &mut report);
                report.into_violations()
            })
            .collect()
    }

    pub(super) fn is_opted_in(&self, key: &str) -> bool {
        self.opted_in.iter().any(|allowed| covers(allowed, key))
    }

    pub(super) fn is_extra(&self, name: &str) -> bool {
        self.extra.iter().any(|allowed| covers(allowed, name))
    }

    pub(super) fn is_known_method(&self, method: &str) -> bool {
        match &self.known_methods {
            Some(known) => known.iter().any(|name| name == method),
            None => KNOWN_METHODS.contains(&method),
        }
    }
}

fn about(span: &SpanData) -> Report {
    Report::about(format!("span `{}` ({:?})", span.name, span.span_kind))
}

/// Whether `key` is `allowed`, or below it.
fn covers(allowed: &str, key: &str) -> bool {
    let below = key.strip_prefix(allowed);
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
