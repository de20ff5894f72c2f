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
    /// `jaeger-baggage`, has a name that is no token or a value that is no text; that entry alone
    /// is dropped.
    #[error(
        "a baggage entry has a name that is no token or a value that is no text; it was \
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
    /// There is more than one `x-datadog-trace-id`, `-parent-id` or `-sampling-priority` header.
    #[error("an x-datadog id or priority header is there more than once; a new trace is started")]
    DatadogDuplicate,
    /// `x-datadog-origin` is repeated, too long, or not printable ASCII; it alone is dropped.
    #[error("x-datadog-origin is repeated, too long or not printable ASCII; it was dropped")]
    DatadogInvalidOrigin,
    /// `x-datadog-parent-id` is missing, not a 64-bit decimal number, or zero.
    #[error(
        "x-datadog-parent-id is missing, not a 64-bit decimal number or zero; a new trace is started"
    )]
    DatadogInvalidParentId,
    /// `x-datadog-sampling-priority` is not a decimal number.
    #[error("x-datadog-sampling-priority is not a number; a new trace is started")]
    DatadogInvalidPriority,
    /// `x-datadog-tags` is not a list of `key=value`; all of it is dropped.
    #[error("x-datadog-tags is not a list of key=value; all tags were dropped")]
    DatadogInvalidTags,
    /// The tag `_dd.p.tid` is not sixteen lower-case hex digits, once; it alone is dropped.
    #[error("the tag _dd.p.tid is not sixteen lower-case hex digits, once; it was dropped")]
    DatadogInvalidTid,
    /// `x-datadog-trace-id` is not a 64-bit decimal number, or zero.
    #[error("x-datadog-trace-id is not a 64-bit decimal number or is zero; a new trace is started")]
    DatadogInvalidTraceId,
    /// `x-datadog-tags` is longer than 512 bytes; all of it is dropped.
    #[error("x-datadog-tags is longer than 512 bytes; all tags were dropped")]
    DatadogTagsTooLong,
    /// There is more than one `uber-trace-id` or `jaeger-debug-id` header.
    #[error("there is more than one uber-trace-id or jaeger-debug-id header; they were ignored")]
    JaegerDuplicate,
    /// `jaeger-debug-id` is empty, longer than 256 bytes, or not ASCII.
    #[error("jaeger-debug-id is empty, longer than 256 bytes or not ASCII; it was ignored")]
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
    /// `grpc-trace-bin` or `grpc-tags-bin` is there several times and says different things.
    #[error("grpc-trace-bin or grpc-tags-bin says different things several times; it was dropped")]
    OpencensusDuplicate,
    /// `grpc-trace-bin` or `grpc-tags-bin` is not base64.
    #[error("grpc-trace-bin or grpc-tags-bin is not base64; it was dropped")]
    OpencensusInvalidBase64,
    /// The span id of `grpc-trace-bin` is all zero.
    #[error("the span id of grpc-trace-bin is zero; a new trace is started")]
    OpencensusInvalidSpanId,
    /// The trace id of `grpc-trace-bin` is missing or all zero.
    #[error("the trace id of grpc-trace-bin is missing or zero; a new trace is started")]
    OpencensusInvalidTraceId,
    /// The key of a tag is no token, so that baggage cannot hold it; that tag alone is dropped.
    #[error("the key of an opencensus tag is no token; the tag was dropped")]
    OpencensusTagNotToken,
    /// A key or value of `grpc-tags-bin` is too long or not printable ASCII, or a key is empty.
    #[error(
        "a key or value of grpc-tags-bin is too long or not printable ASCII; all tags were dropped"
    )]
    OpencensusTagsInvalidText,
    /// `grpc-tags-bin` ends within a tag or holds an unknown field.
    #[error("grpc-tags-bin ends within a tag or holds an unknown field; all tags were dropped")]
    OpencensusTagsMalformed,
    /// The keys and values of `grpc-tags-bin` together exceed 8192 bytes.
    #[error("the tags of grpc-tags-bin exceed 8192 bytes; all tags were dropped")]
    OpencensusTagsTooLong,
    /// `grpc-trace-bin` ends within a field, or its fields are out of order.
    #[error(
        "grpc-trace-bin ends within a field or its fields are out of order; a new trace is started"
    )]
    OpencensusTraceMalformed,
    /// `grpc-trace-bin` is far longer than its fields can be.
    #[error("grpc-trace-bin is longer than 1024 characters; a new trace is started")]
    OpencensusTraceTooLong,
    /// The version byte of `grpc-trace-bin` or `grpc-tags-bin` is not zero.
    #[error("the version of grpc-trace-bin or grpc-tags-bin is not 0; it was dropped")]
    OpencensusUnknownVersion,
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
    /// There is more than one `x-amzn-trace-id` header, or one of its fields is repeated.
    #[error("x-amzn-trace-id or one of its fields is there more than once; a new trace is started")]
    XrayDuplicate,
    /// `Lineage` of `x-amzn-trace-id` does not follow its form; it alone is dropped.
    #[error("the lineage of x-amzn-trace-id is malformed; it was dropped")]
    XrayInvalidLineage,
    /// `Parent` of `x-amzn-trace-id` is not sixteen lower-case hex digits, or all zero.
    #[error(
        "the parent of x-amzn-trace-id is not sixteen lower-case hex digits or is zero; a new trace is started"
    )]
    XrayInvalidParent,
    /// `Root` of `x-amzn-trace-id` is missing, or not a trace id of version 1.
    #[error(
        "the root of x-amzn-trace-id is missing or is no trace id of version 1; a new trace is started"
    )]
    XrayInvalidRoot,
    /// `Sampled` of `x-amzn-trace-id` is not `0`, `1` or `?`.
    #[error("the sampling decision of x-amzn-trace-id is not 0, 1 or ?; a new trace is started")]
    XrayInvalidSampled,
    /// A field of `x-amzn-trace-id` is not `key=value`.
    #[error("a field of x-amzn-trace-id is not key=value; a new trace is started")]
    XrayMalformed,
    /// `x-amzn-trace-id` is longer than 1024 bytes.
    #[error("x-amzn-trace-id is longer than 1024 bytes; a new trace is started")]
    XrayTooLong,
}

