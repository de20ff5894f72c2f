//! The services, which `tonic-build` writes half of for who has a `.proto` file.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tokio_stream::{Stream, StreamExt as _};
use tonic::body::Body;
use tonic::server::{Grpc, NamedService};
use tonic::{Status, Streaming};
use tonic_prost::ProstCodec;
use tower::{Service, service_fn};

/// `HealthCheckResponse.ServingStatus.SERVING`.
pub(crate) const SERVING: u32 = 1;

type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;
type Lengths = Pin<Box<dyn Stream<Item = Result<u32, Status>> + Send>>;

/// `example.Words`, which has one method: `rpc Measure(stream Word) returns (stream Length)`.
#[derive(Clone, Debug)]
pub(crate) struct Words;

impl NamedService for Words {
    const NAME: &'static str = "example.Words";
}

impl Service<Request<Body>> for Words {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let mut grpc = Grpc::new(ProstCodec::<u32, String>::default());
        Box::pin(async move { Ok(grpc.streaming(service_fn(measure), request).await) })
    }
}

/// Answers each word with its length. One without letters ends the stream: the head of the response
/// is long gone, so only the trailers can say why.
async fn measure(
    words: tonic::Request<Streaming<String>>,
) -> Result<tonic::Response<Lengths>, Status> {
    let lengths = words.into_inner().map(|word| match word?.len() {
        0 => Err(Status::invalid_argument("a word has letters")),
        length => u32::try_from(length).map_err(|_| Status::out_of_range("a long word")),
    });
    Ok(tonic::Response::new(Box::pin(lengths)))
}

/// `grpc.health.v1.Health`, which always is. A service uses the crate `tonic-health`.
#[derive(Clone, Debug)]
pub(crate) struct Health;

impl NamedService for Health {
    const NAME: &'static str = "grpc.health.v1.Health";
}

impl Service<Request<Body>> for Health {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let mut grpc = Grpc::new(ProstCodec::<u32, String>::default());
        Box::pin(async move { Ok(grpc.unary(service_fn(check), request).await) })
    }
}

async fn check(_: tonic::Request<String>) -> Result<tonic::Response<u32>, Status> {
    Ok(tonic::Response::new(SERVING))
}
