//! A hundred thousand requests with methods, schemes, paths, hosts, ports and user agents that
//! somebody made up leave a bounded number of metric series, and no memory.
//!
//! In process, without sockets, and with spans that are recorded and thrown away.

#[cfg(target_os = "linux")] // Memory is read from /proc.
mod memory;
mod series;
mod traffic;

use campanile_middleware::{ClientLayer, ServerLayer};
use campanile_propagation::Propagator;
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};

use self::series::Series;
use self::traffic::{Traffic, send};

/// How many requests of each kind there are: four kinds make a hundred thousand, which takes
/// seconds in a debug build.
const REQUESTS: usize = 25_000;

/// The methods of HTTP that are told apart: ten, and `_OTHER`.
const METHODS: usize = 11;

/// The schemes that are told apart: http, https, ws, wss and `_OTHER`.
const SCHEMES: usize = 1;

/// The versions of HTTP among the requests.
const VERSIONS: usize = 3;

/// The addresses that clients tell apart, and `_OTHER` at the ports of http and https, or at none.
const ASKED: usize = 128 + 3;

/// The addresses that servers tell apart where they are told to, and `_OTHER` at those ports.
const SERVED: usize = 2 + 1;

/// The keys of a host and its port.
const ADDRESS: [&str; 2] = ["server.address", "server.port"];

/// The gRPC methods that are told apart, and `_OTHER`.
const GRPC_METHODS: usize = 1024 + 1;

/// Records every span, and keeps none.
fn throwing_away() -> SdkTracerProvider {
    let builder = SdkTracerProvider::builder();
    builder.with_sampler(Sampler::AlwaysOn).build()
}

fn server(meters: &impl MeterProvider) -> ServerLayer {
    ServerLayer::new()
        .with_tracer_provider(&throwing_away())
        .with_meter_provider(meters)
        .with_propagator(Propagator::w3c())
}

fn client(meters: &impl MeterProvider) -> ClientLayer {
    ClientLayer::new()
        .with_tracer_provider(&throwing_away())
        .with_meter_provider(meters)
        .with_propagator(Propagator::w3c())
}

/// Checks that these instruments were used, and no other, and that none has more series.
#[track_caller]
fn assert_bounds<const N: usize>(series: &Series, bounds: [(&str, usize); N]) {
    let found = series.count();
    let names: Vec<_> = found.keys().map(String::as_str).collect();
    assert_eq!(names, bounds.map(|(name, _)| name));
    for (name, bound) in bounds {
        let count = found[name];
        assert!(
            count <= bound,
            "{name}: {count} series, at most {bound} expected"
        );
    }
}

#[tokio::test]
async fn a_server_has_few_series_whatever_it_is_asked() {
    let series = Series::default();
    send(Traffic::Served(server(&series)), 1, REQUESTS).await;
    // A route that answers, one that fails, and none.
    let outcomes = 3;
    assert_bounds(
        &series,
        [
            ("http.server.active_requests", METHODS * SCHEMES),
            (
                "http.server.request.duration",
                METHODS * SCHEMES * VERSIONS * outcomes,
            ),
        ],
    );
}

#[tokio::test]
async fn a_server_that_tells_hosts_apart_tells_few_apart() {
    let series = Series::default();
    let layer = server(&series).with_hosts_in_metrics(["shop.example", "api.example:8443"]);
    send(Traffic::Served(layer.clone()), 2, REQUESTS).await;
    send(Traffic::ServedCalls(layer), 2, REQUESTS).await;
    let found = series.distinct(&ADDRESS);
    assert!(
        found <= SERVED,
        "{found} addresses, at most {SERVED} expected"
    );
}

#[tokio::test]
async fn a_grpc_server_has_series_for_the_methods_that_it_serves() {
    let series = Series::default();
    send(Traffic::ServedCalls(server(&series)), 3, REQUESTS).await;
    let served = traffic::SERVED.len();
    assert_bounds(&series, [("rpc.server.call.duration", served + 1)]);
}

#[tokio::test]
async fn a_client_has_few_series_whomever_it_asks() {
    let series = Series::default();
    send(Traffic::Sent(client(&series)), 4, REQUESTS).await;
    let found = series.distinct(&ADDRESS);
    assert!(
        found <= ASKED,
        "{found} addresses, at most {ASKED} expected"
    );
    assert_bounds(
        &series,
        [
            ("http.client.active_requests", METHODS * ASKED),
            ("http.client.request.duration", METHODS * ASKED),
        ],
    );
}

#[tokio::test]
async fn a_grpc_client_has_few_series_whatever_it_calls() {
    let series = Series::default();
    let layer = client(&series).with_origin(http::Uri::from_static("http://shop.example"));
    send(Traffic::SentCalls(layer), 5, REQUESTS).await;
    // What is served is answered with `OK`, all else with `UNIMPLEMENTED`.
    assert_bounds(&series, [("rpc.client.call.duration", GRPC_METHODS)]);
}
