//! An agent that takes every signal over OTLP/gRPC.

use std::net::SocketAddr;
use std::sync::Arc;

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{
    LogsService, LogsServiceServer,
};
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tonic::codec::CompressionEncoding::Gzip;
use tonic::transport::Server;
use tonic::transport::server::Router;
use tonic::{Request, Response, Status};

use super::Arrived;
use super::agent::{Agent, Shared};

#[derive(Debug)]
pub(crate) struct SignalsAgent {
    pub(crate) arrived: Shared<Arrived>,
    pub(crate) server: Agent,
}

impl SignalsAgent {
    pub(crate) fn start() -> Self {
        let arrived = Shared::<Arrived>::default();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = Agent::serve(address, router(&arrived));
        Self { arrived, server }
    }

    #[cfg(unix)]
    pub(crate) fn start_unix(path: &std::path::Path) -> Self {
        let arrived = Shared::<Arrived>::default();
        let server = Agent::serve_unix(path, router(&arrived));
        Self { arrived, server }
    }
}

fn router(arrived: &Shared<Arrived>) -> Router {
    let service = || Service(Arc::clone(arrived));
    Server::builder()
        .add_service(LogsServiceServer::new(service()).accept_compressed(Gzip))
        .add_service(MetricsServiceServer::new(service()).accept_compressed(Gzip))
        .add_service(TraceServiceServer::new(service()).accept_compressed(Gzip))
}

struct Service(Shared<Arrived>);

/// One method per signal, all alike. A request without items only asks whether anybody is there.
macro_rules! takes {
    ($service:ident, $request:ident, $response:ident, $resources:ident, $list:ident) => {
        #[tonic::async_trait]
        impl $service for Service {
            async fn export(
                &self,
                request: Request<$request>,
            ) -> Result<Response<$response>, Status> {
                let request = request.into_inner();
                if !request.$resources.is_empty() {
                    self.0.write(|arrived| arrived.$list.push(request));
                }
                Ok(Response::new($response::default()))
            }
        }
    };
}

takes!(
    LogsService,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
    resource_logs,
    logs
);
takes!(
    MetricsService,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
    resource_metrics,
    metrics
);
takes!(
    TraceService,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
    resource_spans,
    traces
);
