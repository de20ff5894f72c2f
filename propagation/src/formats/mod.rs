//! The header formats, each in its own file.
//!
//! To add one: a file here with a type that implements [`Format`], and its line in [`FORMATS`].
//! Everything else follows from the list: the composite, the text map propagators, the names of
//! `OTEL_PROPAGATORS`, the removal of stale headers.

use std::fmt::Debug;

use http::HeaderName;
use opentelemetry::Context;

use crate::Extraction;
use crate::carrier::{Getter, Setter};

pub mod b3;
pub mod baggage;
pub mod datadog;
pub mod gcp;
pub mod jaeger;
mod lone;
pub mod opencensus;
pub mod ottrace;
mod propagator;
pub mod w3c;
pub mod xray;

pub use propagator::FormatPropagator;

/// Every format, by the names `OTEL_PROPAGATORS` knows.
pub static FORMATS: &[&dyn Format] = &[
    &w3c::TraceContext,
    &baggage::W3cBaggage,
    &b3::B3,
    &b3::B3Multi,
    &jaeger::Jaeger,
    &ottrace::OtTrace,
    &gcp::CloudTrace,
    &datadog::Datadog,
    &opencensus::OpenCensus,
    &xray::Xray,
];

/// One way to write a context into headers.
///
/// A format has no state of its own. What it must carry from a request to the next one beside the
/// span context and the baggage it keeps in the context, as a value of a private type
/// ([`Extraction::remember`]); never in the flags, whose bits belong to W3C Trace Context.
pub trait Format: Debug + Send + Sync {
    /// The name `OTEL_PROPAGATORS` knows it by.
    fn name(&self) -> &'static str;

    /// The headers it writes. They are removed before injecting.
    fn fields(&self) -> &'static [HeaderName];

    /// How the names of further headers begin that it writes or reads, in lower case. They are
    /// removed before injecting.
    fn field_prefixes(&self) -> &'static [&'static str] {
        &[]
    }

    /// Headers that it reads and never writes. They are removed before injecting, too: whoever
    /// receives what was injected would read them.
    fn fields_only_read(&self) -> &'static [HeaderName] {
        &[]
    }

    /// Reads the carrier. Any bytes are something found, something rejected, or nothing.
    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>);

    /// Writes the context. Never panics, whatever the context holds; an invalid span context and
    /// empty baggage write nothing.
    fn inject(&self, cx: &Context, carrier: &mut dyn Setter);

    /// Writes the context in the place of whatever the format could read.
    ///
    /// A format that knows which of its headers it will set need not remove those first, as the
    /// default does with all of them.
    fn replace(&self, cx: &Context, carrier: &mut dyn Setter) {
        remove_stale(self, carrier);
        self.inject(cx, carrier);
    }
}

/// Removes from the carrier whatever the format could read there.
pub(crate) fn remove_stale<F: Format + ?Sized>(format: &F, carrier: &mut dyn Setter) {
    for name in format.fields().iter().chain(format.fields_only_read()) {
        carrier.remove(name);
    }
    for prefix in format.field_prefixes() {
        carrier.remove_prefix(prefix);
    }
}
