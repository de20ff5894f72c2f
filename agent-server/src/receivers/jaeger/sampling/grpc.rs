//! `jaeger.api_v2.SamplingManager`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use campanile_wire::jaeger::api_v2::SamplingStrategyParameters;
use http::Request;
use prost::Message as _;
use tonic::Status;

use super::Table;
use crate::component::Tasks;
use crate::receivers::grpc::{self, Broken};
use crate::receivers::unary;
use crate::serve::{self, Listener};

/// The path of the one method.
pub(in crate::receivers::jaeger) const GET: &str =
    "/jaeger.api_v2.SamplingManager/GetSamplingStrategy";

/// The largest question in bytes: a name.
pub(in crate::receivers::jaeger) const MAX_QUESTION: usize = 64 << 10;

/// Answers over gRPC on `listener`.
pub(in crate::receivers::jaeger) fn serve_grpc(
    listener: Listener,
    table: Arc<Table>,
    tasks: &Tasks,
) {
    let router = Router::new().fallback(handle).with_state(table);
    serve::http(listener, router, tasks);
}

async fn handle(State(table): State<Arc<Table>>, request: Request<Body>) -> Response {
    if !grpc::is_grpc(request.headers()) {
        return grpc::not_grpc(
            "this port speaks gRPC; sampling over HTTP has a port of its own, by default 5778\n",
        );
    }
    if request.uri().path() != GET {
        return grpc::unimplemented(format!("there is no method {}", request.uri().path()));
    }
    let answer = match unary::read(request, MAX_QUESTION).await {
        Ok(question) => grpc_answer(&table, &question),
        Err(Broken::Cut) => Err(Status::cancelled("the call was cut")),
        Err(Broken::Busy(status) | Broken::Sent(_, status)) => Err(status),
    };
    answer.map_or_else(|status| status.into_http(), |answer| unary::answer(&answer))
}

/// The answer to a question for the strategy of a service.
///
/// # Errors
///
/// When the question is not what the protocol says.
pub(in crate::receivers::jaeger) fn grpc_answer(
    table: &Table,
    question: &[u8],
) -> Result<Vec<u8>, Status> {
    let question = SamplingStrategyParameters::decode(question)
        .map_err(|error| Status::invalid_argument(error.to_string()))?;
    Ok(table.get(&question.service_name).encode_to_vec())
}
