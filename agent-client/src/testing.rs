//! What the unit tests need: spans, and a client without a worker.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use campanile_wire::otlp::Signal;
use opentelemetry::InstrumentationScope;
use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use crate::client::Client;
use crate::environment::Settings;

/// A client for spans that nobody works for.
pub(crate) fn client() -> Arc<Client> {
    client_with(Settings {
        flush_timeout: Duration::ZERO,
        ..Settings::default()
    })
}

/// The same with settings.
pub(crate) fn client_with(settings: Settings) -> Arc<Client> {
    let resource = Resource::builder_empty().build();
    Arc::new(Client::new(
        &[Signal::Traces],
        &Arc::new(settings),
        &resource,
    ))
}

/// A sampled root span without anything.
pub(crate) fn span(name: &'static str) -> SpanData {
    SpanData {
        span_context: SpanContext::new(
            TraceId::from(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10),
            SpanId::from(0x1112_1314_1516_1718),
            TraceFlags::SAMPLED,
            false,
            TraceState::NONE,
        ),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time: UNIX_EPOCH + Duration::from_nanos(1_700_000_000_000_000_001),
        end_time: UNIX_EPOCH + Duration::from_nanos(1_700_000_000_000_000_502),
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("").build(),
    }
}
