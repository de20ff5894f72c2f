//! Views of metrics see what a full decode sees.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1 as proto;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::resource::v1::Resource;
use proptest::prelude::*;
use prost::Message as _;

use super::generate::{Style, requests_of};
use crate::otlp::Signal;
use crate::otlp::view::{self, Attributes, Data, Number, Temporality, resource_metrics};

/// Builds the message that the views see.
fn rebuild(request: &[u8]) -> ExportMetricsServiceRequest {
    ExportMetricsServiceRequest {
        resource_metrics: resource_metrics(request).map(resource).collect(),
    }
}

fn resource(view: view::ResourceMetrics<'_>) -> proto::ResourceMetrics {
    proto::ResourceMetrics {
        resource: Some(Resource {
            attributes: pairs(view.resource().attributes()),
            ..Resource::default()
        }),
        scope_metrics: view.scope_metrics().map(scope).collect(),
        schema_url: view.schema_url().to_owned(),
    }
}

fn scope(view: view::ScopeMetrics<'_>) -> proto::ScopeMetrics {
    proto::ScopeMetrics {
        scope: Some(InstrumentationScope {
            name: view.scope().name().to_owned(),
            version: view.scope().version().to_owned(),
            attributes: pairs(view.scope().attributes()),
            ..InstrumentationScope::default()
        }),
        metrics: view.metrics().map(metric).collect(),
        schema_url: view.schema_url().to_owned(),
    }
}

fn metric(view: view::Metric<'_>) -> proto::Metric {
    proto::Metric {
        name: view.name.to_owned(),
        description: view.description.to_owned(),
        unit: view.unit.to_owned(),
        metadata: pairs(view.metadata()),
        data: view.data.map(data),
    }
}

fn data(data: Data<'_>) -> proto::metric::Data {
    use proto::metric::Data as Out;
    match data {
        Data::Gauge(view) => Out::Gauge(proto::Gauge {
            data_points: view.points().map(number_point).collect(),
        }),
        Data::Sum(view) => Out::Sum(proto::Sum {
            data_points: view.points().map(number_point).collect(),
            aggregation_temporality: temporality(view.temporality),
            is_monotonic: view.is_monotonic,
        }),
        Data::Histogram(view) => Out::Histogram(proto::Histogram {
            data_points: view.points().map(histogram_point).collect(),
            aggregation_temporality: temporality(view.temporality),
        }),
        Data::ExponentialHistogram(view) => {
            Out::ExponentialHistogram(proto::ExponentialHistogram {
                data_points: view.points().map(exponential_point).collect(),
                aggregation_temporality: temporality(view.temporality),
            })
        }
        Data::Summary(view) => Out::Summary(proto::Summary {
            data_points: view.points().map(summary_point).collect(),
        }),
    }
}

fn temporality(temporality: Temporality) -> i32 {
    match temporality {
        Temporality::Unspecified => 0,
        Temporality::Delta => 1,
        Temporality::Cumulative => 2,
    }
}

fn number_point(view: view::NumberPoint<'_>) -> proto::NumberDataPoint {
    use proto::number_data_point::Value;
    proto::NumberDataPoint {
        attributes: pairs(view.attributes()),
        start_time_unix_nano: view.start_unix_nano,
        time_unix_nano: view.time_unix_nano,
        exemplars: view.exemplars().map(exemplar).collect(),
        flags: view.flags,
        value: view.value.map(|value| match value {
            Number::Double(value) => Value::AsDouble(value),
            Number::Int(value) => Value::AsInt(value),
        }),
    }
}

fn histogram_point(view: view::HistogramPoint<'_>) -> proto::HistogramDataPoint {
    proto::HistogramDataPoint {
        attributes: pairs(view.attributes()),
        start_time_unix_nano: view.start_unix_nano,
        time_unix_nano: view.time_unix_nano,
        count: view.count,
        sum: view.sum,
        bucket_counts: view.bucket_counts().collect(),
        explicit_bounds: view.explicit_bounds().collect(),
        exemplars: view.exemplars().map(exemplar).collect(),
        flags: view.flags,
        min: view.min,
        max: view.max,
    }
}

