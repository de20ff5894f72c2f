//! The bytes that Campanile's client and agent exchange, defined once for both.
//!
//! | module | what |
//! |---|---|
//! | [`protobuf`] | the wire format itself: fields of a message, borrowed |
//! | [`otlp`] | OTLP as checked bytes: count, view, write without decoding everything |
//! | [`prometheus`] | OTLP metrics as Prometheus series: pages and remote write |
//! | [`opencensus`] | the OpenCensus agent protocol: messages and gRPC stubs |
//! | [`thrift`] | Thrift, compact and binary: read without copying |
//! | [`zipkin`] | Zipkin v2 and v1: lists of spans, read and written span by span |
//! | [`grpc`] | a tonic codec that passes message bytes through untouched |
//!
//! # Crate features
//!
//! `client` and `server` add the gRPC stubs of the respective side. The default is neither.

pub mod grpc;
pub mod opencensus;
pub mod otlp;
pub mod prometheus;
pub mod protobuf;
pub mod thrift;
pub mod zipkin;
