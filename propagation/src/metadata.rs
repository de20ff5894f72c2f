//! tonic's `MetadataMap` as a carrier (feature `tonic`).
//!
//! A metadata map is a header map underneath, so it is read and written as one, at the same cost:
//!
//! ```
//! use campanile_propagation::Propagator;
//! use opentelemetry::{Context, trace::TraceContextExt};
//! use tonic::metadata::MetadataMap;
//!
//! let mut metadata = MetadataMap::new();
//! let value = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
//! metadata.insert("traceparent", value.parse().expect("ASCII"));
//! let cx = Propagator::w3c().extract_from(&metadata, &Context::new());
//! assert!(cx.span().span_context().is_valid());
//! ```
//!
//! Binary entries (names ending in `-bin`) are given and taken as the base64 text they are on the
//! wire, which is also how a metadata map keeps them; the format that uses them decodes them.
//! tonic's own accessors, `get_bin` and `insert_bin`, show the bytes of the same entries:
//!
//! ```
//! use campanile_propagation::Propagator;
//! use opentelemetry::Context;
//! use tonic::metadata::{MetadataMap, MetadataValue};
//!
//! let (propagator, _) = Propagator::from_names("opencensus");
//! let mut bytes = [0; 29];
//! (bytes[17], bytes[18], bytes[26], bytes[27]) = (7, 1, 8, 2);
//! let mut incoming = MetadataMap::new();
//! incoming.insert_bin("grpc-trace-bin", MetadataValue::from_bytes(&bytes));
//! let cx = propagator.extract_from(&incoming, &Context::new());
//!
//! let mut outgoing = MetadataMap::new();
//! propagator.inject_into(&cx, &mut outgoing);
//! let sent = outgoing.get_bin("grpc-trace-bin").expect("it was sent").to_bytes();
//! assert_eq!(sent.expect("base64"), bytes[..]);
//! ```

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector};
use tonic::metadata::MetadataMap;

use crate::carrier::adapter::shown;
use crate::carrier::{Getter, HeaderInjector, Lookup, Setter};

impl Getter for MetadataMap {
    fn lookup(&self, name: &HeaderName) -> Lookup<'_> {
        headers(self).lookup(name)
    }

    fn visit(&self, name: &HeaderName, see: &mut dyn FnMut(&[u8])) {
        headers(self).visit(name, see);
    }

    fn visit_prefix(&self, prefix: &str, see: &mut dyn FnMut(&str, &[u8])) {
        headers(self).visit_prefix(prefix, see);
    }
}

impl Setter for MetadataMap {
    fn set(&mut self, name: &HeaderName, value: HeaderValue) {
        Setter::set(headers_mut(self), name, value);
    }

    fn remove(&mut self, name: &HeaderName) {
        Setter::remove(headers_mut(self), name);
    }

    fn remove_prefix(&mut self, prefix: &str) {
        headers_mut(self).remove_prefix(prefix);
    }
}

/// Lends a metadata map to any
/// [`TextMapPropagator`](opentelemetry::propagation::TextMapPropagator) for reading.
#[derive(Debug)]
pub struct MetadataExtractor<'a>(pub &'a MetadataMap);

impl Extractor for MetadataExtractor<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        headers(self.0).get(key).map(shown)
    }

    fn keys(&self) -> Vec<&str> {
        headers(self.0).keys().map(HeaderName::as_str).collect()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let values: Vec<&str> = headers(self.0).get_all(key).iter().map(shown).collect();
        (!values.is_empty()).then_some(values)
    }
}

/// Lends a metadata map to any
/// [`TextMapPropagator`](opentelemetry::propagation::TextMapPropagator) for writing.
#[derive(Debug)]
pub struct MetadataInjector<'a>(pub &'a mut MetadataMap);

impl Injector for MetadataInjector<'_> {
    fn set(&mut self, key: &str, value: String) {
        HeaderInjector(headers_mut(self.0)).set(key, value);
    }
}

fn headers(metadata: &MetadataMap) -> &HeaderMap {
    metadata.as_ref()
}

fn headers_mut(metadata: &mut MetadataMap) -> &mut HeaderMap {
    metadata.as_mut()
}
