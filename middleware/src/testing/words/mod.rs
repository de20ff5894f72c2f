//! The words our tests are written in: a provider without globals, and a body that plays a script.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use campanile_propagation::Propagator;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame};
use opentelemetry::trace::{
    SpanKind, Status, TraceContextExt as _, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, Value};
use opentelemetry_sdk::trace::{
    InMemorySpanExporter, Sampler, SdkTracer, SdkTracerProvider, SpanData, TracerProviderBuilder,
};

use crate::{ClientLayer, ServerLayer};

pub(crate) mod measures;

/// A valid `traceparent` of a sampled parent.
pub(crate) const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// The trace id in [`TRACEPARENT`].
pub(crate) const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";
/// The span id in [`TRACEPARENT`].
pub(crate) const PARENT_ID: &str = "b7ad6b7169203331";

/// A tracer provider whose ended spans can be read.
#[derive(Clone, Debug)]
pub(crate) struct Traces {
    pub(crate) provider: SdkTracerProvider,
    exporter: InMemorySpanExporter,
}

impl Traces {
    pub(crate) fn new() -> Self {
        Self::sampled_by(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
    }

    pub(crate) fn sampled_by(sampler: Sampler) -> Self {
        Self::built_from(SdkTracerProvider::builder().with_sampler(sampler))
    }

    pub(crate) fn built_from(builder: TracerProviderBuilder) -> Self {
        let exporter = InMemorySpanExporter::default();
        let provider = builder.with_simple_exporter(exporter.clone()).build();
        Self { provider, exporter }
    }

    pub(crate) fn server(&self) -> ServerLayer {
        ServerLayer::new()
            .with_tracer_provider(&self.provider)
            .with_propagator(Propagator::w3c())
    }

    pub(crate) fn client(&self) -> ClientLayer {
        ClientLayer::new()
            .with_tracer_provider(&self.provider)
            .with_propagator(Propagator::w3c())
    }

    pub(crate) fn tracer(&self) -> SdkTracer {
        self.provider.tracer("test")
    }

    /// Records a span named `name` as child of the current context, at once.
    pub(crate) fn child(&self, name: &'static str) {
        drop(self.tracer().start(name));
    }

    /// The spans that have ended, in the order of their ends.
    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.exporter
            .get_finished_spans()
            .expect("the exporter keeps spans in memory")
    }

    /// The only span that has ended.
    #[track_caller]
    pub(crate) fn only(&self) -> SpanData {
        let mut spans = self.spans();
        assert_eq!(spans.len(), 1, "{spans:#?}");
        spans.pop().expect("there is one")
    }

    /// The only ended span of this kind.
    #[track_caller]
    pub(crate) fn of_kind(&self, kind: &SpanKind) -> SpanData {
        let mut spans = self.spans();
        spans.retain(|span| span.span_kind == *kind);
        assert_eq!(spans.len(), 1, "{spans:#?}");
        spans.pop().expect("there is one")
    }

    /// The ended span of this name.
    #[track_caller]
    pub(crate) fn named(&self, name: &str) -> SpanData {
        let spans = self.spans();
        let found = spans.iter().find(|span| span.name == name);
        found
            .unwrap_or_else(|| panic!("no span {name} in {spans:#?}"))
            .clone()
    }
}

/// The value of the attribute `key`, which must be there at most once.
#[track_caller]
pub(crate) fn attribute(span: &SpanData, key: &str) -> Option<Value> {
    let mut values = span.attributes.iter().filter(|kv| kv.key.as_str() == key);
    let value = values.next().map(|kv| kv.value.clone());
    assert!(values.next().is_none(), "{key} is set twice in {span:#?}");
    value
}

/// The text of the attribute `key`; a number is not text.
#[track_caller]
pub(crate) fn text(span: &SpanData, key: &str) -> Option<String> {
    attribute(span, key).map(|value| match value {
        Value::String(text) => text.as_str().to_owned(),
        other => panic!("{key} is {other:?}"),
    })
}

/// The number in the attribute `key`; text is not a number.
#[track_caller]
pub(crate) fn int(span: &SpanData, key: &str) -> Option<i64> {
    attribute(span, key).map(|value| match value {
        Value::I64(number) => number,
        other => panic!("{key} is {other:?}"),
    })
}

/// Checks `error.type` and the status that goes with it.
#[track_caller]
pub(crate) fn assert_error(span: &SpanData, error_type: Option<&str>) {
    assert_eq!(text(span, "error.type").as_deref(), error_type, "{span:#?}");
    let status = if error_type.is_some() {
        Status::error("")
    } else {
        Status::Unset
    };
    assert_eq!(span.status, status);
}

/// Whether `child` is a child of `parent`.
pub(crate) fn is_child(child: &SpanData, parent: &SpanData) -> bool {
    child.parent_span_id == parent.span_context.span_id()
        && child.span_context.trace_id() == parent.span_context.trace_id()
}

/// Whether a span is current.
pub(crate) fn in_span() -> bool {
    Context::current().has_active_span()
}

/// `GET /`, without a body.
pub(crate) fn get(uri: &str) -> Request<()> {
    Request::get(uri).body(()).expect("a valid request")
}

/// A gRPC request for `uri`.
pub(crate) fn grpc(uri: &str) -> Request<()> {
    let request = Request::post(uri).version(http::Version::HTTP_2);
    request
        .header("content-type", "application/grpc")
        .body(())
        .expect("a valid request")
}

/// Headers or trailers with one field.
pub(crate) fn headers(name: &'static str, value: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(name, http::HeaderValue::from_static(value));
    headers
}

/// What a scripted body does next.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Gives these bytes.
    Data(&'static str),
    /// Fails.
    Fail,
    /// Panics.
    Panic,
    /// Is not ready, and wakes its task at once.
    Pending,
    /// Gives these trailers.
    Trailers(HeaderMap),
}

/// The error of a scripted body.
#[derive(Debug)]
pub(crate) struct Broken;

/// A body that plays a script, never says that it is at its end before it has said so with `None`,
/// and records a span in each poll.
#[derive(Debug)]
pub(crate) struct Script {
    steps: VecDeque<Step>,
    traces: Option<Traces>,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            traces: None,
        }
    }

    /// Records a span named `body` in each poll.
    pub(crate) fn traced(self, traces: &Traces) -> Self {
        Self {
            traces: Some(traces.clone()),
            ..self
        }
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(traces) = &self.traces {
            traces.child("body");
        }
        Poll::Ready(match self.steps.pop_front() {
            None => None,
            Some(Step::Data(text)) => Some(Ok(Frame::data(Bytes::from_static(text.as_bytes())))),
            Some(Step::Fail) => Some(Err(Broken)),
            Some(Step::Panic) => panic!("the script says so"),
            Some(Step::Pending) => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Some(Step::Trailers(trailers)) => Some(Ok(Frame::trailers(trailers))),
        })
    }
}

/// A response with `status` and a scripted body.
pub(crate) fn scripted(status: u16, steps: impl IntoIterator<Item = Step>) -> Response<Script> {
    let response = Response::builder().status(status);
    // Of gRPC, where it answers a call; to anything else it means nothing.
    let response = response.header("content-type", "application/grpc");
    let response = response.body(Script::new(steps));
    response.expect("a valid response")
}
