//! How requests are compressed.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression as Level;
use flate2::write::GzEncoder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The `compression` key of exporters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Compression {
    /// Level 1: telemetry repeats itself so much that higher levels save little and cost a lot.
    #[default]
    Gzip,
    /// As it is.
    None,
}

/// Compresses `bytes`.
pub(crate) fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Level::fast());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("writing into memory cannot fail")
        .into()
}

/// Compresses `chunks` as one body. Other tasks run in between: a batch of some megabytes takes
/// milliseconds.
pub(crate) async fn gzip_chunks(chunks: &[Bytes]) -> Bytes {
    let size: usize = chunks.iter().map(Bytes::len).sum();
    let mut encoder = GzEncoder::new(Vec::with_capacity(size / 4), Level::fast());
    for chunk in chunks {
        encoder
            .write_all(chunk)
            .expect("writing into memory cannot fail");
        tokio::task::yield_now().await;
    }
    let compressed = encoder.finish();
    compressed.expect("writing into memory cannot fail").into()
}
