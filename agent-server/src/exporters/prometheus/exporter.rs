//! From payloads to series.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use campanile_wire::prometheus::{Family, Loss, Point, Settings, Sink, translate};
use futures_util::future::BoxFuture;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::config::Config;
use super::page::{self, Shown};
use super::series::{Bounds, Refused, SeriesSet};
use crate::component::{Context, ExportError, Exported, Exporter, StartError, Tasks};
use crate::exporters::losses::{Losses, Tally};
use crate::ops::{Counter, Gauge};
use crate::payload::Payload;
use crate::serve;

/// See [the module](super).
#[derive(Debug)]
pub(super) struct PrometheusExporter {
    config: Config,
    context: Context,
    keeper: Arc<Keeper>,
}

/// What payloads are put into, on a thread that may block.
#[derive(Debug)]
struct Keeper {
    settings: Settings,
    series: Arc<Mutex<SeriesSet>>,
    exemplars: bool,
    losses: Losses,
    other_help: Counter,
    lines: Gauge,
}

impl PrometheusExporter {
    pub(super) fn new(config: Config, context: Context) -> Self {
        let bounds = Bounds {
            max_series: config.max_series,
            max_bytes: usize::try_from(config.max_bytes.0).unwrap_or(usize::MAX),
            expiration: config.metric_expiration.0,
        };
        let exporter = context.id.to_string();
        let labels = [("exporter", exporter.as_str())];
        let metrics = &context.shared.metrics;
        let keeper = Keeper {
            settings: config.translation(),
            series: Arc::new(Mutex::new(SeriesSet::new(bounds))),
            exemplars: config.enable_open_metrics,
            losses: Losses::new(
                &context,
                Loss::ALL
                    .map(Loss::reason)
                    .into_iter()
                    .chain(Refused::ALL.map(Refused::reason)),
            ),
            other_help: metrics.counter(
                "campanile_prometheus_conflicting_help",
                "Points whose metric has another help text than the page.",
                &labels,
            ),
            lines: metrics.gauge(
                "campanile_prometheus_series",
                "Samples on the page.",
                &labels,
            ),
        };
        Self {
            config,
            context,
            keeper: Arc::new(keeper),
        }
    }

    async fn listen(&self, tasks: Tasks) -> Result<(), StartError> {
        let Some(endpoint) = &self.config.endpoint else {
            return Err(StartError::Other {
                key: "endpoint".to_owned(),
                message: "is required: where to serve the page".to_owned(),
            });
        };
        let tls = self.config.tls.as_ref().map(|tls| tls.open("tls"));
        let settings = serve::Settings {
            tls: tls.transpose()?,
            ..serve::Settings::default()
        };
        let listener = serve::bind(endpoint.clone(), "endpoint", &self.context).await?;
        let shown = Shown::new(
            &self.config,
            &self.context,
            Arc::clone(&self.keeper.series),
            tasks.clone(),
        );
        let router = self.config.response_headers.layer(page::router(shown));
        serve::http_with(listener, router, settings, &tasks);
        Ok(())
    }
}

impl Exporter for PrometheusExporter {
    fn start(&self, tasks: Tasks) -> BoxFuture<'_, Result<(), StartError>> {
        Box::pin(self.listen(tasks))
    }

    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        let keeper = Arc::clone(&self.keeper);
        let now = Instant::now();
        Box::pin(async move {
            let kept = spawn_blocking(move || keeper.keep(&payload, now)).await;
            kept.map_err(|error| ExportError::Permanent {
                message: error.to_string(),
            })
        })
    }
}

impl Keeper {
    fn keep(&self, payload: &Payload, now: Instant) -> Exported {
        let mut tally = Tally::default();
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        let wall = wall.map_or(0, |since| since.as_nanos() as u64);
        let mut set = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let mut putting = Putting {
            keeper: self,
            set: &mut set,
            now,
            tally: &mut tally,
        };
        translate(payload.bytes(), &self.settings, wall, &mut putting);
        self.lines
            .set(i64::try_from(set.lines()).unwrap_or(i64::MAX));
        drop(set);
        self.losses.count(&tally, payload.items())
    }
}

/// Puts points into the set, which is locked.
struct Putting<'p> {
    keeper: &'p Keeper,
    set: &'p mut SeriesSet,
    now: Instant,
    tally: &'p mut Tally,
}

impl Sink for Putting<'_> {
    fn take(&mut self, family: &Family<'_>, mut point: Point) {
        if !self.keeper.exemplars {
            point.exemplars.clear();
        }
        if self.set.has_other_help(family) {
            self.keeper.other_help.add(1);
        }
        if let Err(refused) = self.set.take(family, point, self.now) {
            self.tally.add(refused.reason(), 1);
        }
    }

    fn lose(&mut self, loss: Loss, points: u64) {
        self.tally.add(loss.reason(), points);
    }
}
