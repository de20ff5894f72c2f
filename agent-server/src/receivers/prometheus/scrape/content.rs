//! Which formats are asked for, and which one came.

use std::fmt::Write as _;

use http::HeaderValue;

use crate::receivers::prometheus::config::ScrapeProtocol;
use crate::receivers::prometheus::parse::Format;

/// The `Accept` header that asks for `protocols`, the first before the others; anything is better
/// than nothing.
pub(in crate::receivers::prometheus) fn accept(protocols: &[ScrapeProtocol]) -> HeaderValue {
    let mut text = String::new();
    let mut weight = protocols.len() + 2;
    for protocol in protocols {
        let _ = write!(text, "{};q=0.{weight},", protocol.media_type());
        weight -= 1;
    }
    let _ = write!(text, "*/*;q=0.{weight}");
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("*/*"))
}

/// The format of an answer of this content type.
pub(super) fn format(content_type: Option<&str>, fallback: Option<Format>) -> Option<Format> {
    let whole = content_type.unwrap_or_default();
    let media_type = whole
        .split_once(';')
        .map_or(whole, |(media_type, _)| media_type)
        .trim();
    if media_type.eq_ignore_ascii_case("application/openmetrics-text") {
        return Some(Format::OpenMetrics);
    }
    if media_type.eq_ignore_ascii_case("text/plain") {
        return Some(Format::Text);
    }
    fallback
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_asked_for_in_order() {
        let protocols = [ScrapeProtocol::OpenMetrics1, ScrapeProtocol::Text0];
        assert_eq!(
            accept(&protocols),
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.4,\
             text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
        );
    }

    #[test]
    fn an_answer_that_is_neither_format_is_what_the_fallback_says() {
        let plain = Some("text/plain; version=0.0.4");
        assert_eq!(format(plain, None), Some(Format::Text));
        let open = Some("Application/OpenMetrics-Text");
        assert_eq!(format(open, Some(Format::Text)), Some(Format::OpenMetrics));
        for other in [None, Some(""), Some("text/html"), Some("text/plainly")] {
            assert_eq!(format(other, None), None, "{other:?}");
            assert_eq!(
                format(other, Some(Format::Text)),
                Some(Format::Text),
                "{other:?}"
            );
        }
    }
}
