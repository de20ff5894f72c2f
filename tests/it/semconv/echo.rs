//! The server of the gRPC cells: a service whose methods each end in another way.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt as _, iter, pending};
use http::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::body::Body;
use tonic::metadata::MetadataValue;
use tonic::server::{Grpc, NamedService};
use tonic::transport::Server;
use tonic::{Code, Status};
use tower::{Service, service_fn};

use super::scene::Scene;
use super::verify::SECRET;

type Message = tonic::Response<Bytes>;
type Messages = BoxStream<'static, Result<Bytes, Status>>;

/// A server that ends with the runtime of the test.
#[derive(Debug)]
pub(super) struct Echo {
    pub(super) address: SocketAddr,
    /// Told when a method runs that will never answer.
    pub(super) arrived: Arc<Notify>,
}

impl Echo {
    pub(super) async fn start(scene: &Scene) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let arrived = Arc::new(Notify::new());
        let server = Server::builder()
            .layer(scene.server_layer())
            .add_service(EchoService(Arc::clone(&arrived)));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        Self { address, arrived }
    }
}

#[derive(Clone, Debug)]
struct EchoService(Arc<Notify>);

impl NamedService for EchoService {
    const NAME: &'static str = "test.Echo";
}

impl Service<Request<Body>> for EchoService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let arrived = Arc::clone(&self.0);
        Box::pin(async move { Ok(answer(request, arrived).await) })
    }
}

async fn answer(request: Request<Body>, arrived: Arc<Notify>) -> Response<Body> {
    let mut grpc = Grpc::new(BytesCodec);
    match request.uri().path() {
        "/test.Echo/Say" => grpc.unary(service_fn(say), request).await,
        "/test.Echo/Refuse" => grpc.unary(service_fn(refuse), request).await,
        "/test.Echo/Cancel" => grpc.unary(service_fn(cancel), request).await,
        "/test.Echo/Panic" => grpc.unary(service_fn(panic), request).await,
        "/test.Echo/Repeat" => grpc.server_streaming(service_fn(repeat), request).await,
        "/test.Echo/Break" => grpc.server_streaming(service_fn(break_off), request).await,
        "/test.Echo/Endless" => grpc.server_streaming(service_fn(endless), request).await,
        "/test.Echo/Hang" => {
            arrived.notify_one();
            std::future::pending().await
        }
        "/test.Echo/Proxied" => {
            // What a proxy answers that knows nothing of gRPC.
            let response = Response::builder().status(503).body(Body::empty());
            response.expect("a valid response")
        }
        _ => Status::unimplemented("").into_http(),
    }
}

async fn say(request: tonic::Request<Bytes>) -> Result<Message, Status> {
    Ok(tonic::Response::new(request.into_inner()))
}

async fn refuse(_: tonic::Request<Bytes>) -> Result<Message, Status> {
    let mut status = Status::not_found(SECRET);
    let secret = MetadataValue::try_from(SECRET).expect("it is ASCII");
    status.metadata_mut().insert("set-cookie", secret);
    Err(status)
}

async fn cancel(_: tonic::Request<Bytes>) -> Result<Message, Status> {
    Err(Status::cancelled("the server is busy"))
}

async fn panic(_: tonic::Request<Bytes>) -> Result<Message, Status> {
    panic!("{SECRET}")
}

async fn repeat(request: tonic::Request<Bytes>) -> Result<tonic::Response<Messages>, Status> {
    let message = request.into_inner();
    let messages = iter([Ok(message.clone()), Ok(message)]);
    Ok(tonic::Response::new(messages.boxed()))
}

async fn break_off(request: tonic::Request<Bytes>) -> Result<tonic::Response<Messages>, Status> {
    let message = request.into_inner();
    let messages = iter([Ok(message), Err(Status::new(Code::Internal, SECRET))]);
    Ok(tonic::Response::new(messages.boxed()))
}

async fn endless(request: tonic::Request<Bytes>) -> Result<tonic::Response<Messages>, Status> {
    let message = iter([Ok(request.into_inner())]);
    Ok(tonic::Response::new(message.chain(pending()).boxed()))
}
