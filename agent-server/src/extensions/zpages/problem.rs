//! What went wrong with a request, as a page or as JSON.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use super::pages;
use crate::delivery::queues::QueueError;
use crate::ops::show::shortened;
use crate::store::{FindError, StoreError};

/// A request that is not answered with what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    /// What happened, and what to do.
    pub(super) message: String,
}

impl Problem {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn foreign_host(host: &str) -> Self {
        let host = shortened(host, 100);
        let message = format!(
            "these pages are not served under the name `{host}`: use localhost or the address, \
             or add the name to `allowed_hosts` of the zpages extension"
        );
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn not_deliberate(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn no_queues() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "this agent has no queues yet: it is starting",
        )
    }

    pub(super) fn no_page() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is no such page")
    }

    pub(super) fn no_store() -> Self {
        let message = "this agent keeps no spans: add the exporter `store` to its traces pipeline";
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn no_reload() -> Self {
        let message = "the program that runs this agent does not read its configuration again";
        Self::new(StatusCode::NOT_IMPLEMENTED, message)
    }

    pub(super) fn internal(error: &impl ToString) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }

    /// To be answered as a page.
    pub(super) fn into_page(self) -> PageProblem {
        PageProblem(self)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}

impl From<QueueError> for Problem {
    fn from(error: QueueError) -> Self {
        let status = match error {
            QueueError::Busy(_) => StatusCode::CONFLICT,
            QueueError::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
            QueueError::NotFound(_) => StatusCode::NOT_FOUND,
        };
        Self::new(status, error.to_string())
    }
}

impl From<FindError> for Problem {
    fn from(error: FindError) -> Self {
        let status = match error {
            FindError::Ambiguous => StatusCode::CONFLICT,
            FindError::NotFound => StatusCode::NOT_FOUND,
            FindError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string())
    }
}

/// A problem answered as `{"error": ".."}`.
#[derive(Debug)]
pub(super) struct ApiProblem(Problem);

impl From<Problem> for ApiProblem {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        (self.0.status, Json(json!({"error": self.0.message}))).into_response()
    }
}

/// A problem answered as a page.
#[derive(Debug)]
pub(super) struct PageProblem(Problem);

impl From<Problem> for PageProblem {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for PageProblem {
    fn into_response(self) -> Response {
        (self.0.status, pages::problem(&self.0)).into_response()
    }
}
