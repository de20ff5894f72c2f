//! The names of fields, by context.

use super::super::context::Context;
use super::field::{Field, Number};

type Names = &'static [(&'static str, Field)];

/// The fields of a context, by name.
pub(super) fn names(context: Context) -> Names {
    match context {
        Context::DataPoint => DATAPOINT,
        Context::Log => LOG,
        Context::Metric => METRIC,
        Context::Resource => RESOURCE,
        Context::Scope => SCOPE,
        Context::Span => SPAN,
        Context::SpanEvent => SPANEVENT,
    }
}

const CACHE: (&str, Field) = ("cache", Field::Cache);

const fn map(number: u32) -> Field {
    Field::Map(Number::Of(number))
}

const fn varint(number: u32) -> Field {
    Field::Varint(Number::Of(number))
}

const fn fixed64(number: u32) -> Field {
    Field::Fixed64(Number::Of(number))
}

static RESOURCE: Names = &[
    CACHE,
    ("attributes", map(1)),
    ("dropped_attributes_count", varint(2)),
];

static SCOPE: Names = &[
    CACHE,
    ("name", Field::Text(1)),
    ("version", Field::Text(2)),
    ("attributes", map(3)),
    ("dropped_attributes_count", varint(4)),
];

static SPAN: Names = &[
    CACHE,
    ("trace_id", Field::Id(1, 16)),
    ("trace_id.string", Field::IdText(1, 16)),
    ("span_id", Field::Id(2, 8)),
    ("span_id.string", Field::IdText(2, 8)),
    ("trace_state", Field::TraceState),
    ("parent_span_id", Field::Id(4, 8)),
    ("parent_span_id.string", Field::IdText(4, 8)),
    ("name", Field::Text(5)),
    ("kind", varint(6)),
    ("kind.string", Field::KindText),
    ("kind.deprecated_string", Field::KindName),
    ("start_time_unix_nano", fixed64(7)),
    ("start_time", Field::Time(7)),
    ("end_time_unix_nano", fixed64(8)),
    ("end_time", Field::Time(8)),
    ("attributes", map(9)),
    ("dropped_attributes_count", varint(10)),
    ("events", Field::Count(11)),
    ("dropped_events_count", varint(12)),
    ("links", Field::Count(13)),
    ("dropped_links_count", varint(14)),
    ("status.message", Field::StatusMessage),
    ("status.code", Field::StatusCode),
    ("flags", Field::Fixed32(16)),
];

static SPANEVENT: Names = &[
    CACHE,
    ("time_unix_nano", fixed64(1)),
    ("time", Field::Time(1)),
    ("name", Field::Text(2)),
    ("attributes", map(3)),
    ("dropped_attributes_count", varint(4)),
    ("event_index", Field::EventIndex),
];

static METRIC: Names = &[
    CACHE,
    ("name", Field::Text(1)),
    ("description", Field::Text(2)),
    ("unit", Field::Text(3)),
    ("type", Field::Type),
    ("aggregation_temporality", Field::Temporality),
    ("is_monotonic", Field::Monotonic),
    ("metadata", map(12)),
];

static DATAPOINT: Names = &[
    CACHE,
    ("attributes", Field::Map(Number::Point(7, 9, 1, 7))),
    ("start_time_unix_nano", fixed64(2)),
    ("start_time", Field::Time(2)),
    ("time_unix_nano", fixed64(3)),
    ("time", Field::Time(3)),
    ("value_double", Field::ValueDouble),
    ("value_int", Field::ValueInt),
    ("flags", Field::Varint(Number::Point(8, 10, 10, 8))),
    ("count", Field::Fixed64(Number::Point(0, 4, 4, 4))),
    ("sum", Field::Double(Number::Point(0, 5, 5, 5))),
    ("scale", Field::Signed(Number::Point(0, 0, 6, 0))),
    ("zero_count", Field::Fixed64(Number::Point(0, 0, 7, 0))),
];

static LOG: Names = &[
    CACHE,
    ("time_unix_nano", fixed64(1)),
    ("time", Field::Time(1)),
    ("severity_number", varint(2)),
    ("severity_text", Field::Text(3)),
    ("body", Field::Body),
    ("body.string", Field::BodyText),
    ("attributes", map(6)),
    ("dropped_attributes_count", varint(7)),
    ("flags", Field::Fixed32(8)),
    ("trace_id", Field::Id(9, 16)),
    ("trace_id.string", Field::IdText(9, 16)),
    ("span_id", Field::Id(10, 8)),
    ("span_id.string", Field::IdText(10, 8)),
    ("observed_time_unix_nano", fixed64(11)),
    ("observed_time", Field::Time(11)),
    ("event_name", Field::Text(12)),
];
