//! `PostSpans`, and the sampling manager at the same port.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::Request;
use tonic::Status;

use super::handover::Handover;
use super::sampling::{self, Table};
use super::{config, translate};
use crate::component::Tasks;
use crate::receivers::grpc::{self, Broken};
use crate::receivers::intake::Refused;
use crate::receivers::{peer, unary};
use crate::serve::{self, Listener, Settings};

const POST_SPANS: &str = "/jaeger.api_v2.CollectorService/PostSpans";

#[derive(Clone, Debug)]
struct Service {
    handover: Handover,
    limit: usize,
    table: Arc<Table>,
}

/// Serves `api_v2` on `listener`.
pub(super) fn serve(
    config: &config::Grpc,
    bound: (Listener, Settings),
    handover: Handover,
    table: Arc<Table>,
    tasks: &Tasks,
) {
    let service = Service {
        handover,
        limit: grpc::message_limit(config.max_recv_msg_size_mib),
        table,
    };
    let router = Router::new().fallback(handle).with_state(service);
    let (listener, settings) = bound;
    serve::http_with(listener, router, settings, tasks);
}

async fn handle(State(service): State<Service>, request: Request<Body>) -> Response {
    if !grpc::is_grpc(request.headers()) {
        service.handover.count("content_type");
        return grpc::not_grpc(
            "this port speaks gRPC; Thrift over HTTP has a port of its own, by default 14268\n",
        );
    }
    let answer = match request.uri().path() {
        POST_SPANS => service.post(request).await.map(|()| Vec::new()),
        sampling::GET => match unary::read(request, sampling::MAX_QUESTION).await {
            Ok(question) => sampling::grpc_answer(&service.table, &question),
            Err(broken) => Err(service.blame(broken)),
        },
        path => Err(Status::unimplemented(format!("there is no method {path}"))),
    };
    answer.map_or_else(|status| status.into_http(), |answer| unary::answer(&answer))
}

impl Service {
    async fn post(&self, request: Request<Body>) -> Result<(), Status> {
        if !self.handover.serves() {
            let message = "no pipeline takes traces from this receiver";
            return Err(Status::unimplemented(message));
        }
        let peer = peer(&request);
        let message = unary::read(request, self.limit).await;
        let message = message.map_err(|broken| self.blame(broken))?;
        let batch = translate::post_spans(&message);
        // Nothing of it is needed while the pipeline makes up its mind.
        drop(message);
        let taken = self.handover.take(peer, batch, "protobuf").await;
        taken.map_err(|refused| status(&refused))
    }

    fn blame(&self, broken: Broken) -> Status {
        match broken {
            Broken::Busy(status) => status,
            // Nobody is left to read it.
            Broken::Cut => Status::cancelled("the call was cut"),
            Broken::Sent(reason, status) => {
                self.handover.count(reason);
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