fn exponential_point(
    view: view::ExponentialHistogramPoint<'_>,
) -> proto::ExponentialHistogramDataPoint {
    proto::ExponentialHistogramDataPoint {
        attributes: pairs(view.attributes()),
        start_time_unix_nano: view.start_unix_nano,
        time_unix_nano: view.time_unix_nano,
        count: view.count,
        sum: view.sum,
        scale: view.scale,
        zero_count: view.zero_count,
        positive: Some(buckets(view.positive)),
        negative: Some(buckets(view.negative)),
        flags: view.flags,
        exemplars: view.exemplars().map(exemplar).collect(),
        min: view.min,
        max: view.max,
        zero_threshold: view.zero_threshold,
    }
}

fn buckets(view: view::Buckets<'_>) -> Buckets {
    Buckets {
        offset: view.offset,
        bucket_counts: view.counts().collect(),
    }
}

fn summary_point(view: view::SummaryPoint<'_>) -> proto::SummaryDataPoint {
    let value = |found: view::Quantile| ValueAtQuantile {
        quantile: found.quantile,
        value: found.value,
    };
    proto::SummaryDataPoint {
        attributes: pairs(view.attributes()),
        start_time_unix_nano: view.start_unix_nano,
        time_unix_nano: view.time_unix_nano,
        count: view.count,
        sum: view.sum,
        quantile_values: view.quantiles().map(value).collect(),
        flags: view.flags,
    }
}

fn exemplar(view: view::Exemplar<'_>) -> proto::Exemplar {
    use proto::exemplar::Value;
    proto::Exemplar {
        filtered_attributes: pairs(view.attributes()),
        time_unix_nano: view.time_unix_nano,
        span_id: view.span_id.to_vec(),
        trace_id: view.trace_id.to_vec(),
        value: view.value.map(|value| match value {
            Number::Double(value) => Value::AsDouble(value),
            Number::Int(value) => Value::AsInt(value),
        }),
    }
}

/// Keys only: the views of values are shared with spans.
fn pairs(attributes: Attributes<'_>) -> Vec<KeyValue> {
    let key = |key: &str| KeyValue {
        key: key.to_owned(),
        ..KeyValue::default()
    };
    attributes.iter().map(|(found, _)| key(found)).collect()
}

/// Leaves of a decoded message what the views show, and makes absent messages present.
fn reduce(mut request: ExportMetricsServiceRequest) -> ExportMetricsServiceRequest {
    for resource_metrics in &mut request.resource_metrics {
        let resource = resource_metrics.resource.get_or_insert_default();
        resource.dropped_attributes_count = 0;
        resource.entity_refs.clear();
        strip(&mut resource.attributes);
        for scope_metrics in &mut resource_metrics.scope_metrics {
            let scope = scope_metrics.scope.get_or_insert_default();
            scope.dropped_attributes_count = 0;
            strip(&mut scope.attributes);
            scope_metrics.metrics.iter_mut().for_each(reduce_metric);
        }
    }
    request
}

fn reduce_metric(metric: &mut proto::Metric) {
    use proto::metric::Data as In;
    strip(&mut metric.metadata);
    match &mut metric.data {
        Some(In::Gauge(data)) => data.data_points.iter_mut().for_each(reduce_number),
        Some(In::Sum(data)) => {
            known(&mut data.aggregation_temporality);
            data.data_points.iter_mut().for_each(reduce_number);
        }
        Some(In::Histogram(data)) => {
            known(&mut data.aggregation_temporality);
            for point in &mut data.data_points {
                strip(&mut point.attributes);
                point.exemplars.iter_mut().for_each(reduce_exemplar);
            }
        }
        Some(In::ExponentialHistogram(data)) => {
            known(&mut data.aggregation_temporality);
            for point in &mut data.data_points {
                strip(&mut point.attributes);
                point.exemplars.iter_mut().for_each(reduce_exemplar);
                point.positive.get_or_insert_default();
                point.negative.get_or_insert_default();
            }
        }
        Some(In::Summary(data)) => {
            let points = data.data_points.iter_mut();
            points.for_each(|point| strip(&mut point.attributes));
        }
        None => {}
    }
}

