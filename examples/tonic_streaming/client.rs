//! The client, which `tonic-build` writes for who has a `.proto` file.

use std::time::Duration;

use campanile_middleware::filter::{grpc_health_check, not};
use campanile_middleware::{
    ClientLayer, ClientService, CountedBody, RequestBodyLayer, RequestBodyService,
};
use http::uri::PathAndQuery;
use http::{Request, Uri};
use tokio_stream::Stream;
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic::{Status, Streaming};
use tonic_prost::ProstCodec;
use tower::ServiceBuilder;
use tower::util::MapRequest;

/// Gives a channel the only type of body that it takes.
type ToBody = fn(Request<CountedBody<Body>>) -> Request<Body>;

/// A traced channel whose messages are counted.
type Traced = ClientService<RequestBodyService<MapRequest<Channel, ToBody>>>;

pub(crate) struct Client(Grpc<Traced>);

impl Client {
    /// A client of the server at `uri`, which connects when it is first needed.
    pub(crate) fn connect(uri: Uri) -> Self {
        let channel = Channel::builder(uri.clone()).connect_lazy();
        let traced = ClientLayer::new()
            // A channel adds its host below the layer, so the layer is told.
            .with_origin(uri)
            .with_message_counts()
            .with_filter(not(grpc_health_check()));
        let to_body: ToBody = |request| request.map(Body::new);
        let service = ServiceBuilder::new()
            .layer(traced)
            .layer(RequestBodyLayer::new())
            .map_request(to_body)
            .service(channel);
        Self(Grpc::new(service))
    }

    /// Calls `example.Words/Measure`.
    pub(crate) async fn measure(
        &mut self,
        words: impl Stream<Item = String> + Send + 'static,
        deadline: Option<Duration>,
    ) -> Result<Streaming<u32>, Status> {
        self.ready().await?;
        let mut request = tonic::Request::new(words);
        if let Some(deadline) = deadline {
            request.set_timeout(deadline);
        }
        let path = PathAndQuery::from_static("/example.Words/Measure");
        let codec = ProstCodec::<String, u32>::default();
        Ok(self.0.streaming(request, path, codec).await?.into_inner())
    }

    /// Calls `grpc.health.v1.Health/Check`. A message whose only field is a string, or a number,
    /// looks as the string or number itself does to protobuf.
    pub(crate) async fn is_healthy(&mut self) -> Result<bool, Status> {
        self.ready().await?;
        let request = tonic::Request::new(String::new());
        let path = PathAndQuery::from_static("/grpc.health.v1.Health/Check");
        let codec = ProstCodec::<String, u32>::default();
        Ok(self.0.unary(request, path, codec).await?.into_inner() == crate::service::SERVING)
    }

    async fn ready(&mut self) -> Result<(), Status> {
        let ready = self.0.ready().await;
        ready.map_err(|error| Status::unavailable(error.to_string()))
    }
}
