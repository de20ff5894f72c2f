//! What subjects write to the log.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, Registry};

use crate::measure::Result;

/// Counts the events of a process from INFO on, but for those that the SDK writes of its own life
/// (`TracerProvider.GlobalSet` and the like): whether there are any is a feature of the SDK's.
#[derive(Clone, Debug, Default)]
pub(super) struct Listener(Arc<Heard>);

#[derive(Debug, Default)]
struct Heard {
    lines: AtomicU32,
    lost: AtomicU64,
}

impl Listener {
    /// Begins to listen; once in a process.
    pub(super) fn install() -> Result<Self> {
        let listener = Self::default();
        tracing::subscriber::set_global_default(listener.subscriber())?;
        Ok(listener)
    }

    pub(super) fn subscriber(&self) -> impl Subscriber + use<> {
        Registry::default().with(self.clone().with_filter(LevelFilter::INFO))
    }

    pub(super) fn lines(&self) -> u32 {
        self.0.lines.load(Ordering::Relaxed)
    }

    /// The spans that the SDK said it lost.
    pub(super) fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let of_the_sdk = metadata.target().starts_with("opentelemetry");
        if !of_the_sdk || *metadata.level() != Level::INFO {
            self.0.lines.fetch_add(1, Ordering::Relaxed);
        }
        event.record(&mut Lost(&self.0.lost));
    }
}

/// Looks for the SDK's count.
struct Lost<'a>(&'a AtomicU64);

impl Visit for Lost<'_> {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "dropped_span_count" {
            self.0.fetch_add(value, Ordering::Relaxed);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
