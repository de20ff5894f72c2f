//! The telemetry of one cell: a recorder, how much its layers were asked to record, and what the
//! conventions say to that.

use std::sync::{Arc, Mutex, PoisonError};

use campanile_middleware::testing::Recorder;
use campanile_middleware::testing::conventions::{Check, Problem, Violation};
use campanile_middleware::{ClientLayer, ServerLayer};
use http::{HeaderName, header};
use opentelemetry::trace::{Link, SpanKind, TraceId};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SamplingResult, ShouldSample, SpanData};

/// A header that is no secret.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the conventions leave to choice, and [`Extent::Everything`] asks for.
const OPT_IN: [&str; 13] = [
    "client.port",
    "http.request.body.size",
    "http.request.header",
    "http.response.body.size",
    "http.response.header",
    "network.transport",
    "rpc.request.metadata",
    "rpc.response.metadata",
    "server.address",
    "server.port",
    "url.scheme",
    "user_agent.original",
    "user_agent.synthetic.type",
];

/// The gRPC methods that are served.
const SERVED: [&str; 9] = [
    "test.Echo/Break",
    "test.Echo/Cancel",
    "test.Echo/Endless",
    "test.Echo/Hang",
    "test.Echo/Panic",
    "test.Echo/Proxied",
    "test.Echo/Refuse",
    "test.Echo/Repeat",
    "test.Echo/Say",
];

/// How much layers are asked to record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Extent {
    Default,
    Everything,
}

/// The telemetry of one cell.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) recorder: Recorder,
    starts: Starts,
    extent: Extent,
    check: Check,
}

impl Scene {
    pub(super) fn new(extent: Extent) -> Self {
        let starts = Starts::default();
        let recorder = Recorder::with_sampler(starts.clone());
        let check = Check::new().allow_cancelled_calls().max_series(8);
        Self {
            recorder,
            starts,
            extent,
            check: match extent {
                Extent::Default => check,
                Extent::Everything => OPT_IN.into_iter().fold(check, Check::allow_opt_in),
            },
        }
    }

    pub(super) fn server_layer(&self) -> ServerLayer {
        let layer = self.recorder.server_layer();
        match self.extent {
            Extent::Default => layer,
            Extent::Everything => layer
                .with_request_attributes(OPT_IN)
                .with_request_headers([header::AUTHORIZATION, header::COOKIE, REQUEST_ID])
                .with_response_headers([header::SET_COOKIE, header::CONTENT_TYPE])
                .with_body_sizes()
                .with_message_counts()
                .with_server_timing()
                .with_hosts_in_metrics(["127.0.0.1", "[::1]"])
                .with_grpc_methods(SERVED),
        }
    }

    pub(super) fn client_layer(&self) -> ClientLayer {
        let layer = self.recorder.client_layer();
        match self.extent {
            Extent::Default => layer,
            Extent::Everything => layer
                .with_request_attributes(OPT_IN)
                .with_request_headers([header::AUTHORIZATION, header::COOKIE, REQUEST_ID])
                .with_response_headers([header::SET_COOKIE, header::CONTENT_TYPE])
                .with_body_sizes()
                .with_message_counts(),
        }
    }

    /// Whether a violation is the price of a promise: a server that was not told its gRPC methods
    /// waits for the answer before it believes that there is such a method.
    fn is_known(&self, violation: &Violation) -> bool {
        let late = Problem::Late("rpc.method".to_owned());
        matches!(self.extent, Extent::Default) && violation.problem == late
    }

    /// What differs from the conventions, when spans end and when they start.
    pub(super) fn violations(&self) -> Vec<Violation> {
        let mut violations = self.recorder.violations_of(&self.check);
        for span in self.recorder.spans() {
            violations.extend(self.check.start(&span, &self.starts.of(&span)));
        }
        violations.retain(|violation| !self.is_known(violation));
        violations
    }
}

/// Samples every trace, and keeps the attributes that spans start with.
#[derive(Clone, Debug, Default)]
struct Starts(Arc<Mutex<Vec<Start>>>);

/// What a sampler sees of a span.
#[derive(Debug)]
struct Start {
    trace: TraceId,
    kind: SpanKind,
    attributes: Vec<KeyValue>,
}

impl Starts {
    /// The attributes that `span` started with. Those of spans of the same kind in the same trace
    /// are told apart by their values.
    fn of(&self, span: &SpanData) -> Vec<KeyValue> {
        let starts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = starts.iter().filter(|start| {
            start.trace == span.span_context.trace_id() && start.kind == span.span_kind
        });
        let agreeing = |start: &&Start| {
            let agrees = |kv: &&KeyValue| span.attributes.contains(kv);
            start.attributes.iter().filter(agrees).count()
        };
        let best = same.max_by_key(agreeing);
        best.map(|start| start.attributes.clone())
            .unwrap_or_default()
    }
}

impl ShouldSample for Starts {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let start = Start {
            trace,
            kind: kind.clone(),
            attributes: attributes.to_vec(),
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(start);
        Sampler::AlwaysOn.should_sample(parent, trace, name, kind, attributes, links)
    }
}
