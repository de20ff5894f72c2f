//! A gRPC service and a gRPC client, both plain Tower services.

use std::convert::Infallible;
use std::future::{Ready, ready};

use super::passing::Passing;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::combinators::WithTrailers;
use http_body_util::{BodyExt as _, Full};
use tower::util::{ServiceFn, service_fn};
use tower::{Layer, Service};

use super::NOTHING;
use super::peers::{campanile, tonic_tracing, tower_otel};
use super::request::{Template, exchange};
use super::scene::{Mode, Scene};
use crate::measure::Case;

/// One message, then the trailers.
type Unary = WithTrailers<Full<Bytes>, Ready<Option<Result<HeaderMap, Infallible>>>>;

type Answered = Ready<Result<Response<Unary>, Infallible>>;

/// What answers a call.
type Procedure = ServiceFn<fn(Request<Full<Bytes>>) -> Answered>;

/// Five bytes of framing and six of a message.
const MESSAGE: &[u8] = b"\0\0\0\0\x06\x0a\x04abcd";

/// Which end of a call has the layer.
#[derive(Clone, Copy, Debug)]
enum End {
    Client,
    Server,
}

/// Both ends without a layer, with ours, and with those of others.
pub(super) fn cases(cases: &mut Vec<Case>) {
    for (end, baseline) in [(End::Server, "grpc server"), (End::Client, "grpc client")] {
        let nothing = case(baseline, NOTHING, (end, Mode::Sampled), |_| {
            Passing::default()
        });
        cases.push(nothing.into_baseline());
    }
    for (name, mode) in [
        ("grpc server sampled", Mode::Sampled),
        ("grpc server unsampled", Mode::Unsampled),
    ] {
        let at = (End::Server, mode);
        cases.extend([
            net(name, campanile::SUBJECT, at, campanile::server),
            net(name, tonic_tracing::SUBJECT, at, tonic_tracing::server),
            net(name, tower_otel::SUBJECT, at, tower_otel::grpc_server),
        ]);
    }
    for (name, mode) in [
        ("grpc client sampled", Mode::Sampled),
        ("grpc client unsampled", Mode::Unsampled),
    ] {
        let at = (End::Client, mode);
        cases.extend([
            net(name, campanile::SUBJECT, at, campanile::client),
            net(name, tonic_tracing::SUBJECT, at, tonic_tracing::client),
            net(name, tower_otel::SUBJECT, at, tower_otel::grpc_client),
        ]);
    }
}

/// A call through the layer that `layer` makes, net.
fn net<L, R>(
    name: &'static str,
    subject: &'static str,
    at: (End, Mode),
    layer: fn(&mut Scene) -> L,
) -> Case
where
    L: Layer<Procedure> + 'static,
    L::Service: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible> + 'static,
    R: Body,
{
    let baseline = match at.0 {
        End::Client => "grpc client",
        End::Server => "grpc server",
    };
    case(name, subject, at, layer).net_of(baseline)
}

/// A call through the layer that `layer` makes.
fn case<L, R>(
    name: &'static str,
    subject: &'static str,
    (end, mode): (End, Mode),
    layer: fn(&mut Scene) -> L,
) -> Case
where
    L: Layer<Procedure> + 'static,
    L::Service: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible> + 'static,
    R: Body,
{
    Case::new(name, subject, move || {
        let mut scene = Scene::new(mode);
        let mut template = Template::grpc("http://shop.example.com:8080/shop.v1.Orders/List");
        match end {
            End::Client => scene.enter_parent(),
            End::Server => template = template.traced(mode.traceparent()),
        }
        let mut service = layer(&mut scene).layer(service_fn(answer as fn(_) -> _));
        move || {
            let _around = &scene;
            exchange(&mut service, template.request(Full::from(MESSAGE)));
        }
    })
}

fn answer(_: Request<Full<Bytes>>) -> Answered {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let body = Full::from(MESSAGE).with_trailers(ready(Some(Ok(trailers))));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/grpc"),
    );
    ready(Ok(response))
}