/// Lists each variant once, with its label.
macro_rules! reasons {
    ($($variant:ident => $label:literal,)*) => {
        impl ExtractError {
            /// Every variant, for counters that are made before the first request.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// A stable label for a counter: lower snake case, one per variant.
            #[must_use]
            pub const fn reason(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)*
                }
            }
        }
    };
}

reasons! {
    B3Duplicate => "b3_duplicate",
    B3InvalidParentId => "b3_invalid_parent_id",
    B3InvalidSampling => "b3_invalid_sampling",
    B3InvalidSpanId => "b3_invalid_span_id",
    B3InvalidTraceId => "b3_invalid_trace_id",
    B3Malformed => "b3_malformed",
    B3MissingId => "b3_missing_id",
    BaggageInvalidEntry => "baggage_invalid_entry",
    BaggageInvalidMember => "baggage_invalid_member",
    BaggageTooLong => "baggage_too_long",
    BaggageTooManyMembers => "baggage_too_many_members",
    CloudTraceDuplicate => "cloud_trace_duplicate",
    CloudTraceInvalidOptions => "cloud_trace_invalid_options",
    CloudTraceInvalidSpanId => "cloud_trace_invalid_span_id",
    CloudTraceInvalidTraceId => "cloud_trace_invalid_trace_id",
    CloudTraceMalformed => "cloud_trace_malformed",
    CloudTraceTooLong => "cloud_trace_too_long",
    DatadogDuplicate => "datadog_duplicate",
    DatadogInvalidOrigin => "datadog_invalid_origin",
    DatadogInvalidParentId => "datadog_invalid_parent_id",
    DatadogInvalidPriority => "datadog_invalid_priority",
    DatadogInvalidTags => "datadog_invalid_tags",
    DatadogInvalidTid => "datadog_invalid_tid",
    DatadogInvalidTraceId => "datadog_invalid_trace_id",
    DatadogTagsTooLong => "datadog_tags_too_long",
    JaegerDuplicate => "jaeger_duplicate",
    JaegerInvalidDebugId => "jaeger_invalid_debug_id",
    JaegerInvalidFlags => "jaeger_invalid_flags",
    JaegerInvalidSpanId => "jaeger_invalid_span_id",
    JaegerInvalidTraceId => "jaeger_invalid_trace_id",
    JaegerMalformed => "jaeger_malformed",
    OpencensusDuplicate => "opencensus_duplicate",
    OpencensusInvalidBase64 => "opencensus_invalid_base64",
    OpencensusInvalidSpanId => "opencensus_invalid_span_id",
    OpencensusInvalidTraceId => "opencensus_invalid_trace_id",
    OpencensusTagNotToken => "opencensus_tag_not_token",
    OpencensusTagsInvalidText => "opencensus_tags_invalid_text",
    OpencensusTagsMalformed => "opencensus_tags_malformed",
    OpencensusTagsTooLong => "opencensus_tags_too_long",
    OpencensusTraceMalformed => "opencensus_trace_malformed",
    OpencensusTraceTooLong => "opencensus_trace_too_long",
    OpencensusUnknownVersion => "opencensus_unknown_version",
    OtTraceDuplicate => "ot_trace_duplicate",
    OtTraceInvalidSampled => "ot_trace_invalid_sampled",
    OtTraceInvalidSpanId => "ot_trace_invalid_span_id",
    OtTraceInvalidTraceId => "ot_trace_invalid_trace_id",
    OtTraceMissingId => "ot_trace_missing_id",
    TraceparentDuplicate => "traceparent_duplicate",
    TraceparentInvalidFlags => "traceparent_invalid_flags",
    TraceparentInvalidParentId => "traceparent_invalid_parent_id",
    TraceparentInvalidTraceId => "traceparent_invalid_trace_id",
    TraceparentInvalidVersion => "traceparent_invalid_version",
    TraceparentMalformed => "traceparent_malformed",
    TracestateInvalidKey => "tracestate_invalid_key",
    TracestateInvalidMember => "tracestate_invalid_member",
    TracestateInvalidValue => "tracestate_invalid_value",
    TracestateTooLong => "tracestate_too_long",
    TracestateTooManyMembers => "tracestate_too_many_members",
    XrayDuplicate => "xray_duplicate",
    XrayInvalidLineage => "xray_invalid_lineage",
    XrayInvalidParent => "xray_invalid_parent",
    XrayInvalidRoot => "xray_invalid_root",
    XrayInvalidSampled => "xray_invalid_sampled",
    XrayMalformed => "xray_malformed",
    XrayTooLong => "xray_too_long",
}
