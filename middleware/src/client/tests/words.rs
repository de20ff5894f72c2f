//! One request through a client's layer, and what was sent.

use std::convert::Infallible;
use std::sync::Arc;

use campanile_propagation::Propagator;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt as _;
use opentelemetry_sdk::trace::SpanData;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::ClientLayer;
use crate::client::ClientSettings;
use crate::describe::Side;
use crate::environment;
use crate::testing::words::{Script, Traces};

/// Sends `request` through `layer`. Returns the headers that were sent.
pub(super) async fn send(
    layer: ClientLayer,
    request: Request<()>,
    response: Response<Script>,
) -> HeaderMap {
    let mut response = Some(response);
    let service = layer.layer(service_fn(move |request: Request<()>| {
        let mut response = response.take().expect("called once");
        response
            .extensions_mut()
            .insert(request.into_parts().0.headers);
        async move { Ok::<_, Infallible>(response) }
    }));
    let (head, body) = service
        .oneshot(request)
        .await
        .expect("it cannot fail")
        .into_parts();
    // A body that breaks is part of some tests.
    drop(body.collect().await);
    head.extensions
        .get::<HeaderMap>()
        .expect("the service left them")
        .clone()
}

pub(super) async fn span_of(request: Request<()>, response: Response<Script>) -> SpanData {
    let traces = Traces::new();
    send(traces.client(), request, response).await;
    traces.only()
}

/// A layer that was built where the environment says `name=value`.
pub(super) fn in_environment(
    traces: &Traces,
    name: &'static str,
    value: &'static str,
) -> ClientLayer {
    let lookup = |asked: &str| (asked == name).then(|| value.into());
    let (environment, warnings) = environment::read(lookup);
    assert!(warnings.is_empty(), "{warnings:?}");
    let mut settings = ClientSettings::from_environment();
    settings.common = Arc::new(environment.settings(Side::Client));
    let layer = ClientLayer {
        settings: Arc::new(settings),
    };
    layer
        .with_tracer_provider(&traces.provider)
        .with_propagator(Propagator::w3c())
}
