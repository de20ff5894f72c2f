//! The JSON schemas of the values that are read by hand.
//!
//! `title` is what `campanile components` calls the type. Patterns are no stricter than the parsers
//! and let through what is expanded later, `${env:NAME}`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{ByteSize, Endpoint, HumanDuration, ListenAddress};
use crate::tls::TlsVersion;

macro_rules! text_schema {
    ($type:ty, $title:literal, $types:tt, $pattern:literal, $description:literal) => {
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($type))
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "title": $title,
                    "type": $types,
                    "pattern": $pattern,
                    "description": $description,
                })
            }
        }
    };
}

text_schema!(
    HumanDuration,
    "duration",
    ["string", "integer"],
    r"^\s*0\s*$|[0-9].*[a-zA-Z]|^\s*P|\$\{",
    "A duration with a unit, such as `200ms` or `1m30s`."
);
text_schema!(
    ByteSize,
    "size",
    ["string", "integer"],
    r"^\s*[0-9]+\s*([kKmMgGtT][iI]?)?[bB]?\s*$|\$\{",
    "A number of bytes, such as `64MiB`, `500kB` or `1000`."
);
text_schema!(
    Endpoint,
    "endpoint",
    "string",
    r":[0-9]+$|\$\{",
    "`host:port`, or `:port` for every interface."
);
text_schema!(
    ListenAddress,
    "endpoint",
    "string",
    r":[0-9]+$|^(unix://)?/.|\$\{",
    "`host:port`, `:port` for every interface, or a Unix socket as `unix:///path`."
);
text_schema!(
    TlsVersion,
    "version",
    ["string", "number"],
    r"^1\.[23]$|\$\{",
    "`1.2` or `1.3`."
);

#[cfg(test)]
mod tests {
    use regex::Regex;
    use schemars::schema_for;

    use super::*;

    fn pattern<T: JsonSchema>() -> Regex {
        let schema = schema_for!(T);
        let pattern = schema.get("pattern").and_then(|value| value.as_str());
        Regex::new(pattern.expect("a pattern")).expect("a regular expression")
    }

    #[test]
    fn patterns_take_what_the_parsers_take_and_what_is_expanded_later() {
        for text in ["200ms", "1m30s", "0", "0s", "1h 30m", "PT5S", "${env:WAIT}"] {
            assert!(pattern::<HumanDuration>().is_match(text), "{text}");
        }
        for text in ["64MiB", "2 kB", "17", "1b", "9gb", "${env:SIZE}"] {
            assert!(pattern::<ByteSize>().is_match(text), "{text}");
        }
        for text in [
            "localhost:1",
            "[::1]:0",
            ":4317",
            "${env:HOST}:4317",
            "${env:ADDRESS}",
        ] {
            assert!(pattern::<Endpoint>().is_match(text), "{text}");
            assert!(pattern::<ListenAddress>().is_match(text), "{text}");
        }
        for text in ["unix:///run/agent.sock", "/run/agent.sock"] {
            assert!(pattern::<ListenAddress>().is_match(text), "{text}");
        }
        assert!(pattern::<TlsVersion>().is_match("1.3"));
    }

    #[test]
    fn patterns_refuse_the_usual_mistakes() {
        for text in ["5", "soon", ""] {
            assert!(!pattern::<HumanDuration>().is_match(text), "{text}");
        }
        for text in ["", "MiB", "12 parsecs"] {
            assert!(!pattern::<ByteSize>().is_match(text), "{text}");
        }
        for text in ["4317", "host:port", "http://localhost:4317/"] {
            assert!(!pattern::<Endpoint>().is_match(text), "{text}");
            assert!(!pattern::<ListenAddress>().is_match(text), "{text}");
        }
    }
}
