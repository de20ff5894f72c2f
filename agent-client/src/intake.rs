//! Where one signal enters a client: its queue and its counters.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use campanile_wire::otlp::Signal;
use opentelemetry::InstrumentationScope;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLogRecord;
use opentelemetry_sdk::trace::SpanData;
use tokio::sync::Notify;

use crate::encode::{self, Envelope, with_scratch};
use crate::environment::{Limits, Settings};
use crate::limits;
use crate::open::OpenSpans;
use crate::protocol::Encoding;
use crate::queue::{Bounds, Item, Overflow, Queue};
use crate::stats::{Counters, DropReason, Stats};
use crate::translate;

/// Bytes in one request: well below the 4 MiB that gRPC servers take.
const BATCH_BYTES: usize = 1 << 20;
/// More shards than this help nobody: few threads end something at the very same moment.
const MAX_SHARDS: usize = 16;

/// How an item is put into the queue.
type Push =
    fn(&Queue<InstrumentationScope>, &InstrumentationScope, Item<'_>) -> Result<(), DropReason>;

/// One signal's way in.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(crate) signal: Signal,
    pub(crate) encoding: Encoding,
    pub(crate) queue: Queue<InstrumentationScope>,
    pub(crate) counters: Counters,
    /// Spans that began and did not end yet.
    pub(crate) open: OpenSpans,
    limits: Limits,
    sender: Mutex<Arc<Sender>>,
}

/// Who sends the items.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) resource: Resource,
    pub(crate) envelope: Envelope,
}

impl Intake {
    pub(crate) fn new(signal: Signal, settings: &Settings, wake: Arc<Notify>) -> Self {
        let batching = settings.batching(signal);
        let max_items = batching.max_buffer.unwrap_or(usize::MAX);
        let bounds = Bounds {
            batch_items: batching.max_batch.clamp(1, max_items.max(1)),
            batch_bytes: BATCH_BYTES,
            // Of running totals, the latest are worth most.
            overflow: match signal {
                Signal::Metrics => Overflow::DropOldest,
                Signal::Logs | Signal::Traces => settings.overflow,
            },
            ..Bounds::new(settings.buffer_bytes, max_items)
        };
        let shards = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            signal,
            encoding: settings.destination(signal).protocol.encoding(),
            queue: Queue::new(bounds, shards.clamp(1, MAX_SHARDS), wake),
            counters: Counters::default(),
            open: OpenSpans::default(),
            limits: settings.limits,
            sender: Mutex::new(sender(Resource::builder_empty().build())),
        }
    }

    pub(crate) fn sender(&self) -> Arc<Sender> {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&sender)
    }

    pub(crate) fn set_resource(&self, resource: Resource) {
        let mut current = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        *current = sender(resource);
    }

    /// Ends what is still open, as interrupted at this time.
    pub(crate) fn interrupt(&self, now: SystemTime) {
        for span in self.open.interrupt(now) {
            self.encode_span(span, Queue::push_last);
        }
    }

    /// Takes an ended span: it is queued, or dropped and counted.
    pub(crate) fn push_span(&self, span: SpanData) {
        if !self.queue.refuses(1) {
            self.encode_span(span, Queue::push);
        }
    }

    fn encode_span(&self, mut span: SpanData, push: Push) {
        if let Some(max) = self.limits.value_chars {
            limits::shorten_span(&mut span, max);
        }
        with_scratch(|body| match self.encoding {
            Encoding::Otlp => {
                encode::span(body, &span);
                self.push(&span.instrumentation_scope, body, push);
            }
            Encoding::OpenCensus => {
                translate::encode_span(body, &span);
                self.push(&InstrumentationScope::default(), body, push);
            }
        });
    }

    /// Takes a log record.
    pub(crate) fn push_log(&self, record: &SdkLogRecord, scope: &InstrumentationScope) {
        if self.queue.refuses(1) {
            return;
        }
        let max = self.limits.attributes_per_log as usize;
        let shortened = self.limits.log_value_chars;
        with_scratch(|body| {
            encode::log_record(body, record, max, shortened);
            match record.target() {
                // As the SDK's own exporter has it: the target is the finer name.
                Some(target) if *target != scope.name() => {
                    self.push(&named(scope, target.clone()), body, Queue::push);
                }
                _ => self.push(scope, body, Queue::push),
            }
        });
    }

    /// Takes a collection of metrics: each request it takes is one item of the queue.
    pub(crate) fn push_metrics(&self, request: ExportMetricsServiceRequest) {
        for (request, points) in encode::metrics(self.encoding, request, BATCH_BYTES) {
            let item = Item {
                head: &[],
                body: &request,
                count: points,
            };
            // The queue counts what it drops.
            let _ = self.queue.push(&InstrumentationScope::default(), item);
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        let started = (self.signal == Signal::Traces).then(|| self.open.started());
        self.counters.snapshot(self.queue.counts(), started)
    }

    /// Spans are field 2 of a `ScopeSpans` and of an OpenCensus request, log records of a
    /// `ScopeLogs`.
    fn push(&self, scope: &InstrumentationScope, body: &[u8], push: Push) {
        let (head, len) = encode::head(2, body.len());
        let item = Item {
            head: head.get(..len).unwrap_or_default(),
            body,
            count: 1,
        };
        // The queue counts what it drops.
        let _ = push(&self.queue, scope, item);
    }
}

fn sender(resource: Resource) -> Arc<Sender> {
    Arc::new(Sender {
        envelope: Envelope::new(&resource),
        resource,
    })
}

/// A scope of another name.
fn named(scope: &InstrumentationScope, name: Cow<'static, str>) -> InstrumentationScope {
    let mut builder =
        InstrumentationScope::builder(name).with_attributes(scope.attributes().cloned());
    if let Some(version) = scope.version() {
        builder = builder.with_version(version.to_owned());
    }
    if let Some(url) = scope.schema_url() {
        builder = builder.with_schema_url(url.to_owned());
    }
    builder.build()
}
