//! Whatever happens to a request, in whatever order: as many spans end as were started.

use std::collections::HashSet;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context as TaskContext, Poll, Waker};

use http::{Method, Request, Response};
use http_body::Body as _;
use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};
use proptest::prelude::*;
use tower::{Layer as _, Service as _, service_fn};

use crate::testing::words::{Script, Step, headers, in_span};
use crate::{ClientLayer, ServerLayer};

/// Counts spans. One that says anything twice counts as not ended.
#[derive(Clone, Debug, Default)]
struct Counts {
    started: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

impl Counts {
    fn read(&self) -> (usize, usize) {
        (
            self.started.load(Ordering::Relaxed),
            self.ended.load(Ordering::Relaxed),
        )
    }
}

impl SpanProcessor for Counts {
    fn on_start(&self, _: &mut Span, _: &Context) {
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    fn on_end(&self, span: SpanData) {
        let keys: HashSet<_> = span
            .attributes
            .iter()
            .map(|attribute| &attribute.key)
            .collect();
        if keys.len() == span.attributes.len() {
            self.ended.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// How the service's future ends, after some polls.
#[derive(Clone, Debug)]
enum Answer {
    Fail,
    Panic,
    Respond(u16, Vec<Step>),
}

#[derive(Clone, Debug)]
struct Case {
    method: Method,
    is_grpc: bool,
    pending: usize,
    answer: Answer,
    /// After how many polls, of future and body together, the caller lets go.
    patience: usize,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Data("data")),
        2 => Just(Step::Pending),
        1 => Just(Step::Fail),
        1 => Just(Step::Panic),
        1 => prop_oneof![Just("0"), Just("5"), Just("13"), Just("x")]
            .prop_map(|status| Step::Trailers(headers("grpc-status", status))),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    let status = prop_oneof![
        Just(200_u16),
        Just(204),
        Just(304),
        Just(101),
        Just(404),
        Just(500)
    ];
    prop_oneof![
        1 => Just(Answer::Fail),
        1 => Just(Answer::Panic),
        6 => (status, prop::collection::vec(step(), 0..5))
            .prop_map(|(status, steps)| Answer::Respond(status, steps)),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let method = prop_oneof![Just(Method::GET), Just(Method::HEAD), Just(Method::CONNECT)];
    (method, any::<bool>(), 0_usize..3, answer(), 0_usize..10).prop_map(
        |(method, is_grpc, pending, answer, patience)| Case {
            method,
            is_grpc,
            pending,
            answer,
            patience,
        },
    )
}

impl Case {
    fn request(&self) -> Request<()> {
        let content_type = if self.is_grpc {
            "application/grpc"
        } else {
            "text/plain"
        };
        let request = Request::builder()
            .method(&self.method)
            .uri("http://h/a.B/C");
        request
            .header("content-type", content_type)
            .body(())
            .expect("a valid request")
    }

    /// The service's future: pending some times, then the answer.
    async fn respond(self) -> Result<Response<Script>, ()> {
        for _ in 0..self.pending {
            assert!(in_span(), "the handler runs inside the span");
            tokio::task::yield_now().await;
        }
        match self.answer {
            Answer::Fail => Err(()),
            Answer::Panic => panic!("the case says so"),
            Answer::Respond(status, steps) => {
                let response = Response::builder().status(status).body(Script::new(steps));
                Ok(response.expect("a valid response"))
            }
        }
    }
}

/// Polls like a caller with limited patience. A panic is caught in the place of a runtime.
fn drive<F, B>(future: F, mut patience: usize)
where
    F: Future<Output = Result<Response<B>, ()>>,
    B: http_body::Body,
{
    let mut cx = TaskContext::from_waker(Waker::noop());
    let mut future = Box::pin(future);
    let mut body = loop {
        if patience == 0 {
            return;
        }
        patience -= 1;
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut cx))) {
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(Ok(response))) => break Box::pin(response.into_body()),
            Ok(Poll::Ready(Err(()))) | Err(_) => return,
        }
    };
    while patience > 0 && !body.is_end_stream() {
        patience -= 1;
        let polled = catch_unwind(AssertUnwindSafe(|| poll_frame(&mut body, &mut cx)));
        if !matches!(polled, Ok(true)) {
            return;
        }
    }
}

/// Whether the body may have more to give.
fn poll_frame<B: http_body::Body>(body: &mut Pin<Box<B>>, cx: &mut TaskContext<'_>) -> bool {
    match body.as_mut().poll_frame(cx) {
        Poll::Pending | Poll::Ready(Some(Ok(_))) => true,
        Poll::Ready(None | Some(Err(_))) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn as_many_spans_end_as_were_started(case in case()) {
        let counts = Counts::default();
        let provider = SdkTracerProvider::builder().with_span_processor(counts.clone()).build();
        let server = ServerLayer::new().with_tracer_provider(&provider);
        let client = ClientLayer::new().with_tracer_provider(&provider);
        let handler = case.clone();
        let inner = server.layer(service_fn(move |_: Request<()>| handler.clone().respond()));
        let mut outer = client.layer(inner);
        let future = outer.call(case.request());
        drive(future, case.patience);
        prop_assert_eq!(counts.read(), (2, 2));
        prop_assert!(!in_span());
    }
}

#[test]
fn a_request_that_is_never_polled_ends_too() {
    let counts = Counts::default();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(counts.clone())
        .build();
    let layer = ServerLayer::new().with_tracer_provider(&provider);
    let mut service = layer.layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(Script::new([])))
    }));
    drop(service.call(Request::new(())));
    assert_eq!(counts.read(), (1, 1));
}
