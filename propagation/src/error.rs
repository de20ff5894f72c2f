//! The ways in which a header can be wrong.

/// Why a header, or a part of one, was not believed.
///
/// No variant fails a request: a refused `traceparent` means "start a new trace", the others
/// drop what they name and nothing else. Count them by [`reason`](Self::reason).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// A member of `baggage` does not follow the grammar; that member alone is dropped.
    #[error("a baggage member is not key=value with optional properties; it was dropped")]
    BaggageInvalidMember,
    /// The `baggage` headers together exceed 8192 bytes; members beyond are dropped.
    #[error("the baggage headers exceed 8192 bytes; members beyond that were dropped")]
    BaggageTooLong,
    /// The `baggage` headers together hold more than 64 members; members beyond are dropped.
    #[error("the baggage headers hold more than 64 members; members beyond that were dropped")]
    BaggageTooManyMembers,
    /// There is more than one `traceparent` header.
    #[error("there is more than one traceparent header; a new trace is started")]
    TraceparentDuplicate,
    /// The flags of `traceparent` are not two lower-case hex digits.
    #[error("the flags of traceparent are not two lower-case hex digits; a new trace is started")]
    TraceparentInvalidFlags,
    /// The parent id of `traceparent` is not sixteen lower-case hex digits, or all zero.
    #[error(
        "the parent id of traceparent is not sixteen lower-case hex digits or is zero; \
         a new trace is started"
    )]
    TraceparentInvalidParentId,
    /// The trace id of `traceparent` is not 32 lower-case hex digits, or all zero.
    #[error(
        "the trace id of traceparent is not 32 lower-case hex digits or is zero; \
         a new trace is started"
    )]
    TraceparentInvalidTraceId,
    /// The version of `traceparent` is `ff` or not two lower-case hex digits.
    #[error(
        "the version of traceparent is ff or not two lower-case hex digits; a new trace is started"
    )]
    TraceparentInvalidVersion,
    /// `traceparent` has the wrong length or its dashes are not where they must be.
    #[error("traceparent is too short, too long or wrongly divided; a new trace is started")]
    TraceparentMalformed,
    /// A key of `tracestate` does not follow the Level 2 grammar.
    #[error("a tracestate key does not follow the grammar; tracestate was dropped")]
    TracestateInvalidKey,
    /// A member of `tracestate` has no `=`.
    #[error("a tracestate member is not key=value; tracestate was dropped")]
    TracestateInvalidMember,
    /// A value of `tracestate` does not follow the grammar.
    #[error("a tracestate value does not follow the grammar; tracestate was dropped")]
    TracestateInvalidValue,
    /// The `tracestate` headers are longer than any 32 members can make them.
    #[error("the tracestate headers are longer than 32 members can be; tracestate was dropped")]
    TracestateTooLong,
    /// The `tracestate` headers together hold more than 32 members.
    #[error("the tracestate headers hold more than 32 members; tracestate was dropped")]
    TracestateTooManyMembers,
}

impl ExtractError {
    /// Every variant, for counters that are made before the first request.
    pub const ALL: &'static [Self] = &[
        Self::BaggageInvalidMember,
        Self::BaggageTooLong,
        Self::BaggageTooManyMembers,
        Self::TraceparentDuplicate,
        Self::TraceparentInvalidFlags,
        Self::TraceparentInvalidParentId,
        Self::TraceparentInvalidTraceId,
        Self::TraceparentInvalidVersion,
        Self::TraceparentMalformed,
        Self::TracestateInvalidKey,
        Self::TracestateInvalidMember,
        Self::TracestateInvalidValue,
        Self::TracestateTooLong,
        Self::TracestateTooManyMembers,
    ];

    /// A stable label for a counter: lower snake case, one per variant.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::BaggageInvalidMember => "baggage_invalid_member",
            Self::BaggageTooLong => "baggage_too_long",
            Self::BaggageTooManyMembers => "baggage_too_many_members",
            Self::TraceparentDuplicate => "traceparent_duplicate",
            Self::TraceparentInvalidFlags => "traceparent_invalid_flags",
            Self::TraceparentInvalidParentId => "traceparent_invalid_parent_id",
            Self::TraceparentInvalidTraceId => "traceparent_invalid_trace_id",
            Self::TraceparentInvalidVersion => "traceparent_invalid_version",
            Self::TraceparentMalformed => "traceparent_malformed",
            Self::TracestateInvalidKey => "tracestate_invalid_key",
            Self::TracestateInvalidMember => "tracestate_invalid_member",
            Self::TracestateInvalidValue => "tracestate_invalid_value",
            Self::TracestateTooLong => "tracestate_too_long",
            Self::TracestateTooManyMembers => "tracestate_too_many_members",
        }
    }
}
