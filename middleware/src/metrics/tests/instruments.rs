//! Every instrument, as the conventions have it.

use std::convert::Infallible;

use http::Request;
use http_body_util::BodyExt as _;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

use crate::describe::Side;
use crate::telemetry::Telemetry;
use crate::testing::words::measures::{Measured, Measures, attributes};
use crate::testing::words::{Script, Step, Traces, get, grpc, headers, scripted};
use crate::{ClientLayer, CurrentSpan, ServerLayer};

const SECONDS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// Serves everything: HTTP with a route, gRPC with a status.
fn service() -> impl Service<
    Request<()>,
    Response = http::Response<Script>,
    Error = Infallible,
    Future = std::future::Ready<Result<http::Response<Script>, Infallible>>,
> + Clone {
    service_fn(|request: Request<()>| {
        if let Some(span) = CurrentSpan::from_extensions(request.extensions()) {
            span.set_route("/users/{id}");
        }
        let trailers = Step::Trailers(headers("grpc-status", "0"));
        let mut response = scripted(503, [Step::Data("abc"), trailers]);
        *response.version_mut() = http::Version::HTTP_2;
        std::future::ready(Ok(response))
    })
}

async fn ask<S>(service: S, request: Request<()>)
where
    S: Service<Request<()>, Response = http::Response<crate::TracedBody<Script>>>,
    S::Error: std::fmt::Debug,
{
    let response = service.oneshot(request).await.expect("it cannot fail");
    response
        .into_body()
        .collect()
        .await
        .expect("it does not break");
}

fn server(measures: &Measures) -> ServerLayer {
    let layer = Traces::new().server().with_body_sizes();
    layer.with_meter_provider(&measures.provider)
}

fn client(measures: &Measures) -> ClientLayer {
    let layer = Traces::new().client().with_body_sizes();
    layer.with_meter_provider(&measures.provider)
}

fn posted(uri: &str) -> Request<()> {
    let mut request = get(uri);
    request.headers_mut().extend(headers("content-length", "5"));
    request
        .headers_mut()
        .extend(headers("host", "shop.example:81"));
    request
}

/// Name, unit and boundaries of everything that was measured, sorted.
fn shapes(all: &[Measured]) -> Vec<(&str, &str, &[f64])> {
    let mut shapes: Vec<_> = all
        .iter()
        .map(|metric| (&*metric.name, &*metric.unit, &*metric.bounds))
        .collect();
    shapes.sort_by_key(|shape| shape.0);
    shapes
}

#[tokio::test]
async fn a_server_has_the_instruments_of_the_conventions() {
    let measures = Measures::new();
    ask(server(&measures).layer(service()), posted("/users/7")).await;
    ask(server(&measures).layer(service()), grpc("/a.B/C")).await;
    let all = measures.all();
    let sizes = &all
        .iter()
        .find(|metric| metric.unit == "By")
        .unwrap()
        .bounds;
    let expected: [(&str, &str, &[f64]); 5] = [
        ("http.server.active_requests", "{request}", &[]),
        ("http.server.request.body.size", "By", sizes),
        ("http.server.request.duration", "s", &SECONDS),
        ("http.server.response.body.size", "By", sizes),
        ("rpc.server.call.duration", "s", &SECONDS),
    ];
    assert_eq!(shapes(&all), expected);
    for metric in &all {
        let [name, version, schema] = &metric.scope;
        assert_eq!(name, "campanile-middleware");
        assert_eq!(version, env!("CARGO_PKG_VERSION"));
        assert_eq!(schema, "https://opentelemetry.io/schemas/1.44.0");
    }
}

#[tokio::test]
async fn a_client_has_the_instruments_of_the_conventions() {
    let measures = Measures::new();
    ask(
        client(&measures).layer(service()),
        posted("http://h/users/7"),
    )
    .await;
    ask(client(&measures).layer(service()), grpc("http://h/a.B/C")).await;
    let all = measures.all();
    let sizes = &all
        .iter()
        .find(|metric| metric.unit == "By")
        .unwrap()
        .bounds;
    let expected: [(&str, &str, &[f64]); 5] = [
        ("http.client.active_requests", "{request}", &[]),
        ("http.client.request.body.size", "By", sizes),
        ("http.client.request.duration", "s", &SECONDS),
        ("http.client.response.body.size", "By", sizes),
        ("rpc.client.call.duration", "s", &SECONDS),
    ];
    assert_eq!(shapes(&all), expected);
}

