//! The other end of the connection, and what it may say: the context, the client behind it.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::Request;
use opentelemetry_sdk::trace::SpanData;

use super::words::{serve, with};
use crate::testing::words::{PARENT_ID, TRACEPARENT, Traces, attribute, get, int, scripted, text};
use crate::trust::{Cidr, Trust};

const FORWARDED: &str = "for=192.0.2.1;proto=https;host=\"shop.example:8443\"";

fn proxies() -> [Cidr; 1] {
    ["10.0.0.0/8".parse().expect("a network")]
}

/// `request`, over a connection from `peer`.
fn from(peer: &str, mut request: Request<()>) -> Request<()> {
    let peer: SocketAddr = peer.parse().expect("an address with a port");
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// A request that a proxy passed on.
fn passed_on(forwarded: &'static str) -> Request<()> {
    let request = with(get("/"), [("host", "inner:80"), ("forwarded", forwarded)]);
    from("10.0.0.1:4000", request)
}

async fn span_of(request: Request<()>) -> SpanData {
    let traces = Traces::new();
    let layer = traces.server().with_trusted_proxies(proxies());
    let layer = layer.with_request_attributes(["client.port"]);
    serve(&layer, request, scripted(204, [])).await;
    traces.only()
}

#[tokio::test]
async fn a_trusted_proxy_tells_client_scheme_and_host() {
    let span = span_of(passed_on(FORWARDED)).await;
    assert_eq!(text(&span, "client.address").as_deref(), Some("192.0.2.1"));
    assert_eq!(text(&span, "url.scheme").as_deref(), Some("https"));
    assert_eq!(
        text(&span, "server.address").as_deref(),
        Some("shop.example")
    );
    assert_eq!(int(&span, "server.port"), Some(8443));
    // The other end of the connection is the proxy still, and it did not say the client's port.
    assert_eq!(
        text(&span, "network.peer.address").as_deref(),
        Some("10.0.0.1")
    );
    assert_eq!(int(&span, "network.peer.port"), Some(4000));
    assert_eq!(int(&span, "client.port"), None);
}

#[tokio::test]
async fn the_port_of_the_client_is_told_where_the_proxy_knows_it() {
    let span = span_of(passed_on("for=\"[2001:db8::1]:5555\"")).await;
    assert_eq!(
        text(&span, "client.address").as_deref(),
        Some("2001:db8::1")
    );
    assert_eq!(int(&span, "client.port"), Some(5555));
    assert_eq!(text(&span, "server.address").as_deref(), Some("inner"));
    assert_eq!(text(&span, "url.scheme").as_deref(), Some("http"));
}

#[tokio::test]
async fn a_stranger_who_says_the_same_is_not_believed() {
    let request = with(get("/"), [("host", "inner:80"), ("forwarded", FORWARDED)]);
    let span = span_of(from("192.0.2.9:4000", request)).await;
    assert_eq!(text(&span, "client.address").as_deref(), Some("192.0.2.9"));
    assert_eq!(text(&span, "url.scheme").as_deref(), Some("http"));
    assert_eq!(text(&span, "server.address").as_deref(), Some("inner"));
}

#[tokio::test]
async fn a_layer_that_was_told_of_no_proxies_believes_none() {
    let traces = Traces::new();
    serve(&traces.server(), passed_on(FORWARDED), scripted(204, [])).await;
    let span = traces.only();
    assert_eq!(text(&span, "client.address").as_deref(), Some("10.0.0.1"));
    assert_eq!(text(&span, "url.scheme").as_deref(), Some("http"));
}

#[tokio::test]
async fn a_proxy_is_known_by_the_connection() {
    let networks = ["10.0.0.0/8", "fd00::/8"];
    let networks: Vec<Cidr> = networks.map(|network| network.parse().unwrap()).into();
    for (peer, expected) in [
        (Some("10.1.2.3:4000"), true),
        (Some("[::ffff:10.1.2.3]:4000"), true),
        (Some("[fd00::1]:4000"), true),
        (Some("192.0.2.1:4000"), false),
        (Some("[2001:db8::1]:4000"), false),
        (None, false),
    ] {
        let traces = Traces::new();
        let layer = traces.server().with_trust(Trust::proxies(networks.clone()));
        // What anybody may write is no proof.
        let said = [
            ("traceparent", TRACEPARENT),
            ("x-forwarded-for", "10.1.2.3"),
        ];
        let request = with(get("/"), said);
        let request = match peer {
            Some(peer) => from(peer, request),
            None => request,
        };
        serve(&layer, request, scripted(204, [])).await;
        let parent = traces.only().parent_span_id;
        assert_eq!(parent.to_string() == PARENT_ID, expected, "{peer:?}");
    }
}

#[tokio::test]
async fn the_port_and_transport_of_the_client_are_asked_for_by_name() {
    let keys = ["client.port", "network.transport"];
    let traces = Traces::new();
    let request = || from("192.0.2.1:5555", get("/"));
    serve(&traces.server(), request(), scripted(204, [])).await;
    let layer = traces.server().with_request_attributes(keys);
    serve(&layer, request(), scripted(204, [])).await;
    serve(&layer, get("/"), scripted(204, [])).await;
    let [plain, asked, unknown] = &traces.spans()[..] else {
        panic!("there are three spans");
    };
    for key in keys {
        assert_eq!(attribute(plain, key), None, "{key}");
        assert_eq!(attribute(unknown, key), None, "{key}");
    }
    assert_eq!(int(asked, "client.port"), Some(5555));
    assert_eq!(text(asked, "network.transport").as_deref(), Some("tcp"));
}
