//! What is of the whole process: the global meter provider, and the table of hosts.

#[allow(dead_code, reason = "in-crate tests use the rest of it")]
#[path = "../src/testing/words/measures.rs"]
mod measures;

use std::convert::Infallible;

use campanile_middleware::{ClientLayer, ServerLayer};
use http::{Request, Response};
use opentelemetry::global;
use tower::{Layer as _, Service as _, service_fn};

use crate::measures::Measures;

/// Sends `request` through `layer`, and lets it go.
fn ask(layer: &ServerLayer, request: Request<()>) {
    let mut service = layer.layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(String::new()))
    }));
    drop(service.call(request));
}

#[test]
fn layers_measure_with_the_provider_that_is_there_at_the_first_request() {
    let early = ServerLayer::new();
    ask(&early, Request::new(()));
    let built_before = ServerLayer::new();
    let unwilling = ServerLayer::new().without_metrics();

    let measures = Measures::new();
    global::set_meter_provider(measures.provider.clone());
    ask(&early, Request::new(()));
    ask(&unwilling, Request::new(()));
    assert!(measures.names().is_empty(), "what was resolved is kept");

    ask(&built_before, Request::new(()));
    ask(&built_before.clone(), Request::new(()));
    assert_eq!(measures.only("http.server.request.duration").count, 2);

    let mut client = ClientLayer::new().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(String::new()))
    }));
    drop(client.call(Request::new(())));
    assert_eq!(measures.only("http.client.request.duration").count, 1);
}

#[cfg(feature = "axum")]
mod hosts {
    use std::net::SocketAddr;

    use axum::extract::ConnectInfo;
    use campanile_middleware::ServerLayer;
    use campanile_middleware::trust::Cidr;
    use http::Request;
    use opentelemetry_sdk::trace::SdkTracerProvider;

    use super::{Measures, ask};

    #[test]
    fn a_host_is_told_where_it_was_asked_for_and_as_the_proxy_says() {
        let measures = Measures::new();
        let layer = ServerLayer::new()
            .with_tracer_provider(&SdkTracerProvider::default())
            .with_meter_provider(&measures.provider);
        let proxy: Cidr = "10.0.0.0/8".parse().unwrap();
        let telling = layer
            .clone()
            .with_trusted_proxies([proxy])
            .with_hosts_in_metrics(["shop.example:8443"]);
        let request = || {
            let peer: SocketAddr = "10.0.0.1:4000".parse().unwrap();
            Request::get("/")
                .header("host", "inner:80")
                .header(
                    "forwarded",
                    "for=192.0.2.1;proto=https;host=\"shop.example:8443\"",
                )
                .extension(ConnectInfo(peer))
                .body(())
                .unwrap()
        };
        ask(&layer, request());
        let plain = measures.only("http.server.request.duration").attributes;
        assert_eq!(plain["url.scheme"], "http".into());
        assert!(!plain.contains_key("server.address") && !plain.contains_key("server.port"));

        let measures = Measures::new();
        ask(&telling.with_meter_provider(&measures.provider), request());
        for name in [
            "http.server.request.duration",
            "http.server.active_requests",
        ] {
            let told = measures.only(name).attributes;
            assert_eq!(told["url.scheme"], "https".into());
            assert_eq!(told["server.address"], "shop.example".into());
            assert_eq!(told["server.port"], 8443.into());
        }
    }
}
