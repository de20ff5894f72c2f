//! What a handler does with `tracing` is found in the trace of its request.

mod bounds;
mod events;
mod filters;
mod parents;
mod served;
mod tasks;

use std::convert::Infallible;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use opentelemetry::trace::Event;
use opentelemetry_sdk::trace::SpanData;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::testing::words::*;

/// Makes a registry with nothing but the bridge the default of this thread.
fn bridged(traces: &Traces) -> DefaultGuard {
    let bridge = super::layer(&traces.provider);
    tracing::subscriber::set_default(tracing_subscriber::registry().with(bridge))
}

/// Has `handler` serve `request` inside of the layer, to the end of the body.
async fn serve_request(traces: &Traces, request: Request<()>, handler: impl AsyncFn()) {
    let service = service_fn(async |_| {
        handler().await;
        Ok::<_, Infallible>(Response::new(String::from("served")))
    });
    let response = traces.server().layer(service).oneshot(request).await;
    let body = response.expect("it never fails").into_body();
    body.collect().await.expect("it never fails");
}

/// The same with a request from nobody.
async fn serve(traces: &Traces, handler: impl AsyncFn()) {
    serve_request(traces, get("/carts/7"), handler).await;
}

/// A request with [`TRACEPARENT`].
fn get_as_child() -> Request<()> {
    let mut request = get("/carts/7");
    *request.headers_mut() = headers("traceparent", TRACEPARENT);
    request
}

fn names(span: &SpanData) -> Vec<&str> {
    span.events
        .iter()
        .map(|event| event.name.as_ref())
        .collect()
}

/// The value of `key`, written as JSON would be: text has quotes.
#[track_caller]
fn value(event: &Event, key: &str) -> String {
    let found = event.attributes.iter().find(|kv| kv.key.as_str() == key);
    match &found
        .unwrap_or_else(|| panic!("no {key} in {event:?}"))
        .value
    {
        opentelemetry::Value::String(text) => format!("{:?}", text.as_str()),
        other => other.to_string(),
    }
}
