//! The JSON that the command line reads.

use axum::extract::{Path, State};
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::Uri;
use http::header::CONTENT_TYPE;

use super::deliberate::deliberate;
use super::lookup::ask;
use super::params::{self, ListParams};
use super::problem::{ApiProblem, Problem};
use super::queue;
use crate::component::{ReloadAnswer, Shared};
use crate::ops::Status;
use crate::store::model::TraceList;
use crate::store::{Store, TracePrefix};

/// The routes below `/api/v1`.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/traces", get(traces))
        .route("/traces/{id}", get(trace))
        .route("/status", get(status))
        .merge(queue::router())
        .merge(actions())
        .fallback(missing)
}

/// What has the agent do something.
fn actions() -> Router<Shared> {
    Router::new()
        .route("/reload", post(reload))
        .route_layer(from_fn(deliberate))
}

/// Answers when the new configuration is in force, or was found wrong.
async fn reload(State(shared): State<Shared>) -> Result<Json<ReloadAnswer>, ApiProblem> {
    let answer = shared.reload.ask().await;
    Ok(Json(answer.ok_or_else(Problem::no_reload)?))
}

async fn traces(State(shared): State<Shared>, uri: Uri) -> Result<Json<TraceList>, ApiProblem> {
    let query = params::read::<ListParams>(&uri)?.query()?;
    let traces = ask(&shared, move |store| store.traces(&query)).await?;
    Ok(Json(TraceList { traces }))
}

/// A trace can be large: it becomes text on the thread that read it.
async fn trace(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let prefix = prefix(&id)?;
    let question = move |store: &Store| {
        let trace = store.find(prefix).map_err(Problem::from)?;
        serde_json::to_vec(&trace).map_err(|error| Problem::internal(&error))
    };
    let body = ask(&shared, question).await?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

async fn status(State(shared): State<Shared>) -> Json<Status> {
    Json(Status::of(&shared))
}

async fn missing() -> ApiProblem {
    Problem::no_page().into()
}

/// The trace that a path names.
pub(super) fn prefix(id: &str) -> Result<TracePrefix, Problem> {
    id.parse()
        .map_err(|error: crate::store::InvalidPrefix| Problem::bad_request(error.to_string()))
}
