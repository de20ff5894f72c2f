//! Which protocol the agent is spoken to in.

use campanile_wire::otlp::Signal;

/// The protocol spoken to the agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// The OpenCensus agent protocol's `Export` streams, port 55678: traces and metrics.
    OpenCensus,
    /// OTLP over gRPC, port 4317.
    #[default]
    Otlp,
    /// OTLP over HTTP/1.1 as protobuf, port 4318.
    OtlpHttp,
    /// OTLP over HTTP/1.1 as JSON, port 4318.
    OtlpHttpJson,
}

/// How an item is written into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    OpenCensus,
    Otlp,
}

impl Protocol {
    /// The name in configuration: `grpc`, `http/protobuf`, `http/json` or `opencensus`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenCensus => "opencensus",
            Self::Otlp => "grpc",
            Self::OtlpHttp => "http/protobuf",
            Self::OtlpHttpJson => "http/json",
        }
    }

    /// The name for people.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::OpenCensus => "OpenCensus",
            Self::Otlp => "OTLP/gRPC",
            Self::OtlpHttp => "OTLP/HTTP",
            Self::OtlpHttpJson => "OTLP/HTTP, JSON",
        }
    }

    /// Where an agent listens for it unless told otherwise.
    #[must_use]
    pub const fn default_endpoint(self) -> &'static str {
        match self {
            Self::OpenCensus => "http://127.0.0.1:55678",
            Self::Otlp => "http://127.0.0.1:4317",
            Self::OtlpHttp | Self::OtlpHttpJson => "http://127.0.0.1:4318",
        }
    }

    /// Whether the protocol has messages for a signal: OpenCensus has none for logs.
    pub(crate) const fn carries(self, signal: Signal) -> bool {
        match (self, signal) {
            (Self::OpenCensus, Signal::Logs) => false,
            (Self::OpenCensus, Signal::Metrics | Signal::Traces)
            | (Self::Otlp | Self::OtlpHttp | Self::OtlpHttpJson, _) => true,
        }
    }

    pub(crate) const fn encoding(self) -> Encoding {
        match self {
            Self::OpenCensus => Encoding::OpenCensus,
            Self::Otlp | Self::OtlpHttp | Self::OtlpHttpJson => Encoding::Otlp,
        }
    }
}
