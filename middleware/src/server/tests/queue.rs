//! When a trusted proxy had the request, by a header of its.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use axum::extract::ConnectInfo;
use http::{HeaderName, HeaderValue, Request};

use super::words::serve;
use crate::testing::words::{Traces, get, scripted};
use crate::trust::Cidr;

fn milliseconds(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.expect("after the epoch").as_millis().to_string()
}

/// A request with one header, from `peer`.
fn sent(peer: &str, name: &'static str, value: &str) -> Request<()> {
    let mut request = get("/");
    let value = HeaderValue::from_str(value).expect("a header value");
    request.headers_mut().append(name, value);
    let peer: SocketAddr = peer.parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// The start that a server sees which believes 10.0.0.0/8 and `x-queue-start`.
async fn start_of(request: Request<()>) -> SystemTime {
    let traces = Traces::new();
    let proxies: Cidr = "10.0.0.0/8".parse().expect("a network");
    let layer = traces.server().with_trusted_proxies([proxies]);
    let layer = layer.with_start_header(HeaderName::from_static("x-queue-start"));
    serve(&layer, request, scripted(204, [])).await;
    traces.only().start_time
}

#[tokio::test]
async fn the_header_of_a_trusted_proxy_tells_it_where_it_is_named() {
    let earlier = milliseconds(SystemTime::now() - Duration::from_secs(5));
    let request = sent("10.0.0.1:1", "x-queue-start", &earlier);
    assert_eq!(milliseconds(start_of(request).await), earlier);

    // The proxy appends to what the client has made up.
    let mut request = sent("10.0.0.1:1", "x-queue-start", "1");
    let appended = HeaderValue::from_str(&earlier).expect("a header value");
    request.headers_mut().append("x-queue-start", appended);
    assert_eq!(milliseconds(start_of(request).await), earlier);
}

#[tokio::test]
async fn a_start_that_cannot_be_believed_is_now() {
    let now = SystemTime::now();
    let earlier = milliseconds(now - Duration::from_secs(5));
    let later = milliseconds(now + Duration::from_secs(60));
    let long_ago = milliseconds(now - Duration::from_secs(3700));
    for (peer, name, value) in [
        ("192.0.2.1:1", "x-queue-start", &*earlier),
        ("10.0.0.1:1", "x-request-start", &earlier),
        ("10.0.0.1:1", "x-queue-start", "yesterday"),
        ("10.0.0.1:1", "x-queue-start", &later),
        ("10.0.0.1:1", "x-queue-start", &long_ago),
    ] {
        let start = start_of(sent(peer, name, value)).await;
        assert!(start >= now, "{peer} {name}: {value}");
    }
}
