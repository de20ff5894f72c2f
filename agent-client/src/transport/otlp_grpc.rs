//! OTLP over gRPC.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlpgrpc>

use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::Signal;
use http::uri::PathAndQuery;
use tonic::metadata::MetadataMap;
use tonic::{Request, Status};

use super::answer::{Answer, taken};
use super::grpc::Connection;
use super::otlp::Carrier;
use crate::cause;
use crate::environment::Destination;
use crate::retry::{self, Outage, Verdict};

#[derive(Debug)]
pub(crate) struct Grpc {
    connection: Connection,
    metadata: MetadataMap,
}

impl Carrier for Grpc {
    async fn export(&mut self, signal: Signal, message: Bytes) -> Result<Answer, Outage> {
        let timeout = self.connection.timeout();
        let answer = tokio::select! {
            // First, because the call has a deadline of its own, which is the same.
            biased;
            () = tokio::time::sleep(timeout) => None,
            answer = self.call(signal, message) => Some(answer?),
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
}

impl Grpc {
    pub(super) fn new(destination: &Destination) -> Self {
        Self {
            connection: Connection::new(destination),
            metadata: MetadataMap::from_headers(destination.headers.map().clone()),
        }
    }

    async fn call(
        &mut self,
        signal: Signal,
        message: Bytes,
    ) -> Result<Result<Bytes, Status>, Outage> {
        let mut client = self.connection.client().await?;
        let mut request = Request::new(message);
        *request.metadata_mut() = self.metadata.clone();
        request.set_timeout(self.connection.timeout());
        let path = PathAndQuery::from_static(signal.grpc_path());
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
                of_signal: !broken,
                ..Outage::new(why)
            }),
            Verdict::GiveUp => Ok(Answer::GaveUp(why)),
        }
    }
}
