//! How requests are compressed.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression as Level;
use flate2::write::GzEncoder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Invalid;

/// The `compression` key of exporters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Compression {
    /// Level 1: telemetry repeats itself so much that higher levels save little and cost a lot.
    #[default]
    Gzip,
    /// As it is.
    #[serde(alias = "")]
    None,
    /// Snappy in frames: a third of gzip's cost for half as much again of its size.
    Snappy,
    /// Level 1: smaller than gzip at the same cost, where the destination takes it.
    Zstd,
}

/// The `compression_params` key of exporters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CompressionParams {
    /// How hard to try: 1 to 9 for gzip, 1 to 22 for zstd. Default 0: 1.
    pub(crate) level: i32,
}

impl CompressionParams {
    /// What is wrong with them for `compression`.
    pub(crate) fn check(self, compression: Compression) -> Option<Invalid> {
        let (highest, name) = match compression {
            Compression::Gzip => (9, "gzip"),
            Compression::Zstd => (22, "zstd"),
            Compression::None | Compression::Snappy => (0, "this compression"),
        };
        (!(0..=highest).contains(&self.level)).then(|| {
            let message = match highest {
                0 => format!("{name} has no levels"),
                highest => format!("{name} has the levels 1 to {highest}, not {}", self.level),
            };
            Invalid::new("compression_params.level", message)
        })
    }
}

/// Compresses requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compressor {
    compression: Compression,
    level: u32,
}

impl Compressor {
    /// Compresses as a user wants it.
    pub(crate) fn new(compression: Compression, params: CompressionParams) -> Self {
        Self {
            compression,
            level: u32::try_from(params.level).unwrap_or(0).max(1),
        }
    }

    /// What the encoding is called in headers; `None` for none.
    pub(crate) fn encoding(self) -> Option<&'static str> {
        match self.compression {
            Compression::Gzip => Some("gzip"),
            Compression::None => None,
            Compression::Snappy => Some("snappy"),
            Compression::Zstd => Some("zstd"),
        }
    }

    /// Compresses `chunks` as one body. Other tasks run in between: a batch of some megabytes takes
    /// milliseconds.
    pub(crate) async fn compress(self, chunks: &[Bytes]) -> Vec<Bytes> {
        let size: usize = chunks.iter().map(Bytes::len).sum();
        let out = Vec::with_capacity(size / 4);
        let compressed = match self.compression {
            Compression::None => return chunks.to_vec(),
            Compression::Gzip => {
                let mut encoder = GzEncoder::new(out, Level::new(self.level));
                write(&mut encoder, chunks).await;
                encoder.finish()
            }
            Compression::Snappy => {
                let mut encoder = snap::write::FrameEncoder::new(out);
                write(&mut encoder, chunks).await;
                encoder
                    .into_inner()
                    .map_err(|error| io::Error::other(error.to_string()))
            }
            Compression::Zstd => {
                let level = i32::try_from(self.level).unwrap_or(1);
                let encoder = zstd::Encoder::new(out, level);
                let mut encoder = encoder.expect("a level within the range");
                write(&mut encoder, chunks).await;
                encoder.finish()
            }
        };
        vec![compressed.expect(IN_MEMORY).into()]
    }
}

const IN_MEMORY: &str = "writing into memory cannot fail";

async fn write(encoder: &mut impl Write, chunks: &[Bytes]) {
    for chunk in chunks {
        encoder.write_all(chunk).expect(IN_MEMORY);
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[tokio::test]
    async fn each_compression_can_be_undone_and_levels_matter() {
        let text: Vec<u8> = (0..20_000_u32)
            .flat_map(|n| (n * n).to_le_bytes())
            .collect();
        let chunks = [
            Bytes::from(text[..1_000].to_vec()),
            Bytes::from(text[1_000..].to_vec()),
        ];
        let compress = async |compression, level| {
            let compressor = Compressor::new(compression, CompressionParams { level });
            (
                compressor.encoding(),
                compressor.compress(&chunks).await.concat(),
            )
        };
        let (encoding, plain) = compress(Compression::None, 0).await;
        assert_eq!((encoding, plain), (None, text.clone()));
        let (encoding, gzip) = compress(Compression::Gzip, 0).await;
        let mut undone = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(&gzip[..]);
        decoder.read_to_end(&mut undone).expect("gzip");
        assert_eq!((encoding, &undone), (Some("gzip"), &text));
        let (encoding, zstd) = compress(Compression::Zstd, 0).await;
        let undone = zstd::decode_all(&zstd[..]).expect("zstd");
        assert_eq!((encoding, &undone), (Some("zstd"), &text));
        let (encoding, snappy) = compress(Compression::Snappy, 0).await;
        let mut undone = Vec::new();
        let mut decoder = snap::read::FrameDecoder::new(&snappy[..]);
        decoder.read_to_end(&mut undone).expect("snappy");
        assert_eq!((encoding, &undone), (Some("snappy"), &text));
        assert_ne!(compress(Compression::Gzip, 9).await.1, gzip);
        assert_ne!(compress(Compression::Zstd, 19).await.1, zstd);
    }

    #[test]
    fn levels_have_their_ranges() {
        let right = |compression, level| CompressionParams { level }.check(compression).is_none();
        let cases = [
            (Compression::Gzip, 9, true),
            (Compression::Gzip, 10, false),
            (Compression::Gzip, -1, false),
            (Compression::Zstd, 22, true),
            (Compression::Zstd, 23, false),
            (Compression::Snappy, 0, true),
            (Compression::None, 1, false),
        ];
        for (compression, level, expected) in cases {
            assert_eq!(
                right(compression, level),
                expected,
                "{compression:?} {level}"
            );
        }
    }
}
