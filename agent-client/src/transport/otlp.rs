//! OTLP over gRPC: one call per batch, one call at a time.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlpgrpc>

use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::Signal;
use http::uri::PathAndQuery;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use tonic::metadata::MetadataMap;
use tonic::{Request, Status};

use super::connection::Connection;
use crate::batch::Batch;
use crate::cause;
use crate::environment::Headers;
use crate::ledger::Ledger;
use crate::retry::{self, Outage, Verdict};

#[derive(Debug)]
pub(crate) struct Otlp {
    connection: Connection,
    metadata: MetadataMap,
    /// Sent, and not answered yet.
    current: Option<Batch>,
}

/// How the agent answered.
enum Answer {
    GaveUp(String),
    Taken { rejected: u64, message: String },
}

impl Otlp {
    pub(super) fn new(connection: Connection, headers: &Headers) -> Self {
        let metadata = MetadataMap::from_headers(headers.map().clone());
        Self {
            connection,
            metadata,
            current: None,
        }
    }

    pub(super) const fn holds_batches(&self) -> bool {
        self.current.is_some()
    }

    pub(super) async fn send(&mut self, batch: Batch, ledger: &mut Ledger) -> Result<(), Outage> {
        self.current = Some(batch);
        self.resume(ledger).await
    }

    pub(super) async fn resume(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        let Some(batch) = &self.current else {
            return Ok(());
        };
        let answer = self.export(batch.bytes.clone()).await?;
        let Some(batch) = self.current.take() else {
            return Ok(());
        };
        match answer {
            Answer::GaveUp(why) => ledger.refused(&batch, why),
            Answer::Taken { rejected: 0, .. } => ledger.sent(&batch),
            Answer::Taken { rejected, message } => ledger.sent_in_part(&batch, rejected, message),
        }
        Ok(())
    }

    /// A request without spans: every server has to take it.
    pub(super) async fn probe(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        match self.export(Bytes::new()).await? {
            Answer::GaveUp(why) => ledger.note(0, why),
            Answer::Taken { .. } => {}
        }
        Ok(())
    }

    async fn export(&mut self, message: Bytes) -> Result<Answer, Outage> {
        let timeout = self.connection.timeout();
        let answer = tokio::select! {
            // First, because the call has a deadline of its own, which is the same.
            biased;
            () = tokio::time::sleep(timeout) => None,
            answer = self.call(message) => Some(answer?),
        };
        let Some(answer) = answer else {
            self.connection.discard();
            return Err(Outage::timed_out(timeout));
        };
        match answer {
            Ok(bytes) => Ok(taken(&bytes)),
            Err(status) => self.failed(&status),
        }
    }

    async fn call(&mut self, message: Bytes) -> Result<Result<Bytes, Status>, Outage> {
        let mut client = self.connection.client().await?;
        let mut request = Request::new(message);
        *request.metadata_mut() = self.metadata.clone();
        request.set_timeout(self.connection.timeout());
        let path = PathAndQuery::from_static(Signal::Traces.grpc_path());
        if let Err(error) = client.ready().await {
            self.connection.discard();
            return Err(Outage::broken(cause::root_cause(&error)));
        }
        Ok(client
            .unary(request, path, BytesCodec)
            .await
            .map(tonic::Response::into_inner))
    }

    fn failed(&mut self, status: &Status) -> Result<Answer, Outage> {
        let broken = retry::is_broken_connection(status);
        if broken {
            self.connection.discard();
        }
        let why = cause::describe(status);
        match retry::judge(status) {
            Verdict::Again(pause) => Err(Outage {
                pause,
                broken,
                ..Outage::new(why)
            }),
            Verdict::GiveUp => Ok(Answer::GaveUp(why)),
        }
    }
}

/// Reads the answer. One that cannot be read came with a good status all the same: the spans are
/// there.
fn taken(answer: &Bytes) -> Answer {
    let answer = ExportTraceServiceResponse::decode(answer.clone()).unwrap_or_default();
    let part = answer.partial_success.unwrap_or_default();
    let rejected = u64::try_from(part.rejected_spans).unwrap_or(0);
    let message = part.error_message.chars().take(200).collect::<String>();
    Answer::Taken {
        rejected,
        message: message.escape_debug().to_string(),
    }
}
