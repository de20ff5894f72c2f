//! The JSON that the command line reads.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use http::Uri;

use super::lookup::ask;
use super::params::{self, ListParams};
use super::problem::{ApiProblem, Problem};
use crate::component::Shared;
use crate::ops::Status;
use crate::store::TracePrefix;
use crate::store::model::{Trace, TraceList};

/// The routes below `/api/v1`.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/traces", get(traces))
        .route("/traces/{id}", get(trace))
        .route("/status", get(status))
        .fallback(missing)
}

async fn traces(State(shared): State<Shared>, uri: Uri) -> Result<Json<TraceList>, ApiProblem> {
    let query = params::read::<ListParams>(&uri)?.query()?;
    let traces = ask(&shared, move |store| store.traces(&query)).await?;
    Ok(Json(TraceList { traces }))
}

async fn trace(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Trace>, ApiProblem> {
    let prefix = prefix(&id)?;
    let trace = ask(&shared, move |store| store.find(prefix)).await?;
    Ok(Json(trace))
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
