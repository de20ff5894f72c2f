//! Header formats, beside the propagators others use.
#![expect(
    deprecated,
    reason = "opentelemetry-zipkin is, and still the only B3 propagator others have"
)]

use std::sync::Arc;

use bytes::Bytes;
use campanile_propagation::Propagator;
use campanile_propagation::formats::{Format, b3, baggage, w3c};
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_zipkin::{B3Encoding, Propagator as Zipkin};

use super::{Kind, OURS, Suite};
use crate::measure::Case;

pub(crate) const SUITE: Suite = Suite {
    name: "propagation",
    about: "\
A case is the format's own function over the `http::HeaderMap` (`w3c::read`, `w3c::inject`,
`baggage::extract`, `b3::extract`, `b3::inject`), which makes no `Context`, beside the peer's
`TextMapPropagator` with opentelemetry-http's carriers over the same map, which has no other way.
\"(Context)\" is like for like: headers to an OpenTelemetry `Context` and back, here a `Propagator`
of the one format. Extracting reads 16 or 17 headers and drops what it made; injecting writes to 11
headers and replaces what the injection before it wrote.",
    kind: Kind::Cases(cases),
};

const SDK: &str = "opentelemetry_sdk";

const ZIPKIN: &str = "opentelemetry-zipkin";

const TRACEPARENT: (&str, &str) = (
    "traceparent",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
);

const TRACESTATE: (&str, &str) = ("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");

const BAGGAGE: (&str, &str) = (
    "baggage",
    "userId=alice,serverNode=DF%2028,isProduction=false,region=eu-west-1",
);

const B3: (&str, &str) = ("b3", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1");

/// What a browser behind a proxy sends.
const ORDINARY: [(&str, &str); 15] = [
    ("host", "shop.example.com"),
    (
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0",
    ),
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("accept-language", "en-US,en;q=0.9"),
    ("authorization", "Bearer 6f1c2b"),
    ("cache-control", "no-cache"),
    ("content-length", "348"),
    ("content-type", "application/json"),
    ("cookie", "session=4f2a; theme=dark"),
    ("x-request-id", "0b7a2c1e-6d1f-4d0e-9c53-2a6f1f0e7b11"),
    ("origin", "https://shop.example.com"),
    ("referer", "https://shop.example.com/cart"),
    ("x-forwarded-for", "203.0.113.7"),
    ("x-forwarded-proto", "https"),
];

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    trace_context(&mut cases);
    injected_trace_context(&mut cases);
    baggage_list(&mut cases);
    b3_single(&mut cases);
    cases
}

fn trace_context(cases: &mut Vec<Case>) {
    for (name, direct, headers) in [
        (
            "extract traceparent (Context)",
            "extract traceparent",
            incoming(&[TRACEPARENT]),
        ),
        (
            "extract traceparent+tracestate (Context)",
            "extract traceparent+tracestate",
            incoming(&[TRACEPARENT, TRACESTATE]),
        ),
    ] {
        cases.push(extracting(name, &w3c::TraceContext, &headers));
        cases.push(peer_extracting(
            name,
            SDK,
            TraceContextPropagator::new,
            &headers,
        ));
        cases.push(reading(direct, &headers, w3c::read));
        cases.push(peer_extracting(
            direct,
            SDK,
            TraceContextPropagator::new,
            &headers,
        ));
    }
}

fn injected_trace_context(cases: &mut Vec<Case>) {
    let cx = Propagator::w3c().extract(&incoming(&[TRACEPARENT]), &Context::new());
    let name = "inject traceparent (Context)";
    cases.push(injecting(name, &w3c::TraceContext, &cx));
    cases.push(peer_injecting(name, SDK, TraceContextPropagator::new, &cx));

    let name = "inject traceparent";
    let span = cx.span().span_context().clone();
    cases.push(Case::new(name, OURS, move || {
        let (span, mut headers) = (span.clone(), outgoing());
        move || w3c::inject(&span, &mut headers)
    }));
    cases.push(peer_injecting(name, SDK, TraceContextPropagator::new, &cx));
}

fn baggage_list(cases: &mut Vec<Case>) {
    let headers = incoming(&[TRACEPARENT, BAGGAGE]);
    let name = "extract baggage (Context)";
    cases.push(extracting(name, &baggage::W3cBaggage, &headers));
    cases.push(peer_extracting(name, SDK, BaggagePropagator::new, &headers));

    let name = "extract baggage";
    cases.push(reading(name, &headers, baggage::extract));
    cases.push(peer_extracting(name, SDK, BaggagePropagator::new, &headers));
}

