//! Attempts of one request: each has a span, and says which one it is.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderValue, Request, Response};
use opentelemetry_sdk::trace::SpanData;
use tower::retry::{Policy, RetryLayer};
use tower::util::ServiceFn;
use tower::{Layer as _, ServiceBuilder, ServiceExt as _, service_fn};

use crate::request::StartTime;
use crate::testing::words::measures::Measures;
use crate::testing::words::{Script, Step, Traces, assert_error, get, int, is_child, scripted};
use crate::{ResendLayer, Resends};

type Answered = Ready<Result<Response<Script>, Infallible>>;

/// Tries again until there is a success.
#[derive(Clone)]
struct Patience;

impl<B, E> Policy<Request<()>, Response<B>, E> for Patience {
    type Future = Ready<()>;

    fn retry(
        &mut self,
        _: &mut Request<()>,
        result: &mut Result<Response<B>, E>,
    ) -> Option<Ready<()>> {
        let done = matches!(result, Ok(response) if response.status().is_success());
        (!done).then(|| ready(()))
    }

    fn clone_request(&mut self, request: &Request<()>) -> Option<Request<()>> {
        Some(request.clone())
    }
}

/// A service whose clones together answer with these statuses, one after the other, and tell in
/// the response which context they were sent.
fn answering<const N: usize>(
    statuses: [u16; N],
) -> ServiceFn<impl FnMut(Request<()>) -> Answered + Clone> {
    let next = Arc::new(AtomicUsize::new(0));
    service_fn(move |request: Request<()>| {
        let status = statuses[next.fetch_add(1, Ordering::Relaxed)];
        let mut response = scripted(status, [Step::Data("x")]);
        let sent = request.headers().get_all("traceparent");
        let sent: Vec<HeaderValue> = sent.into_iter().cloned().collect();
        response.extensions_mut().insert(sent);
        ready(Ok(response))
    })
}

fn counts(spans: &[SpanData]) -> Vec<Option<i64>> {
    let count = |span| int(span, "http.request.resend_count");
    spans.iter().map(count).collect()
}

#[tokio::test]
async fn every_attempt_has_a_span_and_says_how_many_were_before() {
    let traces = Traces::new();
    let service = ServiceBuilder::new()
        .layer(traces.server())
        .layer(ResendLayer::new())
        .layer(RetryLayer::new(Patience))
        .layer(traces.client())
        .service(answering([503, 404, 200]));
    let response = service.oneshot(get("http://h/")).await.unwrap();
    let sent = response.extensions().get::<Vec<HeaderValue>>().cloned();
    drop(response);

    let mut spans = traces.spans();
    let server = spans.pop().expect("it ends last");
    assert_eq!(counts(&spans), [None, Some(1), Some(2)]);
    assert!(spans.iter().all(|attempt| is_child(attempt, &server)));
    for (attempt, error) in spans.iter().zip([Some("503"), Some("404"), None]) {
        assert_error(attempt, error);
    }
    assert_eq!(counts(&[server]), [None]);
    let last = &spans[2].span_context;
    let expected = format!("00-{}-{}-01", last.trace_id(), last.span_id());
    assert_eq!(
        sent.unwrap(),
        [expected],
        "each attempt is told its own span only"
    );
}

#[tokio::test]
async fn each_request_is_counted_from_its_own_beginning() {
    let traces = Traces::new();
    let service = ServiceBuilder::new()
        .layer(ResendLayer::new())
        .layer(RetryLayer::new(Patience))
        .layer(traces.client())
        .service(answering([503, 200, 200]));
    for _ in 0..2 {
        drop(service.clone().oneshot(get("http://h/")).await.unwrap());
    }
    assert_eq!(counts(&traces.spans()), [None, Some(1), None]);
}

#[tokio::test]
async fn nobody_counts_unless_asked_to() {
    let traces = Traces::new();
    let service = RetryLayer::new(Patience).layer(traces.client().layer(answering([503, 200])));
    drop(service.oneshot(get("http://h/")).await.unwrap());
    assert_eq!(counts(&traces.spans()), [None, None]);
}

