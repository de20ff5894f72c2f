//! One request through a server's layer, and what its handler saw.

use std::convert::Infallible;
use std::sync::Arc;

use http::{HeaderMap, Request, Response, response};
use http_body_util::BodyExt as _;
use opentelemetry::Context;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::CurrentSpan;
use crate::describe::Side;
use crate::environment;
use crate::server::{ServerLayer, ServerSettings};
use crate::testing::words::{Script, Traces};

/// What became of a request.
pub(super) struct Served {
    pub(super) response: response::Parts,
    /// The headers that reached the handler.
    pub(super) headers: HeaderMap,
    /// What the extensions of the request held there.
    pub(super) span: Option<CurrentSpan>,
    /// The context that was current there.
    pub(super) context: Context,
}

/// Serves `request` with `response`, whose body is read to its end.
pub(super) async fn serve(
    layer: &ServerLayer,
    request: Request<()>,
    response: Response<Script>,
) -> Served {
    let mut response = Some(response);
    let service = layer.layer(service_fn(move |request: Request<()>| {
        let mut response = response.take().expect("called once");
        let seen = Seen {
            headers: request.headers().clone(),
            span: CurrentSpan::from_extensions(request.extensions()).cloned(),
            context: Context::current(),
        };
        response.extensions_mut().insert(seen);
        async move { Ok::<_, Infallible>(response) }
    }));
    let answer = service.oneshot(request).await.expect("it cannot fail");
    let (mut response, body) = answer.into_parts();
    // A body that breaks is part of some tests.
    drop(body.collect().await);
    let seen: Seen = response.extensions.remove().expect("the handler left it");
    Served {
        response,
        headers: seen.headers,
        span: seen.span,
        context: seen.context,
    }
}

#[derive(Clone)]
struct Seen {
    headers: HeaderMap,
    span: Option<CurrentSpan>,
    context: Context,
}

/// A layer that was built where the environment says `name=value`.
pub(super) fn in_environment(
    traces: &Traces,
    name: &'static str,
    value: &'static str,
) -> ServerLayer {
    let lookup = |asked: &str| (asked == name).then(|| value.into());
    let (environment, warnings) = environment::read(lookup);
    assert!(warnings.is_empty(), "{warnings:?}");
    let mut settings = ServerSettings::from_environment();
    settings.common = Arc::new(environment.settings(Side::Server));
    ServerLayer::of(Arc::new(settings))
        .with_tracer_provider(&traces.provider)
        .with_propagator(campanile_propagation::Propagator::w3c())
}

/// `request` with these headers.
pub(super) fn with<const N: usize>(
    mut request: Request<()>,
    headers: [(&'static str, &'static str); N],
) -> Request<()> {
    for (name, value) in headers {
        let value = http::HeaderValue::from_static(value);
        request.headers_mut().append(name, value);
    }
    request
}
