//! An agent that speaks OTLP and answers as the test says.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_agent_client::Protocol;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::Span;
use tonic::metadata::MetadataMap;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

use super::agent::{Agent, Restartable, Shared};

/// What to answer to a request with spans.
#[derive(Debug)]
pub(crate) enum Answer {
    Fail(Status),
    Hang,
    Partial(i64, &'static str),
}

#[derive(Debug, Default)]
pub(crate) struct Seen {
    answers: VecDeque<Answer>,
    /// Requests with spans, whatever was answered.
    pub(crate) requests: Vec<(MetadataMap, ExportTraceServiceRequest)>,
    /// When they came.
    pub(crate) times: Vec<Instant>,
    /// Requests without spans.
    pub(crate) probes: usize,
}

impl Seen {
    pub(crate) fn spans(&self) -> Vec<&Span> {
        let resources = self
            .requests
            .iter()
            .flat_map(|(_, request)| &request.resource_spans);
        resources
            .flat_map(|resource| &resource.scope_spans)
            .flat_map(|scope| &scope.spans)
            .collect()
    }
}

impl Seen {
    pub(crate) fn names(&self) -> Vec<String> {
        self.spans().iter().map(|span| span.name.clone()).collect()
    }
}

impl Restartable for OtlpAgent {
    const PROTOCOL: Protocol = Protocol::Otlp;

    fn restart_at(address: SocketAddr) -> Self {
        Self::start_at(address, [])
    }

    fn kill(&mut self) {
        self.server.kill();
    }

    fn names(&self) -> Vec<String> {
        self.seen.wait_for(|seen| Some(seen.names()))
    }
}

/// The agent. Answers not given in the script are good ones.
#[derive(Debug)]
pub(crate) struct OtlpAgent {
    pub(crate) seen: Shared<Seen>,
    pub(crate) server: Agent,
}

impl OtlpAgent {
    pub(crate) fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), answers)
    }

    pub(crate) fn start_at(address: SocketAddr, answers: impl IntoIterator<Item = Answer>) -> Self {
        let seen = Shared::<Seen>::default();
        seen.write(|seen| seen.answers.extend(answers));
        let service = TraceServiceServer::new(Service(Arc::clone(&seen)));
        let server = Agent::serve(address, Server::builder().add_service(service));
        Self { seen, server }
    }

    /// Waits for that many requests with spans and returns the times between them.
    pub(crate) fn wait_for_pauses(&self, requests: usize) -> Vec<Duration> {
        let times = self
            .seen
            .wait_for(|seen| (seen.times.len() >= requests).then(|| seen.times.clone()));
        times.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// Waits for that many spans and returns their names, in order of arrival.
    pub(crate) fn wait_for_spans(&self, count: usize) -> Vec<String> {
        self.seen.wait_for(|seen| {
            let names = seen.names();
            (names.len() >= count).then_some(names)
        })
    }
}

struct Service(Shared<Seen>);

#[tonic::async_trait]
impl TraceService for Service {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let (metadata, _, request) = request.into_parts();
        let answer = self.0.write(|seen| {
            if request.resource_spans.is_empty() {
                seen.probes += 1;
                return None;
            }
            seen.requests.push((metadata, request));
            seen.times.push(Instant::now());
            seen.answers.pop_front()
        });
        let partial_success = match answer {
            None => None,
            Some(Answer::Fail(status)) => return Err(status),
            Some(Answer::Hang) => std::future::pending().await,
            Some(Answer::Partial(rejected_spans, message)) => Some(ExportTracePartialSuccess {
                rejected_spans,
                error_message: message.to_owned(),
            }),
        };
        Ok(Response::new(ExportTraceServiceResponse {
            partial_success,
        }))
    }
}
