//! The JSON form of export requests, straight to protobuf bytes.
//!
//! It is the standard protobuf mapping: ids in base64, enums by name, times as RFC 3339, wrapped
//! numbers bare, 64-bit integers as strings. Read with tolerance: keys in `snake_case` too, enums
//! and 64-bit integers as numbers, base64 of either alphabet with and without padding; `null` is
//! absent, unknown keys are skipped. A key given twice, a oneof with two values and messages that
//! nest deeper than 32 are refused.
//!
//! ```
//! use campanile_wire::opencensus::json::{Request, messages};
//!
//! let text = br#"{"node":{}} {"spans":[{"spanId":"7uGbfsPBsXM="}]}"#;
//! let messages: Result<Vec<_>, _> = messages(Request::Traces, text).collect();
//! assert_eq!(messages?[0], [0x0a, 0x00]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::schema;
use crate::otlp::json::{JsonError, Messages};

/// Which request the objects are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// `ExportMetricsServiceRequest`.
    Metrics,
    /// `ExportTraceServiceRequest`.
    Traces,
}

/// The protobuf form of each object in `json`: one behind the other, as a client of the stream
/// would send them.
///
/// # Errors
///
/// The first offence, with its place; nothing follows it.
pub fn messages(request: Request, json: &[u8]) -> impl Iterator<Item = Result<Vec<u8>, JsonError>> {
    let message = match request {
        Request::Metrics => &schema::EXPORT_METRICS_SERVICE_REQUEST,
        Request::Traces => &schema::EXPORT_TRACE_SERVICE_REQUEST,
    };
    Messages::new(message, json)
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use serde_json::Value;

    use super::*;
    use crate::opencensus::agent::metrics::v1::ExportMetricsServiceRequest;
    use crate::opencensus::agent::trace::v1::ExportTraceServiceRequest;

    fn one(request: Request, json: &str) -> Vec<u8> {
        let mut all = messages(request, json.as_bytes());
        let first = all.next().expect("an object").expect("valid");
        assert!(all.next().is_none());
        first
    }

    fn reason(json: &str) -> String {
        let all: Result<Vec<_>, _> = messages(Request::Traces, json.as_bytes()).collect();
        all.expect_err("not valid").to_string()
    }

    #[test]
    fn every_vector_with_a_json_form_is_read_as_its_bytes() {
        let text = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/vectors/wire/opencensus.json"
        ));
        let file: Value = serde_json::from_str(text).expect("the vectors are JSON");
        let mut seen = 0;
        for vector in file["vectors"].as_array().expect("a list") {
            let json = vector["json"].to_string();
            let bytes = const_hex::decode(vector["hex"].as_str().expect("text")).expect("hex");
            let message = vector["message"].as_str().expect("a name");
            let current = vector["layout"].is_null();
            if message.ends_with("ExportTraceServiceRequest") {
                let ours = one(Request::Traces, &json);
                let ours = ExportTraceServiceRequest::decode(&*ours).expect("ours");
                assert_eq!(
                    Ok(ours),
                    ExportTraceServiceRequest::decode(&*bytes),
                    "{json}"
                );
                seen += 1;
            } else if message.ends_with("ExportMetricsServiceRequest") && current {
                let ours = one(Request::Metrics, &json);
                let ours = ExportMetricsServiceRequest::decode(&*ours).expect("ours");
                assert_eq!(
                    Ok(ours),
                    ExportMetricsServiceRequest::decode(&*bytes),
                    "{json}"
                );
                seen += 1;
            }
        }
        assert_eq!(seen, 8);
    }

    #[test]
    fn keys_and_values_may_be_written_in_either_way() {
        let camel = r#"{"spans":[{"parentSpanId":"_-8=","kind":"CLIENT","sameProcessAsParentSpan":false,
            "childSpanCount":0,"attributes":{"attributeMap":{"a":{"intValue":"-7"}}},
            "links":{"link":[{"type":"CHILD_LINKED_SPAN"}]}}]}"#;
        let snake = r#"{"spans":[{"parent_span_id":"/+8","kind":2,"same_process_as_parent_span":false,
            "child_span_count":"0","attributes":{"attribute_map":{"a":{"int_value":-7}}},
            "links":{"link":[{"type":1,"unknown":{"x":[]},"trace_id":null}]}}]}"#;
        let read = one(Request::Traces, camel);
        assert_eq!(read, one(Request::Traces, snake));
        let span = &ExportTraceServiceRequest::decode(&*read)
            .expect("ours")
            .spans[0];
        assert_eq!(span.same_process_as_parent_span, Some(false));
        assert_eq!(span.child_span_count, Some(0));
        assert_eq!(&span.parent_span_id[..], [0xff, 0xef]);
    }

    #[test]
    fn objects_follow_each_other_until_the_first_that_is_broken() {
        let all: Vec<_> = messages(Request::Traces, b" {\"node\":{}}\n{}{\"spans\":1}{}").collect();
        assert_eq!(all.len(), 3);
        assert_eq!(all[0], Ok(vec![0x0a, 0x00]));
        assert_eq!(all[1], Ok(Vec::new()));
        let error = all[2].as_ref().expect_err("a number is no list");
        assert!(error.to_string().contains("spans"), "{error}");
        assert_eq!(messages(Request::Traces, b" \n").count(), 0);
    }

    #[test]
    fn what_is_refused_is_named_with_its_place() {
        let table = [
            (r#"{"spans":[{"kind":"SEVER"}]}"#, "spans[0].kind"),
            (r#"{"spans":[{"traceId":"???"}]}"#, "base64"),
            (r#"{"spans":[{"startTime":"yesterday"}]}"#, "a time such as"),
            (r#"{"node":{},"node":{}}"#, "given twice"),
            (
                r#"{"spans":[{"attributes":{"attributeMap":{"a":{"intValue":1,"boolValue":true}}}}]}"#,
                "a second value",
            ),
            ("[]", "an object"),
            ("{\"node\":", "EOF"),
        ];
        for (json, expected) in table {
            let reason = reason(json);
            assert!(reason.contains(expected), "{json}: {reason}");
        }
    }
}
