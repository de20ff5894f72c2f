//! The services that a request goes through, and the caller.

use std::fmt;
use std::future::{Ready, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use tokio::time::timeout;
use tower::retry::{Policy, RetryLayer};
use tower::timeout::TimeoutLayer;
use tower::{BoxError, Layer as _, Service, ServiceBuilder, ServiceExt as _, service_fn};

use super::case::{Answer, Case, Limit};
use super::outcome::Observed;
use crate::ResendLayer;
use crate::testing::words::{Script, Traces, in_span};

const LIMIT: Duration = Duration::from_secs(1);

/// Longer than any limit, and as long as a caller waits at most.
const LONG: Duration = Duration::from_secs(60);

/// Sends the request of `case`, and drops whatever is left of it.
pub(super) fn run(case: &Case, observed: &Observed) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without sockets");
    let service = stack(case, observed);
    // What is dropped on the way out is dropped by the panic.
    drop(catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { timeout(LONG, call(case, service)).await })
    })));
}

/// Tries again, at most twice, what was no success.
#[derive(Clone)]
struct Patience(usize);

impl<B, E> Policy<Request<()>, Response<B>, E> for Patience {
    type Future = Ready<()>;

    fn retry(
        &mut self,
        _: &mut Request<()>,
        result: &mut Result<Response<B>, E>,
    ) -> Option<Ready<()>> {
        let done = matches!(result, Ok(response) if !response.status().is_server_error());
        self.0 = self.0.checked_sub(1)?;
        (!done).then(|| ready(()))
    }

    fn clone_request(&mut self, request: &Request<()>) -> Option<Request<()>> {
        Some(request.clone())
    }
}

/// A traced server whose handler sends the request on through a traced client.
fn stack(
    case: &Case,
    observed: &Observed,
) -> impl Service<Request<()>, Response = Response<impl Body>, Error = BoxError> {
    let limit = |place| {
        TimeoutLayer::new(if case.limit == place {
            LIMIT
        } else {
            100 * LONG
        })
    };
    let client = ServiceBuilder::new()
        .layer(ResendLayer::new())
        .layer(RetryLayer::new(Patience(2)))
        .layer(limit(Limit::Outside))
        .layer(observed.client(case.panicking_hooks))
        .layer(limit(Limit::Inside))
        .service(innermost(case.clone(), &observed.traces));
    let traces = observed.traces.clone();
    let handler = service_fn(move |request: Request<()>| {
        traces.child("handler");
        let client = client.clone();
        async move { client.oneshot(request).await }
    });
    observed.server(case.panicking_hooks).layer(handler)
}

/// Answers each attempt as the case says.
fn innermost(
    case: Case,
    traces: &Traces,
) -> impl Service<
    Request<()>,
    Response = Response<Script>,
    Error = fmt::Error,
    Future = impl Future<Output = Result<Response<Script>, fmt::Error>>,
> + Clone {
    let attempts = Arc::new(AtomicUsize::new(0));
    let traces = traces.clone();
    service_fn(move |_: Request<()>| {
        traces.child("attempt");
        let answer = case.answer(attempts.fetch_add(1, Ordering::Relaxed));
        assert!(!matches!(answer, Answer::PanicInCall), "the case says so");
        let (traces, pending, is_sampled) = (traces.clone(), case.pending, case.is_sampled);
        async move {
            for _ in 0..pending {
                assert!(in_span() || !is_sampled, "it runs inside the span");
                tokio::task::yield_now().await;
            }
            match answer {
                Answer::Fail => Err(fmt::Error),
                Answer::Panic | Answer::PanicInCall => panic!("the case says so"),
                Answer::Respond(status, steps) => {
                    let body = Script::new(steps).traced(&traces);
                    let response = Response::builder()
                        .status(status)
                        .header("content-type", "application/grpc")
                        .body(body);
                    Ok(response.expect("a valid response"))
                }
                Answer::Stall => {
                    tokio::time::sleep(2 * LONG).await;
                    Err(fmt::Error)
                }
            }
        }
    })
}

/// A caller with limited patience, who reads a body as servers do.
async fn call<S, B>(case: &Case, mut service: S)
where
    S: Service<Request<()>, Response = Response<B>>,
    B: Body,
{
    let mut patience = case.patience;
    let mut sent = Box::pin(service.call(case.request()));
    let mut polling = Polling(case.catches_early, &mut patience);
    let Some(Ok(response)) = polling.until_ready(|cx| sent.as_mut().poll(cx)).await else {
        return;
    };
    let mut body = Box::pin(response.into_body());
    while !body.is_end_stream() {
        let frame = polling.until_ready(|cx| body.as_mut().poll_frame(cx)).await;
        if !matches!(frame, Some(Some(Ok(_)))) {
            return;
        }
    }
}

/// Polls as long as there is patience.
struct Polling<'a>(bool, &'a mut usize);

impl Polling<'_> {
    /// The output, unless patience ends or something panics before.
    async fn until_ready<T>(
        &mut self,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Option<T> {
        poll_fn(|cx| {
            let Some(left) = self.1.checked_sub(1) else {
                return Poll::Ready(None);
            };
            *self.1 = left;
            if !self.0 {
                return poll(cx).map(Some);
            }
            match catch_unwind(AssertUnwindSafe(|| poll(cx))) {
                Ok(polled) => polled.map(Some),
                Err(_) => Poll::Ready(None),
            }
        })
        .await
    }
}
