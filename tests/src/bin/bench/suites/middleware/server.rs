//! An axum server.

use std::convert::Infallible;

use super::passing::Passing;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::{Route, get};
use tower::{Layer, Service};

use super::NOTHING;
use super::peers::{axum_tracing, campanile, instrumentation_tower, tower_http, tower_otel};
use super::request::{Template, exchange};
use super::scene::{Mode, Scene};
use crate::measure::Case;

/// An axum server without a layer, with ours, and with those of others.
pub(super) fn cases(cases: &mut Vec<Case>) {
    cases.push(case("server", NOTHING, Mode::Sampled, |_| Passing::default()).into_baseline());
    for (name, mode) in [
        ("server sampled", Mode::Sampled),
        ("server unsampled", Mode::Unsampled),
        ("server noop", Mode::Noop),
    ] {
        cases.extend([
            net(name, campanile::SUBJECT, mode, campanile::server),
            net(
                name,
                instrumentation_tower::SUBJECT,
                mode,
                instrumentation_tower::server,
            ),
            net(name, axum_tracing::SUBJECT, mode, axum_tracing::server),
            net(name, tower_otel::SUBJECT, mode, tower_otel::server),
        ]);
    }
    unpropagated(cases);
    filtered(cases);
    with_metrics(cases);
}

/// The parent does not matter to who does not read it.
fn unpropagated(cases: &mut Vec<Case>) {
    let (name, mode) = ("server sampled", Mode::Sampled);
    cases.push(net(name, tower_http::SUBJECT, mode, tower_http::server));
}

/// A filter says that the request is not to be traced.
fn filtered(cases: &mut Vec<Case>) {
    let mode = Mode::Sampled;
    let any = "server filtered (any body)";
    cases.push(net(any, campanile::SUBJECT, mode, campanile::filtered_any));
    cases.push(net(
        any,
        axum_tracing::SUBJECT,
        mode,
        axum_tracing::filtered,
    ));
    let name = "server filtered";
    cases.push(net(name, campanile::SUBJECT, mode, campanile::filtered));
    cases.push(net(
        name,
        axum_tracing::SUBJECT,
        mode,
        axum_tracing::filtered,
    ));
}

/// Metrics too, aggregated by the SDK and read by nobody.
fn with_metrics(cases: &mut Vec<Case>) {
    let (name, mode) = ("server sampled with metrics", Mode::Sampled);
    let measured = campanile::server_with_metrics;
    cases.push(net(name, campanile::SUBJECT, mode, measured));
    let measured = instrumentation_tower::server_with_metrics;
    cases.push(net(name, instrumentation_tower::SUBJECT, mode, measured));
}

/// A request to a router with the layer that `layer` makes, net.
fn net<L>(name: &'static str, subject: &'static str, mode: Mode, layer: fn(&mut Scene) -> L) -> Case
where
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    case(name, subject, mode, layer).net_of("server")
}

/// A request to a router with the layer that `layer` makes.
fn case<L>(
    name: &'static str,
    subject: &'static str,
    mode: Mode,
    layer: fn(&mut Scene) -> L,
) -> Case
where
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    Case::new(name, subject, move || {
        let mut scene = Scene::new(mode);
        let mut router = Router::new()
            .route("/users/{id}/orders", get(|| async { "hello world" }))
            .layer(layer(&mut scene));
        let template = Template::http("/users/42/orders").traced(mode.traceparent());
        move || {
            let _around = &scene;
            exchange(&mut router, template.request(Body::empty()));
        }
    })
}
