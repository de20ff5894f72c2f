//! An agent that takes metrics in the OpenCensus agent protocol.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use campanile_wire::opencensus::agent::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use campanile_wire::opencensus::agent::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use campanile_wire::opencensus::metrics::v1::Metric;
use futures_util::{Stream, stream};
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};

use super::agent::{Agent, Shared};

/// The messages of every stream.
#[derive(Debug, Default)]
pub(crate) struct Streams(Vec<Vec<ExportMetricsServiceRequest>>);

impl Streams {
    /// Streams that carried metrics: the others were only to see whether the agent is there.
    pub(crate) fn with_metrics(&self) -> Vec<&[ExportMetricsServiceRequest]> {
        let streams = self.0.iter().map(Vec::as_slice);
        streams
            .filter(|stream| stream.iter().any(|message| !message.metrics.is_empty()))
            .collect()
    }

    pub(crate) fn metric(&self, name: &str) -> Option<&Metric> {
        let mut metrics = self.0.iter().flatten().flat_map(|message| &message.metrics);
        metrics.rfind(|metric| {
            let descriptor = metric.metric_descriptor.as_ref();
            descriptor.is_some_and(|descriptor| descriptor.name == name)
        })
    }
}

#[derive(Debug)]
pub(crate) struct OpenCensusMetricsAgent {
    pub(crate) streams: Shared<Streams>,
    pub(crate) server: Agent,
}

impl OpenCensusMetricsAgent {
    pub(crate) fn start() -> Self {
        let streams = Shared::<Streams>::default();
        let service = MetricsServiceServer::new(Service(Arc::clone(&streams)));
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = Agent::serve(address, Server::builder().add_service(service));
        Self { streams, server }
    }
}

struct Service(Shared<Streams>);

#[tonic::async_trait]
impl MetricsService for Service {
    type ExportStream =
        Pin<Box<dyn Stream<Item = Result<ExportMetricsServiceResponse, Status>> + Send>>;

    async fn export(
        &self,
        request: Request<Streaming<ExportMetricsServiceRequest>>,
    ) -> Result<Response<Self::ExportStream>, Status> {
        let streams = Arc::clone(&self.0);
        let end = async move { read(request.into_inner(), &streams).await };
        let errors = futures_util::StreamExt::filter_map(stream::once(end), |end| async {
            end.err().map(Err)
        });
        Ok(Response::new(Box::pin(errors)))
    }
}

async fn read(
    mut messages: Streaming<ExportMetricsServiceRequest>,
    streams: &Shared<Streams>,
) -> Result<(), Status> {
    let number = streams.write(|streams| {
        streams.0.push(Vec::new());
        streams.0.len() - 1
    });
    while let Some(message) = messages.message().await? {
        streams.write(|streams| streams.0[number].push(message));
    }
    Ok(())
}
