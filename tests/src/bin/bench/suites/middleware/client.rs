//! A Tower client of HTTP requests.

use std::convert::Infallible;
use std::future::{Ready, ready};

use super::passing::Passing;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use tower::util::{ServiceFn, service_fn};
use tower::{Layer, Service};

use super::NOTHING;
use super::peers::{campanile, tower_otel};
use super::request::{Template, exchange};
use super::scene::{Mode, Scene};
use crate::measure::Case;

type Answered = Ready<Result<Response<Full<Bytes>>, Infallible>>;

/// Where a request goes.
type Origin = ServiceFn<fn(Request<Full<Bytes>>) -> Answered>;

/// A client without a layer, with ours, and with those of others.
pub(super) fn cases(cases: &mut Vec<Case>) {
    cases.push(case("client", NOTHING, Mode::Sampled, |_| Passing::default()).into_baseline());
    for (name, mode) in [
        ("client sampled", Mode::Sampled),
        ("client unsampled", Mode::Unsampled),
    ] {
        cases.extend([
            net(name, campanile::SUBJECT, mode, campanile::client),
            net(name, tower_otel::SUBJECT, mode, tower_otel::client),
        ]);
    }
}

/// A request through the layer that `layer` makes, net.
fn net<L, R>(
    name: &'static str,
    subject: &'static str,
    mode: Mode,
    layer: fn(&mut Scene) -> L,
) -> Case
where
    L: Layer<Origin> + 'static,
    L::Service: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible> + 'static,
    R: Body,
{
    case(name, subject, mode, layer).net_of("client")
}

/// A request through the layer that `layer` makes.
fn case<L, R>(
    name: &'static str,
    subject: &'static str,
    mode: Mode,
    layer: fn(&mut Scene) -> L,
) -> Case
where
    L: Layer<Origin> + 'static,
    L::Service: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible> + 'static,
    R: Body,
{
    Case::new(name, subject, move || {
        let mut scene = Scene::new(mode);
        scene.enter_parent();
        let mut client = layer(&mut scene).layer(service_fn(answer as fn(_) -> _));
        let template = Template::http("http://shop.example.com:8080/users/42/orders");
        move || {
            let _around = &scene;
            exchange(&mut client, template.request(Full::default()));
        }
    })
}

fn answer(_: Request<Full<Bytes>>) -> Answered {
    ready(Ok(Response::new(Full::from("hello world"))))
}
