//! What was OpenCensus once, leaves as OpenCensus and comes back, is the same OTLP.

use std::collections::BTreeMap;

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::{
    LibraryInfo, Node, ProcessIdentifier, ServiceInfo,
};
use campanile_wire::opencensus::agent::metrics::v1::ExportMetricsServiceRequest;
use campanile_wire::opencensus::agent::trace::v1::ExportTraceServiceRequest;
use campanile_wire::opencensus::metrics::v1::distribution_value::bucket_options::{Explicit, Type};
use campanile_wire::opencensus::metrics::v1::distribution_value::{
    Bucket, BucketOptions, Exemplar,
};
use campanile_wire::opencensus::metrics::v1::summary_value::Snapshot;
use campanile_wire::opencensus::metrics::v1::summary_value::snapshot::ValueAtPercentile;
use campanile_wire::opencensus::metrics::v1::{
    DistributionValue, LabelKey, LabelValue, Metric, MetricDescriptor, Point, SummaryValue,
    TimeSeries, point,
};
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::opencensus::trace::v1::span::time_event::{self, Annotation, MessageEvent};
use campanile_wire::opencensus::trace::v1::span::{
    Attributes, Link, Links, TimeEvent, TimeEvents, Tracestate, tracestate,
};
use campanile_wire::opencensus::trace::v1::{
    AttributeValue, Span, Status, TruncatableString, attribute_value,
};
use campanile_wire::otlp::{Limits, Signal, json};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use prost::Message as _;
use prost_types::Timestamp;
use serde_json::Value;

use super::super::translate::messages;
use crate::payload::Payload;
use crate::receivers::opencensus::translate_message;

/// A request as JSON, with the lists that have no order sorted.
pub(super) fn canonical(signal: Signal, request: &[u8]) -> Value {
    fn sort(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(sort),
            Value::Object(map) => {
                for (key, value) in map {
                    sort(value);
                    let unordered = ["attributes", "filteredAttributes", "metadata"];
                    if let (true, Value::Array(list)) = (unordered.contains(&key.as_str()), value) {
                        list.sort_by_key(|pair| pair["key"].to_string());
                    }
                }
            }
            _ => {}
        }
    }
    let text = json::encode(signal, request).expect("valid");
    let mut value = serde_json::from_str(&text).expect("JSON");
    sort(&mut value);
    value
}

/// Translates to OpenCensus and back.
pub(super) fn there_and_back(signal: Signal, request: Vec<u8>) -> Vec<u8> {
    let limits = Limits {
        max_children: 10_000,
        ..Limits::default()
    };
    let payload = Payload::parse(signal, request.into(), &limits).expect("valid");
    let back = messages(&payload);
    let back = back
        .iter()
        .map(|message| translate_message(signal, message, 7).expect("valid"));
    back.collect::<Vec<_>>().concat()
}

fn is_the_same_again(signal: Signal, message: Vec<u8>) {
    let once = translate_message(signal, &message.into(), 42).expect("valid");
    let twice = there_and_back(signal, once.clone());
    let (once, twice) = (canonical(signal, &once), canonical(signal, &twice));
    assert_eq!(once, twice);
}

fn text() -> impl Strategy<Value = TruncatableString> {
    ("[a-z.]{0,4}", 0..3).prop_map(|(value, truncated_byte_count)| TruncatableString {
        value,
        truncated_byte_count,
    })
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000, 0_i32..1_000_000_000)
        .prop_map(|(seconds, nanos)| Timestamp { seconds, nanos })
}

fn labels() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(r"[a-c]{1,2}|cloud\.zone|service\.name", "[a-z]{0,3}", 0..4)
}

