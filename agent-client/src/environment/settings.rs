//! Everything a client can be told, with its defaults.

use std::time::Duration;

use campanile_wire::otlp::Signal;
use opentelemetry_sdk::metrics::Temporality;

use super::{Destination, TraceSampler};
use crate::protocol::Protocol;
use crate::queue::Overflow;

/// How much of a span or log record is kept.
///
/// <https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Attributes of a span.
    pub attributes_per_span: u32,
    /// Events of a span.
    pub events_per_span: u32,
    /// Links of a span.
    pub links_per_span: u32,
    /// Attributes of an event.
    pub attributes_per_event: u32,
    /// Attributes of a link.
    pub attributes_per_link: u32,
    /// Characters of a text in an attribute of a span, its events and its links; `None` is no limit.
    pub value_chars: Option<usize>,
    /// Attributes of a log record.
    pub attributes_per_log: u32,
    /// Characters of a text in an attribute of a log record; `None` is no limit.
    pub log_value_chars: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attributes_per_span: 128,
            events_per_span: 128,
            links_per_span: 128,
            attributes_per_event: 128,
            attributes_per_link: 128,
            value_chars: None,
            attributes_per_log: 128,
            log_value_chars: None,
        }
    }
}

/// How items of a signal are gathered before they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batching {
    /// Longest time an item waits for others.
    pub schedule_delay: Duration,
    /// Most items in one request.
    pub max_batch: usize,
    /// Most items in the buffer, beside the bound in bytes.
    pub max_buffer: Option<usize>,
}

impl Default for Batching {
    fn default() -> Self {
        Self {
            schedule_delay: Duration::from_secs(1),
            max_batch: 512,
            max_buffer: None,
        }
    }
}

/// How metrics are collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collection {
    /// Time between two collections.
    pub interval: Duration,
    /// What points count from.
    pub temporality: Temporality,
    /// Whether histograms have exponential buckets.
    pub exponential_histograms: bool,
}

impl Default for Collection {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(60),
            temporality: Temporality::Cumulative,
            exponential_histograms: false,
        }
    }
}

/// Which of its lines a client writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LogLevel {
    /// None.
    Off,
    /// Errors, of which there are none.
    Error,
    /// What needs somebody's attention.
    Warn,
    /// What changed, too.
    #[default]
    Info,
}

/// What a client does; the table of the [module](super) says what each field is good for.
///
/// Times longer than 49 days count as 49 days. Timeouts, `reconnect_interval` and the interval of
/// metrics are at least a millisecond.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// Whether nothing is recorded at all.
    pub disabled: bool,
    /// `service.name`.
    pub service_name: Option<String>,
    /// `service.version`.
    pub service_version: Option<String>,
    /// Name and version of the service where nothing else says them.
    pub default_service: Option<(String, String)>,
    /// Further attributes of the resource; later ones win.
    pub resource_attributes: Vec<(String, String)>,
    /// The formats of `OTEL_PROPAGATORS`; empty means the default.
    pub propagators: String,
    /// Which traces are recorded.
    pub sampler: TraceSampler,
    /// How much of a span or log record is kept.
    pub limits: Limits,
    /// Which lines are written.
    pub log_level: LogLevel,
    /// Where spans go.
    pub traces: Destination,
    /// Where metrics go.
    pub metrics: Destination,
    /// Where log records go.
    pub logs: Destination,
    /// How spans are gathered.
    pub trace_batching: Batching,
    /// How log records are gathered.
    pub log_batching: Batching,
    /// How metrics are collected.
    pub collection: Collection,
    /// Pause between attempts while the agent is away.
    pub reconnect_interval: Duration,
    /// Memory that waiting items may use, for each signal.
    pub buffer_bytes: usize,
    /// What gives way when the buffer is full; of metrics always the oldest.
    pub overflow: Overflow,
    /// Longest time that dropping the guard may take.
    pub flush_timeout: Duration,
}

impl Settings {
    /// 8 MiB: some fifteen thousand spans.
    pub(crate) const BUFFER_BYTES: usize = 8 << 20;
    /// No time is shorter, but for those that may be zero: an attempt would follow the other.
    const SHORTEST: Duration = Duration::from_millis(1);
    /// No time is longer: 49 days, which is as good as for ever. `Duration::MAX` would overflow a
    /// clock somewhere below.
    pub(crate) const LONGEST: Duration = Duration::from_millis(u32::MAX as u64);

    /// The same with times that every clock can count, and without exports that their protocol
    /// has no message for.
    pub(crate) fn bounded(mut self) -> Self {
        for signal in Signal::ALL {
            let destination = self.destination_mut(signal);
            destination.timeout = destination.timeout.clamp(Self::SHORTEST, Self::LONGEST);
            destination.export &= destination.protocol.carries(signal);
        }
        for batching in [&mut self.trace_batching, &mut self.log_batching] {
            batching.schedule_delay = batching.schedule_delay.min(Self::LONGEST);
        }
        let collection = &mut self.collection;
        collection.interval = collection.interval.clamp(Self::SHORTEST, Self::LONGEST);
        if self.metrics.protocol == Protocol::OpenCensus {
            // It has no other.
            collection.temporality = Temporality::Cumulative;
        }
        Self {
            reconnect_interval: self.reconnect_interval.clamp(Self::SHORTEST, Self::LONGEST),
            flush_timeout: self.flush_timeout.min(Self::LONGEST),
            ..self
        }
    }

    /// Where a signal goes.
    pub(crate) const fn destination(&self, signal: Signal) -> &Destination {
        match signal {
            Signal::Logs => &self.logs,
            Signal::Metrics => &self.metrics,
            Signal::Traces => &self.traces,
        }
    }

    pub(crate) const fn destination_mut(&mut self, signal: Signal) -> &mut Destination {
        match signal {
            Signal::Logs => &mut self.logs,
            Signal::Metrics => &mut self.metrics,
            Signal::Traces => &mut self.traces,
        }
    }

    /// How a signal's items are gathered: a collection of metrics is a batch by itself.
    pub(crate) const fn batching(&self, signal: Signal) -> Batching {
        match signal {
            Signal::Logs => self.log_batching,
            Signal::Traces => self.trace_batching,
            Signal::Metrics => Batching {
                schedule_delay: Duration::ZERO,
                max_batch: usize::MAX,
                max_buffer: None,
            },
        }
    }
}

impl Default for Settings {
    /// What holds when nothing is said.
    fn default() -> Self {
        Self {
            disabled: false,
            service_name: None,
            service_version: None,
            default_service: None,
            resource_attributes: Vec::new(),
            propagators: String::new(),
            sampler: TraceSampler::default(),
            limits: Limits::default(),
            log_level: LogLevel::default(),
            traces: Destination::default(),
            metrics: Destination::default(),
            logs: Destination::default(),
            trace_batching: Batching::default(),
            log_batching: Batching::default(),
            collection: Collection::default(),
            reconnect_interval: Duration::from_secs(5),
            buffer_bytes: Self::BUFFER_BYTES,
            overflow: Overflow::default(),
            flush_timeout: Duration::from_millis(500),
        }
    }
}
