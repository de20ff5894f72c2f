//! A client of reqwest-middleware.

use std::pin::Pin;

use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Middleware, Next};

use super::NOTHING;
use super::peers::{campanile, reqwest_tracing};
use super::request::{Template, now};
use super::scene::{Mode, Scene};
use crate::measure::Case;

/// What a middleware answers with.
type Answered<'a> = Pin<Box<dyn Future<Output = reqwest_middleware::Result<Response>> + Send + 'a>>;

/// A client without a tracing middleware, with ours, and with those of others.
pub(super) fn cases(cases: &mut Vec<Case>) {
    let baseline = case("reqwest-middleware client", NOTHING, Mode::Sampled, |_| {
        pass
    });
    cases.push(baseline.into_baseline());
    for (name, mode) in [
        ("reqwest-middleware client sampled", Mode::Sampled),
        ("reqwest-middleware client unsampled", Mode::Unsampled),
    ] {
        cases.extend([
            net(name, campanile::SUBJECT, mode, campanile::middleware),
            net(
                name,
                reqwest_tracing::SUBJECT,
                mode,
                reqwest_tracing::middleware,
            ),
        ]);
    }
}

/// A request through the middleware that `middleware` makes, net.
fn net<M: Middleware>(
    name: &'static str,
    subject: &'static str,
    mode: Mode,
    middleware: fn(&mut Scene) -> M,
) -> Case {
    case(name, subject, mode, middleware).net_of("reqwest-middleware client")
}

/// A request through the middleware that `middleware` makes.
fn case<M: Middleware>(
    name: &'static str,
    subject: &'static str,
    mode: Mode,
    middleware: fn(&mut Scene) -> M,
) -> Case {
    Case::new(name, subject, move || {
        let mut scene = Scene::new(mode);
        scene.enter_parent();
        let client = ClientBuilder::new(campanile_tests::http())
            .with(middleware(&mut scene))
            .with(answer)
            .build();
        let url = "http://shop.example.com:8080/users/42/orders";
        let template = Template::http(url);
        let url = reqwest::Url::parse(url).expect("the URL above is one");
        move || {
            let _around = &scene;
            let mut request = Request::new(reqwest::Method::GET, url.clone());
            *request.headers_mut() = template.headers();
            now(async {
                let response = client.execute(request).await.expect("nothing here fails");
                response.bytes().await.expect("nor does this")
            })
        }
    })
}

/// Only passes the request on.
fn pass<'a>(request: Request, extensions: &'a mut Extensions, next: Next<'a>) -> Answered<'a> {
    next.run(request, extensions)
}

/// The end of the chain: no request goes out.
fn answer<'a>(_: Request, _: &'a mut Extensions, _: Next<'a>) -> Answered<'a> {
    Box::pin(async { Ok(Response::from(http::Response::new("hello world"))) })
}