fn resource() -> impl Strategy<Value = Resource> {
    ("(host)?", labels()).prop_map(|(r#type, labels)| Resource { r#type, labels })
}

fn node() -> impl Strategy<Value = Node> {
    let process = (any::<u32>(), option::of(time()), "[a-z]{0,3}");
    let library = (0..11, "(0.1)?", "|0.9|1.2.3");
    let parts = (
        option::of(process),
        option::of(library),
        "[a-z]{0,3}",
        labels(),
    );
    parts.prop_map(|(process, library, name, attributes)| Node {
        identifier: process.map(|(pid, start_timestamp, host_name)| ProcessIdentifier {
            host_name,
            pid,
            start_timestamp,
        }),
        library_info: library.map(|(language, exporter, core)| LibraryInfo {
            language,
            exporter_version: exporter,
            core_library_version: core,
        }),
        service_info: Some(ServiceInfo { name }),
        attributes,
    })
}

fn attributes() -> impl Strategy<Value = Attributes> {
    let value = prop_oneof![
        text().prop_map(|text| Some(attribute_value::Value::StringValue(text))),
        any::<i64>().prop_map(|number| Some(attribute_value::Value::IntValue(number))),
        any::<bool>().prop_map(|truth| Some(attribute_value::Value::BoolValue(truth))),
        any::<f64>().prop_map(|number| Some(attribute_value::Value::DoubleValue(number))),
        Just(None),
    ];
    let value = value.prop_map(|value| AttributeValue { value });
    let key = r"[a-c]{1,2}|http\.status_code|otel\.status_code|span\.kind|otel\.flags";
    (btree_map(key, value, 0..5), 0..3).prop_map(|(attribute_map, dropped_attributes_count)| {
        Attributes {
            attribute_map,
            dropped_attributes_count,
        }
    })
}

fn time_event() -> impl Strategy<Value = TimeEvent> {
    let annotation =
        (option::of(text()), option::of(attributes())).prop_map(|(description, attributes)| {
            Some(time_event::Value::Annotation(Annotation {
                description,
                attributes,
            }))
        });
    let message = (-1..4, any::<u64>(), 0_u64..9, 0_u64..9).prop_map(|(kind, id, size, small)| {
        Some(time_event::Value::MessageEvent(MessageEvent {
            r#type: kind,
            id,
            uncompressed_size: size,
            compressed_size: small,
        }))
    });
    (
        option::of(time()),
        prop_oneof![annotation, message, Just(None)],
    )
        .prop_map(|(time, value)| TimeEvent { time, value })
}

fn trace_state() -> impl Strategy<Value = Tracestate> {
    let entry = ("[a-z]{1,3}", "[a-z=]{0,3}");
    let entry = entry.prop_map(|(key, value)| tracestate::Entry { key, value });
    vec(entry, 0..3).prop_map(|entries| Tracestate { entries })
}

fn link() -> impl Strategy<Value = Link> {
    let parts = (
        0_u8..2,
        -1..4,
        option::of(attributes()),
        option::of(trace_state()),
    );
    parts.prop_map(|(id, kind, attributes, tracestate)| Link {
        trace_id: vec![id; 16].into(),
        span_id: vec![9; 8].into(),
        r#type: kind,
        attributes,
        tracestate,
    })
}

fn span() -> impl Strategy<Value = Span> {
    let ids = (option::of(Just(8_u8)), option::of(text()), -1..4);
    let times = (option::of(time()), option::of(time()));
    let events = (vec(time_event(), 0..3), 0..3, 0..3);
    let links = (vec(link(), 0..3), 0..3);
    let status = option::of((-2..20, "[a-z]{0,3}"));
    let rest = (
        option::of(any::<bool>()),
        option::of(any::<u32>()),
        option::of(resource()),
    );
    let lists = (
        option::of(attributes()),
        option::of(events),
        option::of(links),
    );
    let parts = (ids, times, lists, status, option::of(trace_state()), rest);
    parts.prop_map(|(ids, times, lists, status, tracestate, rest)| Span {
        trace_id: vec![7; 16].into(),
        span_id: vec![8; 8].into(),
        parent_span_id: ids.0.map_or_else(Bytes::new, |id| vec![id; 8].into()),
        name: ids.1,
        kind: ids.2,
        start_time: times.0,
        end_time: times.1,
        attributes: lists.0,
        stack_trace: None,
        time_events: lists
            .1
            .map(|(time_event, annotations, messages)| TimeEvents {
                time_event,
                dropped_annotations_count: annotations,
                dropped_message_events_count: messages,
            }),
        links: lists.2.map(|(link, dropped_links_count)| Links {
            link,
            dropped_links_count,
        }),
        status: status.map(|(code, message)| Status { code, message }),
        same_process_as_parent_span: rest.0,
        child_span_count: rest.1,
        resource: rest.2,
        tracestate,
    })
}

fn distribution() -> impl Strategy<Value = DistributionValue> {
    let bucket = (
        0_i64..9,
        option::of((option::of(time()), labels(), any::<bool>())),
    );
    let parts = (
        vec(bucket, 0..4),
        0_i64..99,
        any::<f64>(),
        any::<f64>(),
        any::<bool>(),
    );
    parts.prop_map(|(buckets, count, sum, deviation, fits)| {
        let size = buckets.len();
        let bounds: Vec<f64> = (1..size).map(|index| index as f64).collect();
        let bounds = if fits { bounds } else { vec![1.0; size + 1] };
        let buckets = buckets
            .into_iter()
            .enumerate()
            .map(|(index, (count, exemplar))| Bucket {
                count,
                // On the lower bound, where the two protocols disagree.
                exemplar: exemplar
                    .filter(|_| fits)
                    .map(|(timestamp, mut attachments, traced)| {
                        if traced {
                            attachments.insert("trace_id".to_owned(), "ab".repeat(16));
                            attachments.insert("span_id".to_owned(), "not an id".to_owned());
                        }
                        Exemplar {
                            value: index as f64,
                            timestamp,
                            attachments,
                        }
                    }),
            });
        DistributionValue {
            count,
            sum,
            sum_of_squared_deviation: deviation,
            buckets: buckets.collect(),
            bucket_options: Some(BucketOptions {
                r#type: Some(Type::Explicit(Explicit { bounds })),
            }),
        }
    })
}

fn summary() -> impl Strategy<Value = SummaryValue> {
    let value = (0.0_f64..=100.0, any::<f64>());
    let value = value.prop_map(|(percentile, value)| ValueAtPercentile { percentile, value });
    let snapshot = (
        option::of(any::<i64>()),
        option::of(any::<f64>()),
        vec(value, 0..3),
    );
    let snapshot = snapshot.prop_map(|(count, sum, percentile_values)| Snapshot {
        count,
        sum,
        percentile_values,
    });
    let parts = (
        option::of(0_i64..99),
        option::of(any::<f64>()),
        option::of(snapshot),
    );
    parts.prop_map(|(count, sum, snapshot)| SummaryValue {
        count,
        sum,
        snapshot,
    })
}

fn series() -> impl Strategy<Value = TimeSeries> {
    let value = prop_oneof![
        any::<i64>().prop_map(|number| Some(point::Value::Int64Value(number))),
        any::<f64>().prop_map(|number| Some(point::Value::DoubleValue(number))),
        distribution().prop_map(|value| Some(point::Value::DistributionValue(value))),
        summary().prop_map(|value| Some(point::Value::SummaryValue(value))),
        Just(None),
    ];
    let point = (option::of(time()), value);
    let point = point.prop_map(|(timestamp, value)| Point { timestamp, value });
    let label = ("[a-z]{0,2}", any::<bool>());
    let label = label.prop_map(|(value, has_value)| LabelValue { value, has_value });
    let parts = (option::of(time()), vec(label, 0..5), vec(point, 0..3));
    parts.prop_map(|(start_timestamp, label_values, points)| TimeSeries {
        start_timestamp,
        label_values,
        points,
    })
}

fn metric() -> impl Strategy<Value = Metric> {
    let key = ("[a-c]?", "(text)?");
    let key = key.prop_map(|(key, description)| LabelKey { key, description });
    let descriptor = ("[a-z]{0,3}", "[a-z]{0,3}", -1..9, vec(key, 0..4));
    let descriptor =
        descriptor.prop_map(|(name, description, kind, label_keys)| MetricDescriptor {
            name,
            description,
            unit: "By".to_owned(),
            r#type: kind,
            label_keys,
        });
    let parts = (
        option::of(descriptor),
        vec(series(), 0..4),
        option::of(resource()),
    );
    parts.prop_map(|(metric_descriptor, timeseries, resource)| Metric {
        metric_descriptor,
        timeseries,
        resource,
    })
}

proptest! {
    #[test]
    fn spans_are_the_same_again(
        node in node(), resource in option::of(resource()), spans in vec(span(), 0..4),
    ) {
        let request = ExportTraceServiceRequest { node: Some(node), spans, resource };
        is_the_same_again(Signal::Traces, request.encode_to_vec());
    }

    #[test]
    fn metrics_are_the_same_again(
        node in node(), resource in option::of(resource()), metrics in vec(metric(), 0..4),
    ) {
        let request = ExportMetricsServiceRequest { node: Some(node), metrics, resource };
        is_the_same_again(Signal::Metrics, request.encode_to_vec());
    }
}
