//! Which protocol the agent is spoken to in.

/// The protocol spoken to the agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// The OpenCensus agent protocol's `Export` stream, port 55678.
    OpenCensus,
    /// OTLP over gRPC, port 4317.
    #[default]
    Otlp,
}

impl Protocol {
    /// The name in configuration: `otlp` or `opencensus`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenCensus => "opencensus",
            Self::Otlp => "otlp",
        }
    }

    /// The name for people.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::OpenCensus => "OpenCensus",
            Self::Otlp => "OTLP/gRPC",
        }
    }

    /// Where an agent listens for it unless told otherwise.
    #[must_use]
    pub const fn default_endpoint(self) -> &'static str {
        match self {
            Self::OpenCensus => "http://127.0.0.1:55678",
            Self::Otlp => "http://127.0.0.1:4317",
        }
    }
}
