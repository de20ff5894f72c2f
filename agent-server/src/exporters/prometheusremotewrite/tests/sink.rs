//! What a destination reads, by a decoder made from the protocol's field numbers.

use prost::Message;

use crate::exporters::testing::Received;

#[derive(Clone, PartialEq, Message)]
pub(super) struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    pub(super) timeseries: Vec<TimeSeries>,
    #[prost(message, repeated, tag = "3")]
    pub(super) metadata: Vec<Metadata>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Metadata {
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
    #[prost(string, tag = "2")]
    pub(super) family: String,
    #[prost(string, tag = "4")]
    pub(super) help: String,
}

/// Undoes snappy and protobuf, and checks what every destination checks.
pub(super) fn decode(received: &Received) -> WriteRequest {
    let headers = [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "snappy"),
        ("x-prometheus-remote-write-version", "0.1.0"),
    ];
    for (name, value) in headers {
        assert_eq!(received.headers[name], value);
    }
    let body = snap::raw::Decoder::new().decompress_vec(&received.body);
    let request = WriteRequest::decode(&body.expect("snappy")[..]).expect("protobuf");
    for series in &request.timeseries {
        let names = series.labels.iter().map(|label| &label.name);
        assert!(names.is_sorted_by(|one, next| one < next), "{series:?}");
        let times = series.samples.iter().map(|sample| sample.timestamp);
        assert!(times.is_sorted_by(|one, next| one < next), "{series:?}");
    }
    request
}

/// `name{label="value"} value@millis ...` for each series.
pub(super) fn shown(request: &WriteRequest) -> Vec<String> {
    let series = request.timeseries.iter().map(|series| {
        let find = |name: &str| series.labels.iter().find(|label| label.name == name);
        let name = find("__name__").map(|label| label.value.as_str());
        let labels = series
            .labels
            .iter()
            .filter(|label| label.name != "__name__");
        let labels: Vec<_> = labels
            .map(|label| format!("{}={}", label.name, label.value))
            .collect();
        let samples = series.samples.iter();
        let samples: Vec<_> = samples
            .map(|sample| format!("{}@{}", sample.value, sample.timestamp))
            .collect();
        let (labels, samples) = (labels.join(","), samples.join(" "));
        format!("{}{{{labels}}} {samples}", name.unwrap_or_default())
    });
    series.collect()
}
