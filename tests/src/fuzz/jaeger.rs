//! Jaeger's batches.

use campanile_wire::jaeger::{Limits, proto, thrift};
use campanile_wire::otlp::write::nested;
use campanile_wire::thrift::Reader;

/// What is read and written is read and written again without change.
pub(super) fn api_v2(bytes: &[u8]) {
    if let Some(request) = rewrite(bytes) {
        assert_eq!(rewrite(&request), Some(request));
    }
}

fn rewrite(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut batch = Vec::new();
    let process = proto::read(bytes, &Limits::default(), |span| {
        nested(&mut batch, 1, |out| proto::put_span(out, span));
    });
    let process = process.ok()?;
    nested(&mut batch, 2, |out| proto::put_process(out, &process));
    let mut request = Vec::new();
    nested(&mut request, 1, |out| out.extend_from_slice(&batch));
    Some(request)
}

/// Whatever a reader of Thrift stands before is a batch, the arguments of a call, or an error.
pub(super) fn batch(reader: &Reader<'_>) {
    let limits = Limits::default();
    let _ = thrift::arguments(&mut reader.clone(), &limits, |_| ());
    let _ = thrift::batch(&mut reader.clone(), &limits, |_| ());
}
