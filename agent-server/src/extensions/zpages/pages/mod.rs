//! The pages: one file each for what it shows, with its template under `templates/zpages`.

mod agent;
mod names;
mod problem;
mod text;
mod trace;
mod traces;
mod waterfall;

pub(super) use self::problem::problem;

use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;

use super::problem::{PageProblem, Problem};
use crate::component::Shared;

/// The routes of the pages.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(traces::page))
        .route("/trace/{id}", get(trace::page))
        .route("/debug/tracez", get(names::page))
        .route("/debug/servicez", get(agent::page))
        .route("/style.css", get(style))
        .fallback(missing)
}

/// What a page handler answers.
type Page = Result<Html<String>, PageProblem>;

fn render(template: &impl Template) -> Page {
    let page = template
        .render()
        .map_err(|error| Problem::internal(&error))?;
    Ok(Html(page))
}

async fn style() -> Response {
    (
        [(CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("style.css"),
    )
        .into_response()
}

async fn missing() -> PageProblem {
    Problem::no_page().into()
}