#[tokio::test]
async fn a_served_request_has_these_attributes_and_no_others() {
    let measures = Measures::new();
    ask(server(&measures).layer(service()), posted("/users/7?a=1")).await;
    let active = attributes([
        ("http.request.method", "GET".into()),
        ("url.scheme", "http".into()),
    ]);
    let series = measures.only("http.server.active_requests");
    assert_eq!((series.sum, &series.attributes), (0.0, &active));
    let mut finished = active;
    finished.extend(attributes([
        ("error.type", "503".into()),
        ("http.response.status_code", 503.into()),
        ("http.route", "/users/{id}".into()),
        // What the client spoke: that is the server's to know.
        ("network.protocol.version", "1.1".into()),
    ]));
    for (name, sum) in [
        ("http.server.request.body.size", Some(5.0)),
        ("http.server.response.body.size", Some(3.0)),
        ("http.server.request.duration", None),
    ] {
        let series = measures.only(name);
        assert_eq!(series.attributes, finished, "{name}");
        assert_eq!(series.count, 1);
        assert_eq!(series.sum, sum.unwrap_or(series.sum), "{name}");
    }
}

#[tokio::test]
async fn a_sent_request_has_these_attributes_and_no_others() {
    let measures = Measures::new();
    let uri = "https://api.example/users/7?a=1";
    ask(client(&measures).layer(service()), posted(uri)).await;
    let active = attributes([
        ("http.request.method", "GET".into()),
        ("server.address", "api.example".into()),
        ("server.port", 443.into()),
    ]);
    let series = measures.only("http.client.active_requests");
    assert_eq!((series.sum, &series.attributes), (0.0, &active));
    let mut finished = active;
    finished.extend(attributes([
        ("error.type", "503".into()),
        ("http.response.status_code", 503.into()),
        // Of the response: the request said 1.1.
        ("network.protocol.version", "2".into()),
    ]));
    for (name, sum) in [
        ("http.client.request.body.size", Some(5.0)),
        ("http.client.response.body.size", Some(3.0)),
        ("http.client.request.duration", None),
    ] {
        let series = measures.only(name);
        assert_eq!(series.attributes, finished, "{name}");
        assert_eq!(series.sum, sum.unwrap_or(series.sum), "{name}");
    }
}

#[tokio::test]
async fn a_call_has_these_attributes_and_no_others() {
    let measures = Measures::new();
    ask(server(&measures).layer(service()), grpc("http://h:1/a.B/C")).await;
    ask(client(&measures).layer(service()), grpc("http://h:1/a.B/C")).await;
    let mut expected = attributes([
        ("rpc.method", "a.B/C".into()),
        ("rpc.response.status_code", "OK".into()),
        ("rpc.system.name", "grpc".into()),
    ]);
    let series = measures.only("rpc.server.call.duration");
    assert_eq!((series.count, &series.attributes), (1, &expected));
    expected.extend(attributes([
        ("server.address", "h".into()),
        ("server.port", 1.into()),
    ]));
    let series = measures.only("rpc.client.call.duration");
    assert_eq!((series.count, &series.attributes), (1, &expected));
    assert_eq!(
        measures.names().len(),
        2,
        "calls are measured as calls only"
    );
}

#[tokio::test]
async fn sizes_are_measured_only_where_asked_for() {
    let measures = Measures::new();
    let layer = Traces::new()
        .server()
        .with_meter_provider(&measures.provider);
    ask(layer.layer(service()), posted("/")).await;
    let expected = [
        "http.server.active_requests",
        "http.server.request.duration",
    ];
    assert_eq!(measures.names(), expected);
}

#[tokio::test]
async fn nothing_is_measured_where_it_is_not_wanted() {
    let measures = Measures::new();
    ask(
        server(&measures).without_metrics().layer(service()),
        posted("/"),
    )
    .await;
    ask(
        client(&measures).without_metrics().layer(service()),
        posted("http://h/"),
    )
    .await;
    assert!(measures.names().is_empty());
}

#[test]
fn without_a_provider_nothing_is_measured() {
    // No test of this process sets the global one; tests/metrics.rs does.
    for side in [Side::Client, Side::Server] {
        assert!(Telemetry::default().instruments(side).is_none());
    }
}
