//! Versions of TLS.

use std::fmt;
use std::str::FromStr;

use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A version of TLS: `1.2` or `1.3`, quoted or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2.
    #[default]
    V1_2,
    /// TLS 1.3.
    V1_3,
}

impl TlsVersion {
    /// The versions from `min` to `max`; empty if there are none.
    pub(crate) fn between(min: Self, max: Option<Self>) -> Vec<&'static SupportedProtocolVersion> {
        let all = [(Self::V1_2, &TLS12), (Self::V1_3, &TLS13)];
        let wanted = |version: Self| version >= min && max.is_none_or(|max| version <= max);
        let wanted = all.into_iter().filter(|(version, _)| wanted(*version));
        wanted.map(|(_, version)| version).collect()
    }
}

impl FromStr for TlsVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "1.2" => Ok(Self::V1_2),
            "1.3" => Ok(Self::V1_3),
            "1.0" | "1.1" => Err(format!(
                "TLS {text} is broken and not supported; write `1.2` or `1.3`"
            )),
            text => Err(format!(
                "`{text}` is not a version of TLS; write `1.2` or `1.3`"
            )),
        }
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::V1_2 => "1.2",
            Self::V1_3 => "1.3",
        })
    }
}

impl Serialize for TlsVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TlsVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = TlsVersion;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a version of TLS, `1.2` or `1.3`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<TlsVersion, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<TlsVersion, E> {
        self.visit_str(&format!("{number:.1}"))
    }
}
