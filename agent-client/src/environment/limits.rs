//! `OTEL_*_LIMIT`: how much of a span or a log record is kept.
//!
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#attribute-limits>

use super::Limits;
use super::reader::Reader;

const COUNT: &str = "OTEL_ATTRIBUTE_COUNT_LIMIT";
const LENGTH: &str = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT";

pub(super) fn read(reader: &mut Reader<'_>) -> Limits {
    let default = Limits::default();
    let mut count = |variables: &[&'static str], default: u32| {
        let number = reader.number(variables, 0, Some(default));
        number.unwrap_or(default)
    };
    let limits = Limits {
        attributes_per_span: count(
            &["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", COUNT],
            default.attributes_per_span,
        ),
        events_per_span: count(&["OTEL_SPAN_EVENT_COUNT_LIMIT"], default.events_per_span),
        links_per_span: count(&["OTEL_SPAN_LINK_COUNT_LIMIT"], default.links_per_span),
        attributes_per_event: count(
            &["OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"],
            default.attributes_per_event,
        ),
        attributes_per_link: count(
            &["OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"],
            default.attributes_per_link,
        ),
        attributes_per_log: count(
            &["OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", COUNT],
            default.attributes_per_log,
        ),
        ..default
    };
    let mut length = |variable| reader.number(&[variable, LENGTH], 0, None);
    Limits {
        value_chars: length("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT"),
        log_value_chars: length("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT"),
        ..limits
    }
}
