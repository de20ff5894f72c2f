//! The gRPC side: messages as raw bytes, routed by path.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use campanile_wire::otlp::Signal;
use campanile_wire::otlp::response::{PartialSuccess, encode};
use http::Request;
use tonic::Status;

use super::config;
use super::receiver::Bound;
use crate::component::Tasks;
use crate::receivers::grpc::{self, Broken};
use crate::receivers::intake::{Intake, Refused};
use crate::receivers::{peer, unary};
use crate::serve;

#[derive(Clone, Debug)]
struct Service {
    intake: Intake,
    limit: usize,
}

/// Serves OTLP over gRPC.
pub(super) fn serve(config: &config::Grpc, bound: Bound, intake: Intake, tasks: &Tasks) {
    let service = Service {
        intake,
        limit: grpc::message_limit(config.max_recv_msg_size_mib),
    };
    let router = Router::new().fallback(handle).with_state(service);
    let (listener, settings) = bound;
    serve::http_with(listener, router, settings, tasks);
}

async fn handle(State(service): State<Service>, request: Request<Body>) -> Response {
    if !grpc::is_grpc(request.headers()) {
        service.intake.count_invalid("content_type");
        return grpc::not_grpc(
            "this port speaks gRPC; OTLP over HTTP has a port of its own, by default 4318\n",
        );
    }
    match service.export(request).await {
        Ok(partial) => unary::answer(&encode(&partial)),
        Err(status) => status.into_http(),
    }
}

impl Service {
    /// One unary call.
    async fn export(&self, request: Request<Body>) -> Result<Option<PartialSuccess>, Status> {
        let path = request.uri().path();
        let signal = Signal::ALL
            .into_iter()
            .find(|signal| signal.grpc_path() == path)
            .ok_or_else(|| Status::unimplemented(format!("there is no method {path}")))?;
        if !self.intake.serves(signal) {
            let message = format!("no pipeline takes {signal} from this receiver");
            return Err(Status::unimplemented(message));
        }
        let peer = peer(&request);
        let message = unary::read(request, self.limit).await;
        let message = message.map_err(|broken| self.blame(broken))?;
        let intake = self.intake.of_peer(peer);
        let taken = intake.take(signal, message).await;
        taken.map_err(|refused| status(&refused))
    }

    fn blame(&self, broken: Broken) -> Status {
        match broken {
            Broken::Busy(status) => status,
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

    use bytes::Bytes;
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
