//! One request.

use campanile_wire::jaeger::proto::{put_process, put_span};
use campanile_wire::otlp::view::resource_spans;
use campanile_wire::otlp::write::{bytes, nested};

use super::{process, span};

/// The most bytes that one request may become: spans of other resources than the first repeat
/// theirs.
const MAX_OUTPUT: usize = 64 << 20;

/// A `PostSpansRequest`, written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::exporters::jaeger) struct Written {
    /// The request; empty when there are no valid spans.
    pub(in crate::exporters::jaeger) request: Vec<u8>,
    /// Spans that Jaeger cannot be told of.
    pub(in crate::exporters::jaeger) rejected: u64,
}

/// The request would be too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the spans take more than {MAX_OUTPUT} bytes in Jaeger")]
pub(in crate::exporters::jaeger) struct TooLarge;

/// Translates export requests into one.
///
/// # Errors
///
/// When it would be too large.
pub(in crate::exporters::jaeger) fn request<C: AsRef<[u8]>>(
    requests: &[C],
) -> Result<Written, TooLarge> {
    let mut batch = Batch::default();
    for resource in requests
        .iter()
        .flat_map(|request| resource_spans(request.as_ref()))
    {
        let mut process = Vec::new();
        put_process(&mut process, &process::of(resource));
        for scope in resource.scope_spans() {
            let tags = span::scope_tags(scope);
            for one in scope.spans() {
                match span::of(&one, &tags) {
                    Some(span) => batch.put(&process, |out| put_span(out, &span))?,
                    None => batch.rejected += 1,
                }
            }
        }
    }
    Ok(batch.finish())
}

/// A batch under construction.
#[derive(Debug, Default)]
struct Batch {
    out: Vec<u8>,
    process: Option<Vec<u8>>,
    rejected: u64,
}

impl Batch {
    /// Appends a span of `process`.
    fn put(&mut self, process: &[u8], span: impl FnOnce(&mut Vec<u8>)) -> Result<(), TooLarge> {
        let shared = self.process.get_or_insert_with(|| process.to_vec());
        let shares = shared == process;
        nested(&mut self.out, 1, |out| {
            span(out);
            if !shares {
                bytes(out, 10, process);
            }
        });
        if self.out.len() > MAX_OUTPUT {
            return Err(TooLarge);
        }
        Ok(())
    }

    fn finish(mut self) -> Written {
        let mut request = Vec::new();
        if let Some(process) = self.process {
            nested(&mut self.out, 2, |out| out.extend_from_slice(&process));
            request.reserve_exact(self.out.len() + 8);
            nested(&mut request, 1, |out| out.extend_from_slice(&self.out));
        }
        Written {
            request,
            rejected: self.rejected,
        }
    }
}