fn b3_single(cases: &mut Vec<Case>) {
    let headers = incoming(&[B3]);
    let cx = Propagator::from_formats([&b3::B3 as &dyn Format]).extract(&headers, &Context::new());
    let span = cx.span().span_context().clone();

    let name = "extract b3 (Context)";
    cases.push(extracting(name, &b3::B3, &headers));
    cases.push(peer_extracting(name, ZIPKIN, Zipkin::new, &headers));

    let name = "extract b3";
    cases.push(reading(name, &headers, b3::extract));
    cases.push(peer_extracting(name, ZIPKIN, Zipkin::new, &headers));

    let name = "inject b3 (Context)";
    let single = || Zipkin::with_encoding(B3Encoding::SingleHeader);
    cases.push(injecting(name, &b3::B3, &cx));
    cases.push(peer_injecting(name, ZIPKIN, single, &cx));

    let name = "inject b3";
    cases.push(Case::new(name, OURS, move || {
        let (span, mut headers) = (span.clone(), outgoing());
        move || b3::inject(&span, &mut headers)
    }));
    cases.push(peer_injecting(name, ZIPKIN, single, &cx));
}

/// Headers to a context, here.
fn extracting(name: &'static str, format: &'static dyn Format, headers: &Arc<HeaderMap>) -> Case {
    let headers = Arc::clone(headers);
    Case::new(name, OURS, move || {
        let propagator = Propagator::from_formats([format]);
        let (headers, parent) = (Arc::clone(&headers), Context::new());
        move || propagator.extract(&headers, &parent)
    })
}

/// Headers to a context, there.
fn peer_extracting<P: TextMapPropagator + 'static>(
    name: &'static str,
    peer: &'static str,
    propagator: fn() -> P,
    headers: &Arc<HeaderMap>,
) -> Case {
    let headers = Arc::clone(headers);
    Case::new(name, peer, move || {
        let propagator = propagator();
        let (headers, parent) = (Arc::clone(&headers), Context::new());
        move || propagator.extract_with_context(&parent, &HeaderExtractor(&headers))
    })
}

/// Headers to whatever a function of this project's makes of them.
fn reading<T: 'static>(
    name: &'static str,
    headers: &Arc<HeaderMap>,
    read: fn(&HeaderMap) -> T,
) -> Case {
    let headers = Arc::clone(headers);
    Case::new(name, OURS, move || {
        let headers = Arc::clone(&headers);
        move || read(&headers)
    })
}

/// A context to headers, here.
fn injecting(name: &'static str, format: &'static dyn Format, cx: &Context) -> Case {
    let cx = cx.clone();
    Case::new(name, OURS, move || {
        let propagator = Propagator::from_formats([format]);
        let (cx, mut headers) = (cx.clone(), outgoing());
        move || propagator.inject(&cx, &mut headers)
    })
}

/// A context to headers, there.
fn peer_injecting<P: TextMapPropagator + 'static>(
    name: &'static str,
    peer: &'static str,
    propagator: fn() -> P,
    cx: &Context,
) -> Case {
    let cx = cx.clone();
    Case::new(name, peer, move || {
        let (propagator, cx, mut headers) = (propagator(), cx.clone(), outgoing());
        move || propagator.inject_context(&cx, &mut HeaderInjector(&mut headers))
    })
}

/// A request that came in: the ordinary headers and these, 16 or 17. As from an HTTP server, the
/// values are parts of one shared buffer.
fn incoming(format: &[(&'static str, &'static str)]) -> Arc<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(32);
    for (name, value) in ORDINARY.iter().chain(format) {
        let buffer = Bytes::from(format!("{name}: {value}\r\n"));
        let start = name.len() + 2;
        let value = HeaderValue::from_maybe_shared(buffer.slice(start..start + value.len()));
        headers.insert(
            HeaderName::from_static(name),
            value.expect("the values above are header values"),
        );
    }
    Arc::new(headers)
}

/// A request about to go out: eleven headers, with room for more.
fn outgoing() -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(32);
    for (name, value) in ORDINARY.iter().take(11) {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    headers
}
