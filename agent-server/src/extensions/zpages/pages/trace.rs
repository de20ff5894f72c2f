//! `/trace/{id}`: one trace as a waterfall.

use askama::Template;
use axum::extract::{Path, State};
use http::Uri;
use serde::Deserialize;

use super::text::named;
use super::waterfall::{Row, Waterfall};
use super::{Page, render};
use crate::component::Shared;
use crate::extensions::zpages::api::prefix;
use crate::extensions::zpages::lookup::ask;
use crate::extensions::zpages::params;
use crate::extensions::zpages::problem::Problem;
use crate::ops::show::{duration, time};
use crate::store::Store;
use crate::store::model::Trace;

/// Rows of one page: more would take a browser seconds.
const PAGE_ROWS: usize = 1_000;

/// Errors that the head of the page leads to.
const MAX_JUMPS: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Params {
    page: String,
}

#[derive(Template)]
#[template(path = "zpages/trace.html")]
struct View {
    id: String,
    name: String,
    service: String,
    start: String,
    duration: String,
    /// Times along the axis: a quarter apart.
    axis: [String; 5],
    spans: u64,
    /// Spans that are not shown because there are too many.
    cut: u64,
    complete: bool,
    services: Vec<(usize, String)>,
    errors: usize,
    jumps: Vec<Jump>,
    rows: Vec<Row>,
    page: usize,
    pages: usize,
}

/// A way to a row with an error.
struct Jump {
    page: usize,
    anchor: usize,
}

/// Shows the trace that the path names.
pub(super) async fn page(State(shared): State<Shared>, Path(id): Path<String>, uri: Uri) -> Page {
    let prefix = prefix(&id)?;
    let params = params::read::<Params>(&uri)?;
    let page = match params.page.as_str() {
        "" => Ok(1),
        text => text
            .parse()
            .map_err(|_| Problem::bad_request("`page` is not a number")),
    }?;
    let question = move |store: &Store| store.find(prefix).map(|trace| view(&trace, page));
    render(&ask(&shared, question).await?)
}

fn view(trace: &Trace, page: usize) -> View {
    let waterfall = Waterfall::new(trace);
    let pages = waterfall.len().div_ceil(PAGE_ROWS).max(1);
    let page = page.clamp(1, pages);
    let from = (page - 1) * PAGE_ROWS;
    let root = trace
        .spans
        .iter()
        .find(|span| span.parent_span_id.is_none());
    let title = root.or(trace.spans.first());
    let errors = waterfall.errors();
    let quarter =
        |part: u64| duration((u128::from(trace.duration_nanos) * u128::from(part) / 4) as u64);
    View {
        id: trace.trace_id.to_string(),
        name: named(title.map_or("", |span| span.name.as_str())),
        service: named(title.map_or("", |span| span.service.as_str())),
        start: time(trace.start_unix_nano),
        duration: duration(trace.duration_nanos),
        axis: [0, 1, 2, 3, 4].map(quarter),
        spans: trace.total_spans,
        cut: trace.total_spans.saturating_sub(trace.spans.len() as u64),
        complete: trace.complete,
        services: waterfall.services(),
        errors: errors.len(),
        jumps: errors
            .iter()
            .take(MAX_JUMPS)
            .map(|row| jump(*row))
            .collect(),
        rows: waterfall.rows(from, PAGE_ROWS),
        page,
        pages,
    }
}

fn jump(row: usize) -> Jump {
    Jump {
        page: row / PAGE_ROWS + 1,
        anchor: row,
    }
}
