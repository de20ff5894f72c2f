//! A real server and client over HTTP/2, and what their libraries trace meanwhile.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context as TaskContext, Poll};

use http::{Request, Response, Uri};
use opentelemetry::trace::SpanKind;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tower::{Layer as _, Service, ServiceExt as _};
use tracing::{info, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

use super::names;
use crate::bridge::Bridge;
use crate::testing::words::{Traces, grpc, is_child};

/// Answers with nothing, and traces that.
#[derive(Clone, Debug)]
struct Shop;

impl NamedService for Shop {
    const NAME: &'static str = "test.Shop";
}

impl Service<Request<Body>> for Shop {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        info_span!("load").in_scope(|| info!("loaded"));
        info!("handled");
        ready(Ok(tonic::Status::ok("").into_http()))
    }
}

/// Makes one call, and gives the spans of it.
async fn call(
    bridge: impl FnOnce(&Traces) -> Bridge<opentelemetry_sdk::trace::SdkTracer>,
) -> Traces {
    let traces = Traces::new();
    let layer = bridge(&traces).into_layer();
    let subscriber = tracing_subscriber::registry().with(layer);
    let _default = tracing::subscriber::set_default(subscriber);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    let server = Server::builder().layer(traces.server()).add_service(Shop);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    let uri: Uri = format!("http://{address}").parse().expect("a valid URI");
    let channel = Channel::builder(uri.clone()).connect_lazy();
    let client = traces.client().with_origin(uri).layer(channel);
    let call = client.oneshot(grpc("/test.Shop/Load").map(|()| Body::empty()));
    drop(call.await.expect("it is answered"));
    traces
}

#[tokio::test]
async fn a_call_over_http_2_is_three_spans_however_much_its_libraries_say() {
    let traces = call(|traces| Bridge::new(&traces.provider)).await;
    let server = traces.of_kind(&SpanKind::Server);
    let load = traces.named("load");
    assert!(is_child(&server, &traces.of_kind(&SpanKind::Client)));
    assert!(is_child(&load, &server));
    assert_eq!(
        (names(&load), names(&server)),
        (vec!["loaded"], vec!["handled"])
    );
    assert_eq!(traces.spans().len(), 3);
    for span in traces.spans() {
        assert!(
            span.events
                .iter()
                .all(|event| !event.name.contains("frame")),
            "{span:#?}"
        );
    }
}

#[tokio::test]
async fn all_that_its_libraries_say_can_be_had() {
    let traces = call(|traces| Bridge::new(&traces.provider).with_ignored_targets([""; 0])).await;
    let spans = traces.spans();
    assert!(spans.len() > 30, "{} spans", spans.len());
}
