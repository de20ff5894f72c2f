//! The queues: `/api/v1/queue` and what can be done with them.

use std::sync::Arc;

use axum::extract::State;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use axum::{Json, Router, body::Bytes};

use super::deliberate::deliberate;
use super::problem::{ApiProblem, Problem};
use crate::component::Shared;
use crate::delivery::queues::{Moved, Operator, Queues, Selection};

/// The routes below `/api/v1`.
pub(super) fn router() -> Router<Shared> {
    let changes = Router::new()
        .route("/queue/replay", post(replay))
        .route("/queue/drop", post(discard))
        .route_layer(from_fn(deliberate));
    Router::new().route("/queue", get(queues)).merge(changes)
}

async fn queues(State(shared): State<Shared>) -> Result<Json<Queues>, ApiProblem> {
    let queues = operator(&shared)?.queues().await;
    Ok(Json(queues.map_err(Problem::from)?))
}

async fn replay(State(shared): State<Shared>, body: Bytes) -> Result<Json<Moved>, ApiProblem> {
    let moved = operator(&shared)?.replay(selection(&body)?).await;
    Ok(Json(moved.map_err(Problem::from)?))
}

async fn discard(State(shared): State<Shared>, body: Bytes) -> Result<Json<Moved>, ApiProblem> {
    let moved = operator(&shared)?.discard(selection(&body)?).await;
    Ok(Json(moved.map_err(Problem::from)?))
}

fn operator(shared: &Shared) -> Result<Arc<dyn Operator>, Problem> {
    shared.queues.get().ok_or_else(Problem::no_queues)
}

fn selection(body: &[u8]) -> Result<Selection, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::bad_request(error.to_string()))
}
