//! Borrowed looks into export requests of log records.

use super::{AnyValue, Attributes, Resource, Scope, messages, text, utf8};
use crate::protobuf::{Fields, Value};

/// The `ResourceLogs` of an `ExportLogsServiceRequest` (or `LogsData`).
pub fn resource_logs(request: &[u8]) -> impl Iterator<Item = ResourceLogs<'_>> {
    messages(request, 1).map(ResourceLogs)
}

/// `opentelemetry.proto.logs.v1.ResourceLogs`.
#[derive(Clone, Copy, Debug)]
pub struct ResourceLogs<'a>(pub &'a [u8]);

impl<'a> ResourceLogs<'a> {
    /// What produced the log records; empty when absent.
    #[must_use]
    pub fn resource(self) -> Resource<'a> {
        Resource(messages(self.0, 1).next().unwrap_or_default())
    }

    /// The log records, grouped by instrumentation scope.
    pub fn scope_logs(self) -> impl Iterator<Item = ScopeLogs<'a>> {
        messages(self.0, 2).map(ScopeLogs)
    }

    /// The schema URL of the resource, empty when absent.
    #[must_use]
    pub fn schema_url(self) -> &'a str {
        text(self.0, 3)
    }
}

/// `opentelemetry.proto.logs.v1.ScopeLogs`.
#[derive(Clone, Copy, Debug)]
pub struct ScopeLogs<'a>(pub &'a [u8]);

impl<'a> ScopeLogs<'a> {
    /// The instrumentation scope; empty when absent.
    #[must_use]
    pub fn scope(self) -> Scope<'a> {
        Scope(messages(self.0, 1).next().unwrap_or_default())
    }

    /// The log records.
    pub fn records(self) -> impl Iterator<Item = LogRecord<'a>> {
        messages(self.0, 2).map(LogRecord::new)
    }

    /// The schema URL of the log records, empty when absent.
    #[must_use]
    pub fn schema_url(self) -> &'a str {
        text(self.0, 3)
    }
}

/// `opentelemetry.proto.logs.v1.LogRecord`: scalar fields read, attributes left on the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogRecord<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// When it happened, in nanoseconds since the Unix epoch; 0 if that is not known.
    pub time_unix_nano: u64,
    /// When it was first seen, in nanoseconds since the Unix epoch.
    pub observed_time_unix_nano: u64,
    /// `SeverityNumber`: 1 to 24, 0 unspecified; 9 is `INFO`, 17 `ERROR`.
    pub severity_number: u64,
    /// The severity in the words of its source.
    pub severity_text: &'a str,
    /// The fields of the body, an `AnyValue`.
    body: &'a [u8],
    /// Attributes that the sender dropped.
    pub dropped_attributes: u64,
    /// Bits 0 to 7 are the W3C trace flags.
    pub flags: u32,
    /// 16 bytes, if valid.
    pub trace_id: &'a [u8],
    /// 8 bytes, if valid.
    pub span_id: &'a [u8],
    /// The name of the event, if it is one.
    pub event_name: &'a str,
}

impl<'a> LogRecord<'a> {
    /// Reads the scalar fields of `message`.
    #[must_use]
    pub fn new(message: &'a [u8]) -> Self {
        let mut record = Self {
            bytes: message,
            ..Self::default()
        };
        for field in Fields::new(message).map_while(Result::ok) {
            match (field.number, field.value) {
                (1, Value::Fixed64(time)) => record.time_unix_nano = time,
                (2, Value::Varint(number)) => record.severity_number = number,
                (3, Value::Bytes(text)) => record.severity_text = utf8(text),
                (5, Value::Bytes(body)) => record.body = body,
                (7, Value::Varint(count)) => record.dropped_attributes = count,
                (8, Value::Fixed32(flags)) => record.flags = flags,
                (9, Value::Bytes(id)) => record.trace_id = id,
                (10, Value::Bytes(id)) => record.span_id = id,
                (11, Value::Fixed64(time)) => record.observed_time_unix_nano = time,
                (12, Value::Bytes(name)) => record.event_name = utf8(name),
                _ => {}
            }
        }
        record
    }

    /// What was logged.
    #[must_use]
    pub fn body(&self) -> AnyValue<'a> {
        AnyValue::new(self.body)
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 6)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::write::{self, Scalar};
    use super::*;

    #[test]
    fn a_log_record_reads_as_it_was_written() {
        let mut request = Vec::new();
        write::nested(&mut request, 1, |entry| {
            write::nested(entry, 2, |scope| {
                write::nested(scope, 2, |record| {
                    write::fixed64(record, 1, 7);
                    write::varint(record, 2, 17);
                    write::text(record, 3, "ERROR");
                    write::nested(record, 5, |body| write::scalar(body, Scalar::Text("gone")));
                    write::attribute(record, 6, "key", Scalar::Int(1));
                    write::varint(record, 7, 2);
                    write::fixed32(record, 8, 1);
                    write::bytes(record, 9, &[9; 16]);
                    write::bytes(record, 10, &[10; 8]);
                    write::fixed64(record, 11, 8);
                    write::text(record, 12, "exception");
                });
            });
            write::text(entry, 3, "schema");
        });
        let entry = resource_logs(&request).next().expect("one");
        assert_eq!(entry.schema_url(), "schema");
        let scope = entry.scope_logs().next().expect("one");
        let record = scope.records().next().expect("one");
        let numbers = (record.time_unix_nano, record.observed_time_unix_nano);
        assert_eq!(numbers, (7, 8));
        let severity = (record.severity_number, record.severity_text);
        assert_eq!(severity, (17, "ERROR"));
        assert_eq!(record.body().as_text(), Some("gone"));
        let value = record.attributes().find("key").and_then(AnyValue::as_int);
        assert_eq!(value, Some(1));
        assert_eq!((record.dropped_attributes, record.flags), (2, 1));
        assert_eq!(
            (record.trace_id, record.span_id),
            (&[9; 16][..], &[10; 8][..])
        );
        assert_eq!(record.event_name, "exception");
    }
}
