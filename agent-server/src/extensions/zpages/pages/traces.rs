//! `/`: the latest traces.

use askama::Template;
use axum::extract::State;
use http::Uri;

use super::text::named;
use super::{Page, render};
use crate::component::Shared;
use crate::extensions::zpages::lookup::ask;
use crate::extensions::zpages::params::{self, ListParams};
use crate::ops::Status;
use crate::ops::show::{duration, time};
use crate::store::model::TraceSummary;

#[derive(Template)]
#[template(path = "zpages/traces.html")]
struct View {
    status: Status,
    uptime: String,
    form: ListParams,
    errors_only: bool,
    filtered: bool,
    kept: Option<Vec<Line>>,
}

/// One trace of the list.
struct Line {
    id: String,
    name: String,
    others: String,
    service: String,
    start: String,
    duration: String,
    /// Percent of the longest duration in the list.
    share: String,
    spans: u64,
    errors: u64,
    complete: bool,
}

/// Shows the traces that the query string asks for.
pub(super) async fn page(State(shared): State<Shared>, uri: Uri) -> Page {
    let form = params::read::<ListParams>(&uri)?;
    let query = form.query()?;
    let kept = match shared.store.get() {
        None => None,
        Some(_) => {
            let question = query.clone();
            let traces = ask(&shared, move |store| store.traces(&question)).await?;
            Some(lines(&traces))
        }
    };
    let status = Status::of(&shared);
    let nanos = status.uptime_seconds.saturating_mul(1_000_000_000);
    render(&View {
        uptime: duration(nanos),
        status,
        errors_only: query.errors_only,
        filtered: query.service.is_some()
            || query.name.is_some()
            || query.errors_only
            || !query.min_duration.is_zero(),
        form: form.shown(),
        kept,
    })
}

fn lines(traces: &[TraceSummary]) -> Vec<Line> {
    let longest = traces.iter().map(|trace| trace.duration_nanos).max();
    let longest = longest.unwrap_or_default().max(1) as f64;
    let line = |trace: &TraceSummary| Line {
        id: trace.trace_id.to_string(),
        name: named(&trace.name),
        service: named(&trace.service),
        others: others(trace),
        start: time(trace.start_unix_nano),
        duration: duration(trace.duration_nanos),
        share: format!("{:.2}", trace.duration_nanos as f64 / longest * 100.0),
        spans: trace.spans,
        errors: trace.errors,
        complete: trace.complete,
    };
    traces.iter().map(line).collect()
}

/// The services beside the root's.
fn others(trace: &TraceSummary) -> String {
    let others = trace.services.iter().filter(|name| **name != trace.service);
    let others: Vec<String> = others.take(6).map(|name| named(name)).collect();
    others.join(", ")
}
