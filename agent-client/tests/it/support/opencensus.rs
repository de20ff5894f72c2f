//! An agent that speaks the OpenCensus agent protocol and ends streams as the test says.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use campanile_agent_client::Protocol;
use campanile_wire::opencensus::agent::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use campanile_wire::opencensus::agent::trace::v1::{
    CurrentLibraryConfig, ExportTraceServiceRequest, ExportTraceServiceResponse,
    UpdatedLibraryConfig,
};
use futures_util::{Stream, stream};
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};

use super::agent::{Agent, Restartable, Shared};

/// How to end a stream.
#[derive(Debug)]
pub(crate) enum End {
    /// With OK after the client's half-close.
    Clean,
    /// With OK as soon as there is a span, before the client has half-closed it.
    Early,
    /// With this status after that many messages.
    Fail(usize, Status),
    /// Never.
    Never,
}

/// What came over one stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct StreamLog {
    pub(crate) messages: Vec<ExportTraceServiceRequest>,
    /// Whether the client half-closed it.
    pub(crate) half_closed: bool,
}

impl StreamLog {
    pub(crate) fn names(&self) -> Vec<String> {
        let spans = self.messages.iter().flat_map(|message| &message.spans);
        spans
            .map(|span| span.name.clone().unwrap_or_default().value)
            .collect()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Seen {
    ends: VecDeque<End>,
    pub(crate) streams: Vec<StreamLog>,
}

impl Seen {
    /// Streams that carried spans: the others were only to see whether the agent is there.
    pub(crate) fn with_spans(&self) -> Vec<&StreamLog> {
        self.streams
            .iter()
            .filter(|stream| !stream.names().is_empty())
            .collect()
    }
}

/// The agent. The ends in the script are for streams with spans; other streams end cleanly.
#[derive(Debug)]
pub(crate) struct OpenCensusAgent {
    pub(crate) seen: Shared<Seen>,
    pub(crate) server: Agent,
}

impl OpenCensusAgent {
    pub(crate) fn start(ends: impl IntoIterator<Item = End>) -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), ends)
    }

    pub(crate) fn start_at(address: SocketAddr, ends: impl IntoIterator<Item = End>) -> Self {
        let seen = Shared::<Seen>::default();
        seen.write(|seen| seen.ends.extend(ends));
        let service = TraceServiceServer::new(Service(Arc::clone(&seen)));
        let server = Agent::serve(address, Server::builder().add_service(service));
        Self { seen, server }
    }

    /// Waits for a stream with spans that was half-closed.
    pub(crate) fn wait_for_stream(&self, number: usize) -> StreamLog {
        self.seen.wait_for(|seen| {
            let stream = (*seen.with_spans().get(number)?).clone();
            stream.half_closed.then_some(stream)
        })
    }
}

impl Restartable for OpenCensusAgent {
    const PROTOCOL: Protocol = Protocol::OpenCensus;

    fn restart_at(address: SocketAddr) -> Self {
        Self::start_at(address, [])
    }

    fn kill(&mut self) {
        self.server.kill();
    }

    fn names(&self) -> Vec<String> {
        self.seen
            .wait_for(|seen| Some(seen.streams.iter().flat_map(StreamLog::names).collect()))
    }
}

struct Service(Shared<Seen>);

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl TraceService for Service {
    type ConfigStream = Answers<UpdatedLibraryConfig>;
    type ExportStream = Answers<ExportTraceServiceResponse>;

    async fn config(
        &self,
        _request: Request<Streaming<CurrentLibraryConfig>>,
    ) -> Result<Response<Self::ConfigStream>, Status> {
        Err(Status::unimplemented("no configuration here"))
    }

    async fn export(
        &self,
        request: Request<Streaming<ExportTraceServiceRequest>>,
    ) -> Result<Response<Self::ExportStream>, Status> {
        let seen = Arc::clone(&self.0);
        let end = async move { read(request.into_inner(), &seen).await };
        // The headers go out at once, the end when it comes; there is no message.
        let answers = stream::once(end);
        let errors =
            futures_util::StreamExt::filter_map(answers, |end| async { end.err().map(Err) });
        Ok(Response::new(Box::pin(errors)))
    }
}

/// Reads a stream to the end that the script has for it.
async fn read(
    mut messages: Streaming<ExportTraceServiceRequest>,
    seen: &Shared<Seen>,
) -> Result<(), Status> {
    let number = seen.write(|seen| {
        seen.streams.push(StreamLog::default());
        seen.streams.len() - 1
    });
    let mut end = End::Clean;
    let mut has_spans = false;
    while let Some(message) = messages.message().await? {
        if !message.spans.is_empty() && !has_spans {
            has_spans = true;
            end = seen
                .write(|seen| seen.ends.pop_front())
                .unwrap_or(End::Clean);
        }
        let count = seen.write(|seen| {
            seen.streams[number].messages.push(message);
            seen.streams[number].messages.len()
        });
        if matches!(end, End::Early) {
            return Ok(());
        }
        if let End::Fail(after, status) = &end
            && count >= *after
        {
            return Err(status.clone());
        }
    }
    seen.write(|seen| seen.streams[number].half_closed = true);
    if matches!(end, End::Never) {
        std::future::pending::<()>().await;
    }
    Ok(())
}
