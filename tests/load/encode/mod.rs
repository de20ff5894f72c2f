//! The same spans in each protocol, with placeholders where the ids belong.

mod opencensus;
mod otlp;
mod zipkin;

pub use self::opencensus::node as opencensus_node;

use super::spans::span;
use super::template::Template;

/// How spans are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Protocol {
    /// The OpenCensus agent protocol: one `Export` stream for each connection.
    Opencensus,
    /// OTLP over gRPC.
    OtlpGrpc,
    /// OTLP over HTTP, protobuf.
    OtlpHttp,
    /// Zipkin v2, JSON.
    ZipkinJson,
}

impl Protocol {
    /// The path of a request.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Opencensus => "/opencensus.proto.agent.trace.v1.TraceService/Export",
            Self::OtlpGrpc => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            Self::OtlpHttp => "/v1/traces",
            Self::ZipkinJson => "/api/v2/spans",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Opencensus | Self::OtlpGrpc => "application/grpc",
            Self::OtlpHttp => "application/x-protobuf",
            Self::ZipkinJson => "application/json",
        }
    }
}

/// Different spans that one set of templates holds, more or less.
const VARIETY: u32 = 1_600;

/// Requests of `spans` spans each, as they are written: gRPC messages with their prefix, HTTP/1
/// requests with their head.
#[must_use]
pub fn templates(protocol: Protocol, spans: u32) -> Vec<Template> {
    let count = (VARIETY / spans.max(1)).clamp(2, 160);
    let requests = (0..count).map(|number| {
        let first = u64::from(number) * u64::from(spans);
        Template::new(request(protocol, first, spans))
    });
    requests.collect()
}

/// One request whose spans are those from `first` on.
fn request(protocol: Protocol, first: u64, spans: u32) -> Vec<u8> {
    let spans = (0..spans).map(|index| (index, span(first + u64::from(index))));
    match protocol {
        Protocol::Opencensus => grpc(&opencensus::request(spans)),
        Protocol::OtlpGrpc => grpc(&otlp::request(spans)),
        Protocol::OtlpHttp => http(protocol, &otlp::request(spans)),
        Protocol::ZipkinJson => http(protocol, &zipkin::request(spans)),
    }
}

/// A gRPC message: not compressed, its length, itself.
///
/// # Panics
///
/// When it is larger than 4 GiB.
#[must_use]
pub fn grpc(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("it is smaller than 4 GiB");
    [&[0][..], &length.to_be_bytes(), message].concat()
}

fn http(protocol: Protocol, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
        protocol.path(),
        protocol.content_type(),
        body.len(),
    );
    [head.as_bytes(), body].concat()
}