#[tokio::test]
async fn a_loop_of_ones_own_counts_by_an_extension() {
    let traces = Traces::new();
    let service = traces.client().layer(answering([503, 503, 200]));
    let mut request = get("http://h/");
    request.extensions_mut().insert(Resends::default());
    while !service
        .clone()
        .oneshot(request.clone())
        .await
        .unwrap()
        .status()
        .is_success()
    {}
    assert_eq!(counts(&traces.spans()), [None, Some(1), Some(2)]);
}

#[tokio::test]
async fn a_layer_around_the_retries_has_one_span_for_all_of_them() {
    let traces = Traces::new();
    let service = ServiceBuilder::new()
        .layer(traces.client())
        .layer(ResendLayer::new())
        .layer(RetryLayer::new(Patience))
        .layer(traces.client())
        .service(answering([503, 200]));
    drop(service.oneshot(get("http://h/")).await.unwrap());
    let mut spans = traces.spans();
    let whole = spans.pop().expect("it ends last");
    assert_error(&whole, None);
    assert_eq!(counts(&spans), [None, Some(1)]);
    assert_eq!(counts(std::slice::from_ref(&whole)), [None]);
    assert!(spans.iter().all(|attempt| is_child(attempt, &whole)));
}

#[tokio::test]
async fn every_attempt_is_measured() {
    let measures = Measures::new();
    let client = Traces::new()
        .client()
        .with_meter_provider(&measures.provider);
    let service = ServiceBuilder::new()
        .layer(ResendLayer::new())
        .layer(RetryLayer::new(Patience))
        .layer(client)
        .service(answering([503, 503, 200]));
    drop(service.oneshot(get("http://h/")).await.unwrap());
    let mut counted: Vec<_> = measures
        .series("http.client.request.duration")
        .into_iter()
        .map(|series| {
            (
                series.attributes["http.response.status_code"].clone(),
                series.count,
            )
        })
        .collect();
    counted.sort_by_key(|(_, count)| *count);
    assert_eq!(counted, [(200.into(), 1), (503.into(), 2)]);
    assert_eq!(measures.only("http.client.active_requests").sum, 0.0);
}

#[tokio::test]
async fn what_an_attempt_itself_asks_for_is_not_sent_again() {
    let traces = Traces::new();
    let idp = traces.client().layer(answering([200, 200]));
    let api = answering([503, 200]);
    // Such as a token that has to be fetched first, in the same context.
    let authorized = service_fn(move |request: Request<()>| {
        let token = idp.clone().oneshot(get("http://idp/"));
        let api = api.clone();
        async move {
            drop(token.await);
            api.oneshot(request).await
        }
    });
    let service = ServiceBuilder::new()
        .layer(ResendLayer::new())
        .layer(RetryLayer::new(Patience))
        .layer(traces.client())
        .service(authorized);
    drop(service.oneshot(get("http://h/")).await.unwrap());
    // Each attempt ends after the request for its token.
    assert_eq!(counts(&traces.spans()), [None, None, None, Some(1)]);
}

#[tokio::test]
async fn a_layer_further_in_takes_no_part_in_the_count_of_a_loop() {
    let traces = Traces::new();
    let inside = traces.client().layer(answering([503, 200]));
    let service = traces.client().layer(inside);
    let mut request = get("http://h/");
    request.extensions_mut().insert(Resends::default());
    for _ in 0..2 {
        drop(service.clone().oneshot(request.clone()).await.unwrap());
    }
    // The inner one of each attempt ends first.
    assert_eq!(counts(&traces.spans()), [None, None, None, Some(1)]);
}

#[tokio::test]
async fn only_the_first_attempt_started_when_the_request_did() {
    let traces = Traces::new();
    let service = ServiceBuilder::new()
        .layer(ResendLayer::new())
        .layer(RetryLayer::new(Patience))
        .layer(traces.client())
        .service(answering([503, 200]));
    let mut request = get("http://h/");
    let queued = Duration::from_secs(60);
    let start = StartTime::new(SystemTime::now() - queued);
    request.extensions_mut().insert(start);
    drop(service.oneshot(request).await.unwrap());
    let long = |span: SpanData| {
        let took = span.end_time.duration_since(span.start_time);
        took.expect("ends after its start") >= queued
    };
    let long: Vec<_> = traces.spans().into_iter().map(long).collect();
    assert_eq!(long, [true, false]);
}
