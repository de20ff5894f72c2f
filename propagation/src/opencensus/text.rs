//! Binary values in text headers, as gRPC sends them: base64, several joined with commas.
//!
//! <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests>

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderName, HeaderValue};

use crate::ExtractError;
use crate::carrier::Getter;
use crate::whitespace::trim;

/// Sends no padding, and takes values with and without it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(crate) fn encode(bytes: &[u8]) -> Option<HeaderValue> {
    HeaderValue::try_from(BASE64.encode(bytes)).ok()
}

/// The only value of a header; one repeated word for word counts once.
///
/// Of several that differ, Go's readers take the first and Java's the last: none is believed.
/// A value of more than `most` characters is `too_long`.
pub(crate) fn read(
    carrier: &dyn Getter,
    name: &HeaderName,
    most: usize,
    too_long: ExtractError,
) -> Result<Option<Vec<u8>>, ExtractError> {
    let mut found: Result<Option<Vec<u8>>, ExtractError> = Ok(None);
    carrier.visit(name, &mut |joined| {
        let values = joined.split(|byte| *byte == b',').map(trim);
        for value in values.filter(|value| !value.is_empty()) {
            let Ok(before) = &found else {
                return;
            };
            let decoded = if value.len() > most {
                Err(too_long)
            } else {
                BASE64
                    .decode(value)
                    .map_err(|_| ExtractError::OpencensusInvalidBase64)
            };
            found = match (before, decoded) {
                (Some(before), Ok(value)) if *before != value => {
                    Err(ExtractError::OpencensusDuplicate)
                }
                (_, decoded) => decoded.map(Some),
            };
        }
    });
    found
}
