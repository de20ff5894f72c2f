//! `GET /metrics`.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use campanile_wire::prometheus::text::Format;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::config::Config;
use super::render::render;
use super::respond::respond;
use super::series::SeriesSet;
use crate::component::{Context, Tasks};
use crate::exporters::compression::gzip;
use crate::ops::Counter;

/// Pages that are written or sent at a time. Each is a copy of everything.
pub(super) const MAX_PAGES: usize = 8;

/// What scrapes share.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    series: Arc<Mutex<SeriesSet>>,
    open_metrics: bool,
    timestamps: bool,
    pages: Arc<Semaphore>,
    hidden: Counter,
    busy: Counter,
    tasks: Tasks,
}

impl Shown {
    pub(super) fn new(
        config: &Config,
        context: &Context,
        series: Arc<Mutex<SeriesSet>>,
        tasks: Tasks,
    ) -> Self {
        let exporter = context.id.to_string();
        let labels = [("exporter", exporter.as_str())];
        let metrics = &context.shared.metrics;
        Self {
            series,
            open_metrics: config.enable_open_metrics,
            timestamps: config.send_timestamps,
            pages: Arc::new(Semaphore::new(MAX_PAGES)),
            hidden: metrics.counter(
                "campanile_prometheus_hidden_series",
                "Series left out of a page because their escaped names were those of others.",
                &labels,
            ),
            busy: metrics.counter(
                "campanile_prometheus_refused_scrapes",
                "Scrapes that came while too many others were under way.",
                &labels,
            ),
            tasks,
        }
    }

    fn write(&self, format: Format, compressed: bool, now: Instant) -> Bytes {
        let mut series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        series.expire(now);
        let rendered = render(&series, format, self.timestamps);
        drop(series);
        self.hidden.add(rendered.hidden);
        match compressed {
            true => gzip(rendered.page.as_bytes()),
            false => rendered.page.into(),
        }
    }
}

pub(super) fn router(shown: Shown) -> Router {
    Router::new()
        .route("/metrics", get(scrape))
        .with_state(shown)
}

async fn scrape(State(shown): State<Shown>, headers: HeaderMap) -> Response {
    let Ok(permit) = Arc::clone(&shown.pages).try_acquire_owned() else {
        shown.busy.add(1);
        let why = "other scrapes are under way\n";
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], why).into_response();
    };
    let format = Format::negotiate(&joined(&headers, &ACCEPT), shown.open_metrics);
    let compressed = takes_gzip(&joined(&headers, &ACCEPT_ENCODING));
    let now = Instant::now();
    let tasks = shown.tasks.clone();
    let written = spawn_blocking(move || shown.write(format, compressed, now)).await;
    let Ok(page) = written else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let response = respond(page, permit, &tasks);
    with_headers(response, format, compressed)
}

fn with_headers(mut response: Response, format: Format, compressed: bool) -> Response {
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&format.content_type()) {
        headers.insert(CONTENT_TYPE, kind);
    }
    headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
    if compressed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// All values of a header in one line.
fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values = headers.get_all(name).iter();
    let values: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
    values.join(",")
}

/// Whether `Accept-Encoding` names gzip with a weight that is not zero.
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        name.trim() == "gzip" && weight.parse().is_ok_and(|weight: f64| weight > 0.0)
    })
}

/// The place of one page among [`MAX_PAGES`].
pub(super) type Place = OwnedSemaphorePermit;
