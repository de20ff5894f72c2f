//! The gRPC side: messages as raw bytes, routed by path.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::Signal;
use campanile_wire::otlp::response::encode;
use http::Request;
use tokio::time::timeout;
use tonic::codec::CompressionEncoding;
use tonic::server::Grpc;
use tonic::{Status, Streaming};
use tower::service_fn;

use super::config;
use crate::component::Tasks;
use crate::receivers::body::DEADLINE;
use crate::receivers::grpc::{self, Broken};
use crate::receivers::intake::{Intake, Refused};
use crate::serve::{self, Listener};

#[derive(Clone, Debug)]
struct Service {
    intake: Intake,
    limit: usize,
}

/// Serves OTLP over gRPC on `listener`.
pub(super) fn serve(config: &config::Grpc, listener: Listener, intake: Intake, tasks: &Tasks) {
    let service = Service {
        intake,
        limit: grpc::message_limit(config.max_recv_msg_size_mib),
    };
    let router = Router::new().fallback(handle).with_state(service);
    let settings = grpc::settings(config.max_concurrent_streams);
    serve::http_with(listener, router, settings, tasks);
}

async fn handle(State(service): State<Service>, request: Request<Body>) -> Response {
    if !grpc::is_grpc(request.headers()) {
        service.intake.count_invalid("content_type");
        return grpc::not_grpc(
            "this port speaks gRPC; OTLP over HTTP has a port of its own, by default 4318\n",
        );
    }
    if grpc::foreign_encoding(request.headers()) {
        service.intake.count_invalid("encoding");
    }
    let path = request.uri().path();
    let signal = Signal::ALL
        .into_iter()
        .find(|signal| signal.grpc_path() == path);
    match signal {
        Some(signal) if service.intake.serves(signal) => service.export(signal, request).await,
        Some(signal) => {
            grpc::unimplemented(format!("no pipeline takes {signal} from this receiver"))
        }
        None => grpc::unimplemented(format!("there is no method {path}")),
    }
}

impl Service {
    /// One unary call. It is served as a stream of one message, because then what is wrong with
    /// that message is ours to answer, and not the library's.
    async fn export(self, signal: Signal, request: Request<Body>) -> Response {
        let take = service_fn(|request: tonic::Request<Streaming<Bytes>>| {
            let service = self.clone();
            async move {
                let message = service.message(request.into_inner()).await?;
                let taken = service.intake.take(signal, message).await;
                taken
                    .map(|()| tonic::Response::new(Bytes::from(encode(&None))))
                    .map_err(|refused| status(&refused))
            }
        });
        let mut server = Grpc::new(BytesCodec)
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(self.limit);
        server.client_streaming(take, request).await.into_response()
    }

    async fn message(&self, messages: Streaming<Bytes>) -> Result<Bytes, Status> {
        let arrived = timeout(DEADLINE, self.single(messages)).await;
        arrived.unwrap_or_else(|_| {
            self.intake.count_invalid("slow");
            let seconds = DEADLINE.as_secs();
            let message = format!("the message did not arrive within {seconds} s");
            Err(Status::deadline_exceeded(message))
        })
    }

    /// The one message of a unary call.
    async fn single(&self, mut messages: Streaming<Bytes>) -> Result<Bytes, Status> {
        let first = messages
            .message()
            .await
            .map_err(|error| self.blame(&error))?;
        let rest = messages
            .message()
            .await
            .map_err(|error| self.blame(&error))?;
        match (first, rest) {
            (Some(message), None) => Ok(message),
            (first, _) => {
                self.intake.count_invalid("grpc");
                let found = if first.is_some() { "several" } else { "none" };
                let message = format!("a call carries one message, this one {found}");
                Err(Status::invalid_argument(message))
            }
        }
    }

    fn blame(&self, error: &Status) -> Status {
        match grpc::blame(error) {
            // Nobody is left to read it.
            Broken::Cut => Status::cancelled("the call was cut"),
            Broken::Sent(reason, status) => {
                self.intake.count_invalid(reason);
                status
            }
        }
    }
}

fn status(refused: &Refused) -> Status {
    match refused {
        Refused::Invalid(message) => Status::invalid_argument(message.clone()),
        Refused::Pipeline(refusal) => grpc::refused(refusal),
        Refused::TooLarge(message) => Status::resource_exhausted(message.clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;
    use http::header::CONTENT_TYPE;

    use super::*;
    use crate::component::Intakes;
    use crate::receivers::counters::Invalid;
    use crate::receivers::testing::{Recorder, context};

    #[tokio::test(start_paused = true)]
    async fn a_message_that_does_not_arrive_is_given_up() {
        let context = context("otlp");
        let mut intakes = Intakes::default();
        intakes.set(Signal::Traces, std::sync::Arc::new(Recorder::default()));
        let invalid = std::sync::Arc::new(Invalid::new(&context, &["slow"]));
        let service = Service {
            intake: Intake::new(&context, &intakes, "grpc", invalid),
            limit: 100,
        };
        let never = stream::pending::<Result<Bytes, Infallible>>();
        let request = Request::post(Signal::Traces.grpc_path())
            .header(CONTENT_TYPE, "application/grpc")
            .body(Body::from_stream(never))
            .expect("a request");
        let response = handle(State(service), request).await;
        assert_eq!(response.headers()["grpc-status"], "4");
        let page = context.shared.metrics.render();
        assert!(page.contains("reason=\"slow\"} 1"), "{page}");
    }
}
