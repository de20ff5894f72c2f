//! From ended spans to the bytes of one message.

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use prost::Message;

use crate::protocol::Protocol;
use crate::queue::Taken;
use crate::translate;

/// An encoded batch: it can be sent any number of times without being encoded again.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// The message's bytes.
    pub(crate) bytes: Bytes,
    /// Spans in it.
    pub(crate) spans: usize,
    /// What the spans weigh in the queue's books.
    pub(crate) held: usize,
}

impl Batch {
    pub(crate) fn encode(protocol: Protocol, taken: Taken, resource: &Resource) -> Self {
        let spans = taken.spans.len();
        let bytes = match protocol {
            Protocol::OpenCensus => translate::request(taken.spans).encode_to_vec(),
            Protocol::Otlp => otlp(taken.spans, resource).encode_to_vec(),
        };
        Self {
            bytes: bytes.into(),
            spans,
            held: taken.bytes,
        }
    }
}

fn otlp(spans: Vec<SpanData>, resource: &Resource) -> ExportTraceServiceRequest {
    let resource = ResourceAttributesWithSchema::from(resource);
    ExportTraceServiceRequest {
        resource_spans: group_spans_by_resource_and_scope(spans, &resource),
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::InstrumentationScope;
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_sdk::Resource;
    use prost::Message;

    use super::Batch;
    use crate::protocol::Protocol;
    use crate::queue::Taken;
    use crate::testing::span;

    #[test]
    fn an_otlp_batch_names_the_resource_once_and_groups_by_scope() {
        let mut other = span("c");
        other.instrumentation_scope = InstrumentationScope::builder("lib").build();
        let taken = Taken {
            spans: vec![span("a"), span("b"), other],
            bytes: 9,
        };
        let resource = Resource::builder_empty().with_service_name("shop").build();
        let batch = Batch::encode(Protocol::Otlp, taken, &resource);
        assert_eq!((batch.spans, batch.held), (3, 9));
        let request = ExportTraceServiceRequest::decode(batch.bytes).unwrap();
        let [group] = request.resource_spans.as_slice() else {
            panic!("one resource")
        };
        assert_eq!(
            group.resource.as_ref().unwrap().attributes[0].key,
            "service.name"
        );
        let sizes: Vec<_> = group
            .scope_spans
            .iter()
            .map(|scope| scope.spans.len())
            .collect();
        assert_eq!(sizes, [2, 1]);
    }
}
