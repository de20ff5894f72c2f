//! The ways in which a header can be wrong.

/// Why a header, or a part of one, was not believed.
///
/// No variant fails a request: a refused `traceparent` means "start a new trace", the others
/// drop what they name and nothing else. Count them by [`reason`](Self::reason).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// There is more than one `b3` header, or more than one of an `X-B3` header.
    #[error("there is more than one b3 header, or of an X-B3 header; they were ignored")]
    B3Duplicate,
    /// The parent id of B3, which is checked and not used, is not sixteen lower-case hex digits.
    #[error("the parent id of B3 is not sixteen lower-case hex digits; the header was ignored")]
    B3InvalidParentId,
    /// The sampling state is not `0`, `1` or `d`, or `X-B3-Sampled` not `0`, `1`, `true` or
    /// `false`.
    #[error("the sampling state of B3 is none that B3 knows; the header was ignored")]
    B3InvalidSampling,
    /// The span id of B3 is not sixteen lower-case hex digits, or all zero.
    #[error(
        "the span id of B3 is not sixteen lower-case hex digits or is zero; the header \
         was ignored"
    )]
    B3InvalidSpanId,
    /// The trace id of B3 is not 16 or 32 lower-case hex digits, or all zero.
    #[error(
        "the trace id of B3 is not 16 or 32 lower-case hex digits or is zero; the header \
         was ignored"
    )]
    B3InvalidTraceId,
    /// `b3` is too short, too long, or its dashes are not where they must be.
    #[error("b3 is too short, too long or wrongly divided; the header was ignored")]
    B3Malformed,
    /// One of `X-B3-TraceId` and `X-B3-SpanId` is there without the other.
    #[error("one of X-B3-TraceId and X-B3-SpanId is there without the other; they were ignored")]
    B3MissingId,
    /// A header with one baggage entry (`uberctx-*`, `ot-baggage-*`), or a member of
    /// `jaeger-baggage`, has a name that is no token or a value that is no UTF-8; that entry alone
    /// is dropped.
    #[error(
        "a baggage entry has a name that is no token or a value that is no UTF-8; it was \
         dropped"
    )]
    BaggageInvalidEntry,
    /// A member of `baggage` does not follow the grammar; that member alone is dropped.
    #[error("a baggage member is not key=value with optional properties; it was dropped")]
    BaggageInvalidMember,
    /// The headers of a format's baggage together exceed 8192 bytes; members beyond are dropped.
    #[error("the baggage headers exceed 8192 bytes; members beyond that were dropped")]
    BaggageTooLong,
    /// The headers of a format's baggage together hold more than 64 members; members beyond are
    /// dropped.
    #[error("the baggage headers hold more than 64 members; members beyond that were dropped")]
    BaggageTooManyMembers,
    /// There is more than one `X-Cloud-Trace-Context` header.
    #[error("there is more than one X-Cloud-Trace-Context header; a new trace is started")]
    CloudTraceDuplicate,
    /// What follows the span id of `X-Cloud-Trace-Context` is not `;o=` and a decimal number.
    #[error(
        "what follows the span id of X-Cloud-Trace-Context is not ;o= and a decimal \
         number; a new trace is started"
    )]
    CloudTraceInvalidOptions,
    /// The span id of `X-Cloud-Trace-Context` is not a decimal number of 64 bits, or zero.
    #[error(
        "the span id of X-Cloud-Trace-Context is not a decimal number of 64 bits or is \
         zero; a new trace is started"
    )]
    CloudTraceInvalidSpanId,
    /// The trace id of `X-Cloud-Trace-Context` is not 32 hex digits, or all zero.
    #[error(
        "the trace id of X-Cloud-Trace-Context is not 32 hex digits or is zero; a new \
         trace is started"
    )]
    CloudTraceInvalidTraceId,
    /// `X-Cloud-Trace-Context` has no slash.
    #[error("X-Cloud-Trace-Context has no slash; a new trace is started")]
    CloudTraceMalformed,
    /// `X-Cloud-Trace-Context` is longer than 200 bytes.
    #[error("X-Cloud-Trace-Context is longer than 200 bytes; a new trace is started")]
    CloudTraceTooLong,
    /// There is more than one `uber-trace-id` or `jaeger-debug-id` header.
    #[error("there is more than one uber-trace-id or jaeger-debug-id header; they were ignored")]
    JaegerDuplicate,
    /// `jaeger-debug-id` is empty, longer than 256 bytes, or no UTF-8.
    #[error("jaeger-debug-id is empty, longer than 256 bytes or no UTF-8; it was ignored")]
    JaegerInvalidDebugId,
    /// The flags of `uber-trace-id` are not a hex number of one byte.
    #[error("the flags of uber-trace-id are not a hex number of one byte; a new trace is started")]
    JaegerInvalidFlags,
    /// The span id of `uber-trace-id` is not 1 to 16 hex digits, or zero.
    #[error(
        "the span id of uber-trace-id is not 1 to 16 hex digits or is zero; a new trace \
         is started"
    )]
    JaegerInvalidSpanId,
    /// The trace id of `uber-trace-id` is not 1 to 32 hex digits, or zero.
    #[error(
        "the trace id of uber-trace-id is not 1 to 32 hex digits or is zero; a new trace \
         is started"
    )]
    JaegerInvalidTraceId,
    /// `uber-trace-id` is not four fields, or longer than 256 bytes.
    #[error("uber-trace-id is not four fields or is longer than 256 bytes; a new trace is started")]
    JaegerMalformed,
    /// There is more than one of an `ot-tracer` header.
    #[error("there is more than one of an ot-tracer header; a new trace is started")]
    OtTraceDuplicate,
    /// `ot-tracer-sampled` is not `true`, `false`, `1` or `0`.
    #[error("ot-tracer-sampled is not true, false, 1 or 0; a new trace is started")]
    OtTraceInvalidSampled,
    /// `ot-tracer-spanid` is not sixteen hex digits, or all zero.
    #[error("ot-tracer-spanid is not sixteen hex digits or is zero; a new trace is started")]
    OtTraceInvalidSpanId,
    /// `ot-tracer-traceid` is not 16 or 32 hex digits, or all zero.
    #[error("ot-tracer-traceid is not 16 or 32 hex digits or is zero; a new trace is started")]
    OtTraceInvalidTraceId,
    /// One of `ot-tracer-traceid` and `ot-tracer-spanid` is there without the other.
    #[error(
        "one of ot-tracer-traceid and ot-tracer-spanid is there without the other; a new \
         trace is started"
    )]
    OtTraceMissingId,
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
        Self::B3Duplicate,
        Self::B3InvalidParentId,
        Self::B3InvalidSampling,
        Self::B3InvalidSpanId,
        Self::B3InvalidTraceId,
        Self::B3Malformed,
        Self::B3MissingId,
        Self::BaggageInvalidEntry,
        Self::BaggageInvalidMember,
        Self::BaggageTooLong,
        Self::BaggageTooManyMembers,
        Self::CloudTraceDuplicate,
        Self::CloudTraceInvalidOptions,
        Self::CloudTraceInvalidSpanId,
        Self::CloudTraceInvalidTraceId,
        Self::CloudTraceMalformed,
        Self::CloudTraceTooLong,
        Self::JaegerDuplicate,
        Self::JaegerInvalidDebugId,
        Self::JaegerInvalidFlags,
        Self::JaegerInvalidSpanId,
        Self::JaegerInvalidTraceId,
        Self::JaegerMalformed,
        Self::OtTraceDuplicate,
        Self::OtTraceInvalidSampled,
        Self::OtTraceInvalidSpanId,
        Self::OtTraceInvalidTraceId,
        Self::OtTraceMissingId,
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
            Self::B3Duplicate => "b3_duplicate",
            Self::B3InvalidParentId => "b3_invalid_parent_id",
            Self::B3InvalidSampling => "b3_invalid_sampling",
            Self::B3InvalidSpanId => "b3_invalid_span_id",
            Self::B3InvalidTraceId => "b3_invalid_trace_id",
            Self::B3Malformed => "b3_malformed",
            Self::B3MissingId => "b3_missing_id",
            Self::BaggageInvalidEntry => "baggage_invalid_entry",
            Self::BaggageInvalidMember => "baggage_invalid_member",
            Self::BaggageTooLong => "baggage_too_long",
            Self::BaggageTooManyMembers => "baggage_too_many_members",
            Self::CloudTraceDuplicate => "cloud_trace_duplicate",
            Self::CloudTraceInvalidOptions => "cloud_trace_invalid_options",
            Self::CloudTraceInvalidSpanId => "cloud_trace_invalid_span_id",
            Self::CloudTraceInvalidTraceId => "cloud_trace_invalid_trace_id",
            Self::CloudTraceMalformed => "cloud_trace_malformed",
            Self::CloudTraceTooLong => "cloud_trace_too_long",
            Self::JaegerDuplicate => "jaeger_duplicate",
            Self::JaegerInvalidDebugId => "jaeger_invalid_debug_id",
            Self::JaegerInvalidFlags => "jaeger_invalid_flags",
            Self::JaegerInvalidSpanId => "jaeger_invalid_span_id",
            Self::JaegerInvalidTraceId => "jaeger_invalid_trace_id",
            Self::JaegerMalformed => "jaeger_malformed",
            Self::OtTraceDuplicate => "ot_trace_duplicate",
            Self::OtTraceInvalidSampled => "ot_trace_invalid_sampled",
            Self::OtTraceInvalidSpanId => "ot_trace_invalid_span_id",
            Self::OtTraceInvalidTraceId => "ot_trace_invalid_trace_id",
            Self::OtTraceMissingId => "ot_trace_missing_id",
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
