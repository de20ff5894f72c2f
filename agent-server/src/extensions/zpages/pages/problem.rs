//! The page that says why there is no page.

use askama::Template;
use axum::response::Html;

use crate::extensions::zpages::problem::Problem;

#[derive(Template)]
#[template(path = "zpages/problem.html")]
struct View<'a> {
    title: String,
    message: &'a str,
}

/// Renders a problem.
pub(in crate::extensions::zpages) fn problem(problem: &Problem) -> Html<String> {
    let view = View {
        title: problem.status.to_string(),
        message: &problem.message,
    };
    // The template writes to a string, which does not fail.
    Html(view.render().unwrap_or_default())
}
