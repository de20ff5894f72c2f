//! A service that needs no generated code.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::{Buf as _, BufMut as _, Bytes};
use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::NamedService;
use tower::{Service, service_fn};

use crate::testing::words::in_span;

/// Messages are bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, dst: &mut EncodeBuf<'_>) -> Result<(), Status> {
        dst.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, src: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let length = src.remaining();
        Ok(Some(src.copy_to_bytes(length)))
    }
}

/// A method whose calls have no span.
pub(super) const UNTRACED: &str = "/test.Echo/Untraced";

/// Says back what it hears, fails, or says it twice and fails then.
#[derive(Clone, Debug)]
pub(super) struct Echo;

impl NamedService for Echo {
    const NAME: &'static str = "test.Echo";
}

impl Service<Request<Body>> for Echo {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            assert_eq!(
                in_span(),
                path != UNTRACED,
                "handlers run inside their span"
            );
            let mut grpc = tonic::server::Grpc::new(Raw);
            Ok(match &*path {
                "/test.Echo/Say" | UNTRACED => grpc.unary(service_fn(say), request).await,
                "/test.Echo/Refuse" => grpc.unary(service_fn(refuse), request).await,
                _ => grpc.server_streaming(service_fn(repeat), request).await,
            })
        })
    }
}

async fn say(request: tonic::Request<Bytes>) -> Result<tonic::Response<Bytes>, Status> {
    Ok(tonic::Response::new(request.into_inner()))
}

async fn refuse(_: tonic::Request<Bytes>) -> Result<tonic::Response<Bytes>, Status> {
    Err(Status::not_found("no such thing"))
}

type Messages = tokio_stream::Iter<std::vec::IntoIter<Result<Bytes, Status>>>;

async fn repeat(request: tonic::Request<Bytes>) -> Result<tonic::Response<Messages>, Status> {
    let message = request.into_inner();
    let messages = vec![
        Ok(message.clone()),
        Ok(message),
        Err(Status::internal("enough")),
    ];
    Ok(tonic::Response::new(tokio_stream::iter(messages)))
}

pub(super) fn hello() -> tonic::Request<Bytes> {
    tonic::Request::new(Bytes::from_static(b"hello"))
}
