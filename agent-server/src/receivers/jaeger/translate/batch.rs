//! One batch.

use campanile_wire::jaeger::{Limits, Process, ReadError, Span, proto, thrift};
use campanile_wire::otlp::write::nested;
use campanile_wire::thrift::{Protocol, Reader};

use super::group::Groups;
use super::known::Known;
use super::parent::Form;
use super::{resource, span};

/// An OTLP export request made of one batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Translated {
    /// The request; empty when there are no valid spans.
    pub(crate) bytes: Vec<u8>,
    /// What was left out.
    pub(crate) rejects: Rejects,
}

/// Spans and links that were not valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rejects {
    /// References whose ids are not valid; their spans are kept.
    pub(crate) links: u64,
    /// Spans whose id is zero or not 8 bytes.
    pub(crate) span_ids: u64,
    /// Spans whose trace id is zero, or neither 8 nor 16 bytes.
    pub(crate) trace_ids: u64,
}

impl Rejects {
    /// The spans that were left out.
    pub(crate) fn spans(self) -> u64 {
        self.span_ids + self.trace_ids
    }
}

/// Translates a bare Thrift `Batch`.
///
/// # Errors
///
/// When it is not what the protocol says or too large; nothing of it is then to be used.
pub(crate) fn thrift_batch(protocol: Protocol, body: &[u8]) -> Result<Translated, ReadError> {
    let mut reader = Reader::new(protocol, body);
    let mut translation = Translation::new(Form::Thrift);
    let limits = Limits::default();
    let process = thrift::batch(&mut reader, &limits, |span| translation.span(span))?;
    Ok(translation.finish(&process))
}

/// Translates the arguments of `emitBatch`, before which `reader` stands.
///
/// # Errors
///
/// As [`thrift_batch`].
pub(crate) fn thrift_call(reader: &mut Reader<'_>) -> Result<Translated, ReadError> {
    let mut translation = Translation::new(Form::Thrift);
    let limits = Limits::default();
    let process = thrift::arguments(reader, &limits, |span| translation.span(span))?;
    Ok(translation.finish(&process))
}

/// Translates a `PostSpansRequest` of `api_v2`.
///
/// # Errors
///
/// As [`thrift_batch`].
pub(crate) fn post_spans(request: &[u8]) -> Result<Translated, ReadError> {
    let mut translation = Translation::new(Form::ApiV2);
    let limits = Limits::default();
    let process = proto::read(request, &limits, |span| translation.span(span))?;
    Ok(translation.finish(&process))
}

/// A request under construction.
struct Translation {
    form: Form,
    groups: Groups,
    rejects: Rejects,
}

impl Translation {
    fn new(form: Form) -> Self {
        Self {
            form,
            groups: Groups::default(),
            rejects: Rejects::default(),
        }
    }

    fn span(&mut self, span: &Span<'_>) {
        if span.trace_id == [0; 16] {
            self.rejects.trace_ids += 1;
            return;
        }
        if span.span_id == [0; 8] {
            self.rejects.span_ids += 1;
            return;
        }
        let mut known = Known::of(&span.tags);
        let resource = span.process.as_ref().map(encoded);
        let mut scope = Vec::new();
        span::put_scope(&mut scope, &mut known);
        let out = self.groups.spans(resource, scope);
        nested(out, 2, |out| {
            self.rejects.links += span::put(out, span, known, self.form);
        });
    }

    fn finish(self, process: &Process<'_>) -> Translated {
        Translated {
            bytes: self.groups.write(&encoded(process)),
            rejects: self.rejects,
        }
    }
}

/// The fields of an OTLP `Resource`.
fn encoded(process: &Process<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    resource::put(&mut out, process);
    out
}
