//! What a list may hold, and why it was refused.

/// Upper bounds on what one list may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Spans per list.
    pub max_spans: usize,
    /// Tags or annotations of one span.
    pub max_children: usize,
}

impl Default for Limits {
    /// 20,000 spans and 1,000 children: what one OTLP request may hold, with room for the
    /// attributes that a translation adds.
    fn default() -> Self {
        Self {
            max_spans: 20_000,
            max_children: 1_000,
        }
    }
}

/// Why a list of spans could not be read. Nothing of it is then to be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is not a list of spans in the format that it should have.
    #[error("{0}")]
    Invalid(String),
    /// It has more spans than [`Limits::max_spans`].
    #[error("more than {0} spans in one list")]
    TooManySpans(usize),
    /// One span has more tags or annotations than [`Limits::max_children`].
    #[error("a span has more than {0} tags or annotations")]
    TooManyChildren(usize),
    /// One span of v1 speaks of more services than are told apart.
    #[error("a span speaks of more than {0} services")]
    TooManyServices(usize),
}

impl ReadError {
    /// Whether the list is sound, but holds more than is accepted.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        !matches!(self, Self::Invalid(_))
    }

    /// Says in which span of the list it was found.
    pub(super) fn within(self, index: usize) -> Self {
        match self {
            Self::Invalid(reason) => Self::Invalid(format!("span {index}: {reason}")),
            limit => limit,
        }
    }
}
