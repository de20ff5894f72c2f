//! Which format a body has.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Zipkin v1 in JSON.
    JsonV1,
    /// Zipkin v2 in JSON.
    JsonV2,
    /// Zipkin v2 in protobuf.
    Proto3,
    /// Zipkin v1 in Thrift.
    Thrift,
}

impl Format {
    /// The format of `body`, where `json` says which version JSON is of. Protobuf and Thrift are
    /// what the content type says they are. Of any other, or none, the first byte decides: browsers
    /// send what they are allowed to, and libraries have sent what they liked.
    pub(super) fn of(headers: &HeaderMap, body: &[u8], json: Self) -> Self {
        let value = headers.get(CONTENT_TYPE);
        let value = value.and_then(|value| value.to_str().ok()).unwrap_or("");
        let essence = value.split(';').next().unwrap_or("").trim();
        if essence.eq_ignore_ascii_case("application/x-protobuf") {
            return Self::Proto3;
        }
        if essence.eq_ignore_ascii_case("application/x-thrift") {
            return Self::Thrift;
        }
        match (body.trim_ascii_start().first(), body.first()) {
            (Some(b'['), _) => json,
            // A list of structs, and a field of a list.
            (_, Some(0x0c)) => Self::Thrift,
            (_, Some(0x0a)) => Self::Proto3,
            _ => json,
        }
    }

    /// Under which reason an invalid body is counted.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::JsonV1 | Self::JsonV2 => "json",
            Self::Proto3 => "protobuf",
            Self::Thrift => "thrift",
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_content_type_decides_for_binary_formats_and_the_first_byte_where_it_does_not() {
        for (content_type, body, expected) in [
            (Some("application/x-protobuf"), &b"["[..], Format::Proto3),
            (Some("application/x-thrift"), b"", Format::Thrift),
            (
                Some("Application/JSON; charset=utf-8"),
                b"[]",
                Format::JsonV2,
            ),
            (Some("text/plain;charset=UTF-8"), b" [", Format::JsonV2),
            (None, b"\n[", Format::JsonV2),
            (None, b"", Format::JsonV2),
            (None, b"{", Format::JsonV2),
            (Some("application/json"), b"\x0c\0\0\0\0", Format::Thrift),
            (None, b"\x0a\x02", Format::Proto3),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(value) = content_type {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
            }
            let found = Format::of(&headers, body, Format::JsonV2);
            assert_eq!(found, expected, "{content_type:?} {body:?}");
        }
    }
}
