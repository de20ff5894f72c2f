//! A counted body is the body that it counts.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as _;
use http_body_util::{BodyExt as _, Empty, Full};
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

use super::*;
use crate::record::RequestCounts;
use crate::testing::words::{Script, Step, Traces, get, headers};

fn counted<B>(inner: B) -> (CountedBody<B>, RequestCounts) {
    let counts = RequestCounts::default();
    (CountedBody::new(inner, Some(counts.clone())), counts)
}

#[test]
fn size_hint_and_end_are_those_of_the_inner_body() {
    let (full, _) = counted(Full::new(Bytes::from("four")));
    assert_eq!(full.size_hint().exact(), Some(4));
    assert!(!full.is_end_stream());
    let (empty, counts) = counted(Empty::<Bytes>::new());
    assert!(empty.is_end_stream());
    assert_eq!(counts.bytes(), Some(0), "nobody has to poll an empty body");
}

#[tokio::test]
async fn data_trailers_and_errors_are_passed_on() {
    let trailers = headers("x-sum", "7");
    let steps = [
        Step::Data("ab"),
        Step::Pending,
        Step::Data("c"),
        Step::Trailers(trailers.clone()),
    ];
    let (body, counts) = counted(Script::new(steps));
    let read = body.collect().await.unwrap();
    assert_eq!(read.trailers(), Some(&trailers));
    assert_eq!(read.to_bytes(), "abc");
    assert_eq!(counts.bytes(), Some(3));
    let (body, counts) = counted(Script::new([Step::Data("ab"), Step::Fail]));
    body.collect().await.unwrap_err();
    assert_eq!(counts.bytes(), Some(2));
}

#[tokio::test]
async fn where_nobody_wants_to_know_nothing_is_counted() {
    let service = RequestBodyLayer::new().layer(service_fn(
        |request: Request<CountedBody<Full<Bytes>>>| async {
            let read = request.into_body().collect().await?.to_bytes();
            Ok::<_, Infallible>(Response::new(Full::new(read)))
        },
    ));
    let request = get("/").map(|()| Full::new(Bytes::from("four")));
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "four"
    );
}

#[tokio::test]
async fn the_place_for_counts_is_no_business_of_the_handler() {
    let traces = Traces::new();
    let inner = service_fn(|request: Request<CountedBody<()>>| async move {
        assert!(request.extensions().get::<RequestCounts>().is_none());
        Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
    });
    let layer = traces.server().with_body_sizes();
    let mut service = layer.layer(RequestBodyLayer::new().layer(inner));
    service.ready().await.unwrap().call(get("/")).await.unwrap();
    traces.only();
}
