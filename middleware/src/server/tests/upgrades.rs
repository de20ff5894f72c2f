//! Requests that become something else: websockets, tunnels.

use std::convert::Infallible;

use http::{Method, Request, Version};
use http_body_util::BodyExt as _;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::words::with;
use crate::testing::Recorder;
use crate::testing::words::measures::Measures;
use crate::testing::words::{Script, Step, Traces, assert_error, get, int, scripted};

/// HTTP/1.1 asks for another protocol, HTTP/2 opens a stream for one.
fn upgrades() -> [(Request<()>, u16); 3] {
    let websocket = with(
        get("/chat"),
        [("connection", "upgrade"), ("upgrade", "websocket")],
    );
    let mut extended = get("https://shop.example/chat");
    *extended.method_mut() = Method::CONNECT;
    *extended.version_mut() = Version::HTTP_2;
    let mut tunnel = get("/");
    *tunnel.method_mut() = Method::CONNECT;
    *tunnel.uri_mut() = "shop.example:443".parse().expect("an authority");
    [(websocket, 101), (extended, 200), (tunnel, 200)]
}

#[tokio::test]
async fn the_span_and_the_count_end_when_the_other_protocol_begins() {
    for (request, status) in upgrades() {
        let (traces, measures) = (Traces::new(), Measures::new());
        let layer = traces.server().with_meter_provider(&measures.provider);
        let inner = traces.clone();
        let service = layer.layer(service_fn(move |_: Request<()>| {
            let stream = Script::new([Step::Data("frame"), Step::Pending, Step::Fail]);
            let response = scripted(status, []).map(|_| stream.traced(&inner));
            async move { Ok::<_, Infallible>(response) }
        }));
        let response = service.oneshot(request).await.unwrap();
        let span = traces.only();
        assert_error(&span, None);
        assert_eq!(int(&span, "http.response.status_code"), Some(status.into()));
        assert_eq!(measures.only("http.server.active_requests").sum, 0.0);
        assert_eq!(measures.only("http.server.request.duration").count, 1);

        // What the stream does is no part of the request, nor are its errors.
        response.into_body().collect().await.unwrap_err();
        assert_error(&traces.named(&span.name), None);
        assert!(!crate::testing::words::is_child(
            &traces.named("body"),
            &span
        ));
        assert_eq!(measures.only("http.server.request.duration").count, 1);
    }
}

#[tokio::test]
async fn an_upgrade_that_is_refused_is_an_ordinary_response() {
    for (request, _) in upgrades() {
        let traces = Traces::new();
        let service = traces.server().layer(service_fn(|_: Request<()>| async {
            Ok::<_, Infallible>(scripted(403, [Step::Data("no")]))
        }));
        let response = service.oneshot(request).await.unwrap();
        assert!(traces.spans().is_empty());
        response.into_body().collect().await.unwrap();
        assert_error(&traces.only(), None);
    }
}

#[tokio::test]
async fn every_request_for_another_protocol_keeps_the_conventions() {
    for (request, status) in upgrades() {
        let recorder = Recorder::new();
        let service =
            service_fn(
                move |_: Request<()>| async move { Ok::<_, Infallible>(scripted(status, [])) },
            );
        let response = recorder.server_layer().layer(service).oneshot(request);
        drop(response.await.unwrap());
        recorder.assert_conventions();
    }
}