fn reduce_number(point: &mut proto::NumberDataPoint) {
    strip(&mut point.attributes);
    point.exemplars.iter_mut().for_each(reduce_exemplar);
}

fn reduce_exemplar(exemplar: &mut proto::Exemplar) {
    strip(&mut exemplar.filtered_attributes);
}

fn strip(pairs: &mut Vec<KeyValue>) {
    for pair in pairs {
        *pair = KeyValue {
            key: std::mem::take(&mut pair.key),
            ..KeyValue::default()
        };
    }
}

/// An enum value that nobody knows reads as unspecified.
fn known(temporality: &mut i32) {
    if !(0..=2).contains(temporality) {
        *temporality = 0;
    }
}

proptest! {
    #[test]
    fn views_of_metrics_see_what_a_full_decode_sees(
        request in requests_of(Signal::Metrics, Style::Clean)
    ) {
        let decoded = ExportMetricsServiceRequest::decode(&request[..]).expect("valid");
        // As bytes, because NaN differs from itself.
        prop_assert_eq!(
            rebuild(&request).encode_to_vec(),
            reduce(decoded).encode_to_vec()
        );
    }

    #[test]
    fn views_of_metrics_read_anything(
        request in requests_of(Signal::Metrics, Style::Messy),
        position: prop::sample::Index,
        byte: u8,
    ) {
        let mut request = request;
        if !request.is_empty() {
            let position = position.index(request.len());
            request[position] = byte;
        }
        let _ = rebuild(&request);
        let _ = format!("{:?}", resource_metrics(&request).collect::<Vec<_>>());
    }
}

#[test]
fn lists_of_numbers_are_read_packed_and_one_by_one() {
    let mut point = Vec::new();
    let packed: Vec<u8> = [1_u64, 2].iter().flat_map(|n| n.to_le_bytes()).collect();
    crate::protobuf::put_bytes(&mut point, 6, &packed);
    crate::otlp::write::fixed64(&mut point, 6, 3);
    crate::protobuf::put_bytes(&mut point, 7, &0.5_f64.to_le_bytes());
    crate::otlp::write::fixed64(&mut point, 7, 1.5_f64.to_bits());
    let point = view::HistogramPoint::new(&point);
    assert_eq!(point.bucket_counts().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(point.explicit_bounds().collect::<Vec<_>>(), [0.5, 1.5]);
    // Ends where the list ends inside a number.
    let mut cut = Vec::new();
    crate::protobuf::put_bytes(&mut cut, 6, &packed[..12]);
    let cut = view::HistogramPoint::new(&cut);
    assert_eq!(cut.bucket_counts().collect::<Vec<_>>(), [1]);
}

#[test]
fn a_point_without_a_recorded_value_says_so() {
    let mut point = Vec::new();
    crate::otlp::write::varint(&mut point, 8, u64::from(view::NO_RECORDED_VALUE));
    assert!(view::NumberPoint::new(&point).has_no_value());
    assert!(view::SummaryPoint::new(&point).has_no_value());
    assert!(!view::NumberPoint::new(&[]).has_no_value());
    let mut point = Vec::new();
    crate::otlp::write::varint(&mut point, 10, 3);
    assert!(view::HistogramPoint::new(&point).has_no_value());
    assert!(view::ExponentialHistogramPoint::new(&point).has_no_value());
}
