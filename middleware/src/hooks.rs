//! Code of the application that runs when a span starts, when its response begins, and when it
//! ends.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::current::CurrentSpan;
use crate::record::Outcome;
use crate::view::{RequestView, ResponseView};

/// What is known when a request has ended, for [`on_end`](crate::ServerLayer::on_end).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Ended<'a> {
    /// How it ended.
    pub outcome: Outcome,
    /// From the request to the end of the response.
    pub duration: Duration,
    /// The status code, when there was a response.
    pub status: Option<StatusCode>,
    /// `error.type`, when the request is an error by the rules of the conventions.
    pub error_type: Option<&'a str>,
    /// The status of a gRPC call, such as `NOT_FOUND`.
    pub grpc_status: Option<&'static str>,
}

type OnStart = dyn Fn(&CurrentSpan, &RequestView<'_>) + Send + Sync;
type OnResponse = dyn Fn(&CurrentSpan, &ResponseView<'_>) + Send + Sync;
type OnEnd = dyn Fn(&CurrentSpan, &Ended<'_>) + Send + Sync;

/// The hooks of a layer, in the order in which they were added. They run for recorded spans only.
///
/// The span is the current one while they run. A hook that panics costs what it was about to say,
/// never the request.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    start: Vec<Arc<OnStart>>,
    response: Vec<Arc<OnResponse>>,
    end: Vec<Arc<OnEnd>>,
}

impl Hooks {
    pub(crate) fn push_start(
        &mut self,
        hook: impl Fn(&CurrentSpan, &RequestView<'_>) + Send + Sync + 'static,
    ) {
        self.start.push(Arc::new(hook));
    }

    pub(crate) fn push_response(
        &mut self,
        hook: impl Fn(&CurrentSpan, &ResponseView<'_>) + Send + Sync + 'static,
    ) {
        self.response.push(Arc::new(hook));
    }

    pub(crate) fn push_end(
        &mut self,
        hook: impl Fn(&CurrentSpan, &Ended<'_>) + Send + Sync + 'static,
    ) {
        self.end.push(Arc::new(hook));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start.is_empty() && self.response.is_empty() && self.end.is_empty()
    }

    pub(crate) fn started(&self, span: &CurrentSpan, request: &RequestView<'_>) {
        run(&self.start, span, |hook| hook(span, request));
    }

    pub(crate) fn responded(&self, span: &CurrentSpan, response: &ResponseView<'_>) {
        run(&self.response, span, |hook| hook(span, response));
    }

    pub(crate) fn ended(&self, span: &CurrentSpan, ended: &Ended<'_>) {
        run(&self.end, span, |hook| hook(span, ended));
    }
}

/// Runs every hook in the context of `span`, whatever one of them does.
fn run<F: ?Sized>(hooks: &[Arc<F>], span: &CurrentSpan, call: impl Fn(&F)) {
    for hook in hooks {
        let _ = guarded(|| {
            let _attached = span.context().clone().attach();
            call(hook);
        });
    }
}

/// Runs code of the application that only tells what is traced: a panic there is none of the
/// request's. The panic hook of the process has told of it.
#[inline]
pub(crate) fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("start", &self.start.len())
            .field("response", &self.response.len())
            .field("end", &self.end.len())
            .finish()
    }
}
