//! Everything a client can be told, with its defaults.

use std::time::Duration;

use super::{Endpoint, Headers, TraceSampler};
use crate::protocol::Protocol;

/// How much of a span is kept.
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
    /// Characters of a text in an attribute of a span; `None` is no limit.
    pub value_chars: Option<usize>,
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
        }
    }
}

/// What a client does; the table of the [module](super) says what each field is good for.
///
/// Times longer than 49 days count as 49 days. `timeout` and `reconnect_interval` are at least a
/// millisecond.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// Whether no spans are made at all.
    pub disabled: bool,
    /// Whether spans are sent to the agent.
    pub export: bool,
    /// `service.name`.
    pub service_name: Option<String>,
    /// `service.version`.
    pub service_version: Option<String>,
    /// Further attributes of the resource; later ones win.
    pub resource_attributes: Vec<(String, String)>,
    /// The formats of `OTEL_PROPAGATORS`; empty means the default.
    pub propagators: String,
    /// Which traces are recorded.
    pub sampler: TraceSampler,
    /// How much of a span is kept.
    pub limits: Limits,
    /// The protocol spoken to the agent.
    pub protocol: Protocol,
    /// Where the agent is, whatever the protocol.
    pub agent_endpoint: Option<Endpoint>,
    /// Where the agent is when it speaks OTLP.
    pub otlp_endpoint: Option<Endpoint>,
    /// Headers of every OTLP request.
    pub headers: Headers,
    /// Longest wait for one answer of the agent.
    pub timeout: Duration,
    /// Pause between attempts while the agent is away.
    pub reconnect_interval: Duration,
    /// Longest time a span waits for others.
    pub schedule_delay: Duration,
    /// Most spans in one request.
    pub max_batch_spans: usize,
    /// Most spans in the buffer, beside the bound in bytes.
    pub max_buffer_spans: Option<usize>,
    /// Memory that waiting spans may use, by estimate.
    pub buffer_bytes: usize,
    /// Longest time that dropping the guard may take.
    pub flush_timeout: Duration,
}

impl Settings {
    /// 8 MiB: some ten thousand spans.
    pub(crate) const BUFFER_BYTES: usize = 8 << 20;
    /// No time is shorter, but for those that may be zero: an attempt would follow the other.
    const SHORTEST: Duration = Duration::from_millis(1);
    /// No time is longer: 49 days, which is as good as for ever. `Duration::MAX` would overflow a
    /// clock somewhere below.
    pub(crate) const LONGEST: Duration = Duration::from_millis(u32::MAX as u64);

    /// The same with times that every clock can count.
    pub(crate) fn bounded(self) -> Self {
        Self {
            timeout: self.timeout.clamp(Self::SHORTEST, Self::LONGEST),
            reconnect_interval: self.reconnect_interval.clamp(Self::SHORTEST, Self::LONGEST),
            schedule_delay: self.schedule_delay.min(Self::LONGEST),
            flush_timeout: self.flush_timeout.min(Self::LONGEST),
            ..self
        }
    }

    /// The endpoint in force: the one given, else the protocol's default.
    #[must_use]
    pub fn endpoint(&self) -> Endpoint {
        let otlp = match self.protocol {
            Protocol::OpenCensus => None,
            Protocol::Otlp => self.otlp_endpoint.as_ref(),
        };
        let given = self.agent_endpoint.as_ref().or(otlp);
        given
            .cloned()
            .unwrap_or_else(|| Endpoint::of_static(self.protocol.default_endpoint()))
    }
}

impl Default for Settings {
    /// What holds when nothing is said.
    fn default() -> Self {
        Self {
            disabled: false,
            export: true,
            service_name: None,
            service_version: None,
            resource_attributes: Vec::new(),
            propagators: String::new(),
            sampler: TraceSampler::default(),
            limits: Limits::default(),
            protocol: Protocol::default(),
            agent_endpoint: None,
            otlp_endpoint: None,
            headers: Headers::default(),
            timeout: Duration::from_secs(10),
            reconnect_interval: Duration::from_secs(5),
            schedule_delay: Duration::from_secs(1),
            max_batch_spans: 512,
            max_buffer_spans: None,
            buffer_bytes: Self::BUFFER_BYTES,
            flush_timeout: Duration::from_millis(500),
        }
    }
}
