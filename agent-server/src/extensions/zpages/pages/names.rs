//! `/debug/tracez`: kept spans by name, and examples of one name.
//!
//! The query parameters are OpenCensus zPages': `zspanname`; `ztype` 0 running, 1 by latency, 2
//! errors; `zsubtype` the latency bucket. `zservice` is ours: services may share span names.

use askama::Template;
use axum::extract::State;
use http::Uri;
use serde::Deserialize;

use super::text::named;
use super::{Page, render};
use crate::component::Shared;
use crate::extensions::zpages::lookup::ask;
use crate::extensions::zpages::params;
use crate::extensions::zpages::problem::Problem;
use crate::ops::show::{duration, time};
use crate::store::latency::{BUCKETS, LABELS};
use crate::store::model::{NameSummary, Sample, StatusCode};
use crate::store::{SampleFilter, TraceId};

/// The most names that the table shows.
const MAX_NAMES: usize = 1_000;

/// Bytes of service and name together up to which a name leads to its spans: an address longer than
/// that is refused on the way, and the page repeats it for every number.
const MAX_LINK: usize = 1_024;

/// The most examples of one name.
const MAX_SAMPLES: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Params {
    zspanname: String,
    zservice: Option<String>,
    ztype: String,
    zsubtype: String,
}

#[derive(Template)]
#[template(path = "zpages/names.html")]
struct View {
    labels: [&'static str; BUCKETS],
    names: Vec<Line>,
    is_cut: bool,
    selected: Option<Selected>,
}

/// One name of the table.
struct Line {
    service: String,
    name: String,
    /// As they are sent, for addresses; nothing where an address would be too long.
    raw: Option<(String, String)>,
    spans: u64,
    errors: u64,
    buckets: [u64; BUCKETS],
    latest: Vec<String>,
}

/// The examples of one name.
struct Selected {
    name: String,
    what: String,
    running: bool,
    samples: Vec<Example>,
}

struct Example {
    trace: String,
    span: String,
    service: String,
    start: String,
    duration: String,
    is_error: bool,
}

/// Shows the table, and the examples that the query string asks for.
pub(super) async fn page(State(shared): State<Shared>, uri: Uri) -> Page {
    let params = params::read::<Params>(&uri)?;
    let names = ask(&shared, |store| store.by_name(MAX_NAMES + 1)).await?;
    let selected = match params.zspanname.as_str() {
        "" => None,
        _ => Some(select(&shared, params).await?),
    };
    render(&View {
        labels: LABELS,
        is_cut: names.len() > MAX_NAMES,
        names: names.into_iter().take(MAX_NAMES).map(line).collect(),
        selected,
    })
}

async fn select(shared: &Shared, params: Params) -> Result<Selected, Problem> {
    let name = named(&params.zspanname);
    let (filter, what) = match params.ztype.as_str() {
        "" => (Some(SampleFilter::All), "latest spans".to_owned()),
        "0" => (None, "running spans".to_owned()),
        "1" => {
            let bucket = bucket(&params.zsubtype)?;
            let label = LABELS.get(bucket).copied().unwrap_or_default();
            let what = format!("latest spans in the latency bucket {label}");
            (Some(SampleFilter::Latency(bucket)), what)
        }
        "2" => (Some(SampleFilter::Errors), "latest errors".to_owned()),
        _ => return Err(Problem::bad_request("`ztype` is neither 0, 1 nor 2")),
    };
    let samples = match filter {
        None => Vec::new(),
        Some(filter) => {
            let question = move |store: &crate::store::Store| {
                let service = params.zservice.as_deref();
                store.samples(service, &params.zspanname, filter, MAX_SAMPLES)
            };
            ask(shared, question).await?
        }
    };
    Ok(Selected {
        name,
        what,
        running: filter.is_none(),
        samples: samples.iter().map(example).collect(),
    })
}

/// The latency bucket; without one, the first.
fn bucket(text: &str) -> Result<usize, Problem> {
    let bucket = if text.is_empty() { Ok(0) } else { text.parse() };
    bucket
        .ok()
        .filter(|bucket| *bucket < BUCKETS)
        .ok_or_else(|| Problem::bad_request("`zsubtype` is not a latency bucket from 0 to 8"))
}

fn line(name: NameSummary) -> Line {
    Line {
        service: named(&name.service),
        name: named(&name.name),
        raw: (name.service.len() + name.name.len() <= MAX_LINK)
            .then_some((name.service, name.name)),
        spans: name.spans,
        errors: name.errors,
        buckets: name.buckets,
        latest: name.latest.iter().map(TraceId::to_string).collect(),
    }
}

fn example(sample: &Sample) -> Example {
    Example {
        trace: sample.trace_id.to_string(),
        span: sample.span_id.to_string(),
        service: named(&sample.service),
        start: time(sample.start_unix_nano),
        duration: duration(sample.duration_nanos),
        is_error: sample.status == StatusCode::Error,
    }
}
