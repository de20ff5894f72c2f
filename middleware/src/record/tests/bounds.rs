//! What may be wrapped: anything that Tower allows.

use std::convert::Infallible;
use std::future::{Ready, pending, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Full};
use tower::timeout::Timeout;
use tower::{BoxError, Layer as _, Service, ServiceExt as _, service_fn};

use crate::testing::words::{Script, Traces, assert_error, get};
use crate::{ClientService, ResponseFuture, ServerService, TracedBody};

/// A body that cannot be sent to another thread.
struct LocalBody(Full<Bytes>, Rc<()>);

impl Body for LocalBody {
    type Data = Bytes;
    type Error = Rc<()>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Rc<()>>>> {
        let mark = Rc::clone(&self.1);
        let frame = Pin::new(&mut self.0).poll_frame(cx);
        frame.map(|frame| frame.map(|result| result.map_err(|_| mark)))
    }
}

/// A service that can be neither cloned nor sent, whose error is nothing, and that insists on
/// being asked first.
struct Picky {
    ready: bool,
    mark: Rc<()>,
}

impl Service<Request<Rc<str>>> for Picky {
    type Response = Response<LocalBody>;
    type Error = *const ();
    type Future = Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Self::Error>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Rc<str>>) -> Self::Future {
        assert!(
            std::mem::take(&mut self.ready),
            "called without being ready"
        );
        let body = LocalBody(Full::new(Bytes::from("x")), Rc::clone(&self.mark));
        ready(Ok(Response::new(body)))
    }
}

#[tokio::test]
async fn nothing_is_asked_of_service_error_or_body() {
    let traces = Traces::new();
    let picky = || Picky {
        ready: false,
        mark: Rc::new(()),
    };
    let request = || get("http://h/").map(|()| Rc::from("body"));
    let mut server = traces.server().layer(picky());
    let answer = server.ready().await.unwrap().call(request()).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "x");
    let mut client = traces.client().layer(picky());
    let answer = client.ready().await.unwrap().call(request()).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "x");
    assert_eq!(traces.spans().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_service_with_a_boxed_error_can_be_wrapped() {
    let traces = Traces::new();
    let never = service_fn(|_: Request<()>| pending::<Result<Response<Script>, Infallible>>());
    let service = traces
        .server()
        .layer(Timeout::new(never, Duration::from_secs(1)));
    let error: BoxError = service.oneshot(get("/")).await.unwrap_err();
    assert!(error.is::<tower::timeout::error::Elapsed>());
    assert_error(&traces.only(), Some("_OTHER"));
}

#[test]
fn what_is_wrapped_decides_what_can_be_sent() {
    fn assert_send_clone<T: Send + Sync + Clone + std::fmt::Debug>() {}
    fn assert_send<T: Send + Sync + std::fmt::Debug>() {}
    assert_send_clone::<crate::ServerLayer>();
    assert_send_clone::<crate::ClientLayer>();
    assert_send_clone::<crate::CurrentSpan>();
    assert_send_clone::<ServerService<()>>();
    assert_send_clone::<ClientService<()>>();
    assert_send::<ResponseFuture<()>>();
    assert_send::<TracedBody<()>>();
}
