//! What keeps a request untraced, and that it then passes as if there were no layer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Request;
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _};

use super::words::{in_environment, serve, with};
use crate::ServerLayer;
use crate::filter::{header, not, opted_in, path, path_prefix};
use crate::request::{SpanName, StartTime, Suppress, Traced};
use crate::testing::words::measures::Measures;
use crate::testing::words::{Step, TRACEPARENT, Traces, get, scripted};
use crate::trust::Trust;

/// A layer that counts whatever it does about a request.
fn noticed(traces: &Traces, measures: &Measures, counter: &Arc<AtomicUsize>) -> ServerLayer {
    let count = || {
        let counter = Arc::clone(counter);
        move || _ = counter.fetch_add(1, Ordering::Relaxed)
    };
    let [trust, name, start, response, end] = [count(), count(), count(), count(), count()];
    traces
        .server()
        .with_meter_provider(&measures.provider)
        .with_server_timing()
        .with_body_sizes()
        .with_response_headers([http::header::SERVER])
        .with_trust(Trust::when(move |_| {
            trust();
            true
        }))
        .with_span_name(move |_| {
            name();
            None
        })
        .on_start(move |_, _| start())
        .on_response(move |_, _| response())
        .on_end(move |_, _| end())
}

/// A request with everything that a layer could take notice of.
fn conspicuous() -> Request<()> {
    let mut request = with(
        get("/healthz"),
        [("traceparent", TRACEPARENT), ("baggage", "tenant=7")],
    );
    request.extensions_mut().insert(SpanName::new("a name"));
    request
        .extensions_mut()
        .insert(StartTime::new(std::time::SystemTime::now()));
    request
}

/// Serves `request` and asserts that nothing of the layer is to be seen.
async fn assert_untouched(change: impl Fn(ServerLayer) -> ServerLayer, request: Request<()>) {
    let (traces, measures) = (Traces::new(), Measures::new());
    let counter = Arc::new(AtomicUsize::new(0));
    let layer = change(noticed(&traces, &measures, &counter));
    let sent = request.headers().clone();
    let served = serve(&layer, request, scripted(200, [Step::Data("x")])).await;
    assert!(served.span.is_none());
    assert!(!served.context.has_active_span());
    assert!(served.context.baggage().is_empty());
    assert_eq!(served.headers, sent);
    let answered = scripted(200, []);
    assert_eq!(served.response.headers, *answered.headers());
    assert!(traces.spans().is_empty());
    assert!(measures.names().is_empty(), "{:?}", measures.names());
    assert_eq!(counter.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_refused_request_passes_as_if_there_were_no_layer() {
    assert_untouched(
        |layer| layer.with_filter(not(path("/healthz"))),
        conspicuous(),
    )
    .await;
}

#[tokio::test]
async fn every_filter_may_refuse() {
    let both = |layer: ServerLayer| {
        let layer = layer.with_filter(not(path("/healthz")));
        layer.with_filter(path_prefix("/"))
    };
    assert_untouched(both, conspicuous()).await;
}

#[tokio::test]
async fn a_suppressed_request_passes_as_if_there_were_no_layer() {
    let mut request = conspicuous();
    request.extensions_mut().insert(Suppress);
    assert_untouched(|layer| layer, request).await;
    let suppressed = Context::new().with_telemetry_suppressed();
    assert_untouched(|layer| layer, conspicuous())
        .with_context(suppressed)
        .await;
}

#[tokio::test]
async fn only_what_was_marked_has_opted_in() {
    assert_untouched(|layer| layer.with_filter(opted_in()), conspicuous()).await;
    let traces = Traces::new();
    let mut request = get("/");
    request.extensions_mut().insert(Traced);
    let layer = traces.server().with_filter(opted_in());
    serve(&layer, request, scripted(204, [])).await;
    traces.only();
}

#[tokio::test]
async fn what_is_accepted_is_noticed_in_every_way() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let counter = Arc::new(AtomicUsize::new(0));
    let layer = noticed(&traces, &measures, &counter);
    let layer = layer.with_filter(header(http::HeaderName::from_static("traceparent")));
    let served = serve(&layer, conspicuous(), scripted(200, [])).await;
    assert!(served.span.is_some() && served.context.has_active_span());
    assert!(served.response.headers.contains_key("server-timing"));
    assert!(!measures.names().is_empty());
    assert!(counter.load(Ordering::Relaxed) >= 4);
    traces.only();
}

#[tokio::test]
async fn a_filter_sees_the_whole_request_but_its_body() {
    let traces = Traces::new();
    let layer = traces
        .server()
        .with_filter(|request: &crate::RequestView<'_>| {
            assert_eq!(request.method(), http::Method::GET);
            assert_eq!(request.uri().query(), Some("a=1"));
            assert_eq!(request.version(), http::Version::HTTP_11);
            assert_eq!(request.headers()["host"], "h");
            assert!(request.extensions().get::<Traced>().is_some());
            request.route().is_none() && request.grpc_method().is_none()
        });
    let mut request = with(get("/?a=1"), [("host", "h")]);
    request.extensions_mut().insert(Traced);
    serve(&layer, request, scripted(204, [])).await;
    traces.only();
}

#[tokio::test]
async fn the_environment_may_exclude_urls() {
    let traces = Traces::new();
    let name = "OTEL_INSTRUMENTATION_HTTP_SERVER_EXCLUDED_URLS";
    let layer = in_environment(&traces, name, "/healthz,/internal/*");
    for uri in ["/healthz?now", "/internal/a", "/users"] {
        serve(&layer, get(uri), scripted(204, [])).await;
    }
    let path = crate::testing::words::text(&traces.only(), "url.path");
    assert_eq!(path.as_deref(), Some("/users"));
}

#[tokio::test]
async fn what_an_outer_layer_refuses_an_inner_one_may_trace() {
    use tower::{Layer as _, ServiceExt as _, service_fn};
    let (outer, inner) = (Traces::new(), Traces::new());
    let end =
        service_fn(|_: Request<()>| async { Ok::<_, std::convert::Infallible>(scripted(204, [])) });
    let refusing = outer.server().with_filter(not(path("/")));
    let service = refusing.layer(inner.server().layer(end));
    service.oneshot(get("/")).await.unwrap();
    assert!(outer.spans().is_empty());
    inner.only();
}
