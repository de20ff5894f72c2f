//! Values that configuration holds: durations, sizes, addresses. Each is parsed once, here.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A duration with a unit, as Go writes it: `200ms`, `1m30s`, `0s`. A bare `0` is accepted too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HumanDuration(pub Duration);

impl FromStr for HumanDuration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "0" {
            return Ok(Self::default());
        }
        let wrong =
            || format!("`{text}` is not a duration; write it with a unit: `200ms`, `1m30s`");
        let duration: SignedDuration = text.trim().parse().map_err(|_| wrong())?;
        Duration::try_from(duration)
            .map(Self)
            .map_err(|_| format!("`{text}` is negative"))
    }
}

impl fmt::Display for HumanDuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, unit) = match self.0.as_nanos() {
            0 => (0, "s"),
            nanos if nanos % 3_600_000_000_000 == 0 => (nanos / 3_600_000_000_000, "h"),
            nanos if nanos % 60_000_000_000 == 0 => (nanos / 60_000_000_000, "m"),
            nanos if nanos % 1_000_000_000 == 0 => (nanos / 1_000_000_000, "s"),
            nanos if nanos % 1_000_000 == 0 => (nanos / 1_000_000, "ms"),
            nanos if nanos % 1_000 == 0 => (nanos / 1_000, "us"),
            nanos => (nanos, "ns"),
        };
        write!(formatter, "{whole}{unit}")
    }
}

/// A number of bytes: `64MiB`, `500kB`, or a plain number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const UNITS: [(&str, u64); 10] = [
            ("kib", 1 << 10),
            ("mib", 1 << 20),
            ("gib", 1 << 30),
            ("tib", 1 << 40),
            ("kb", 1_000),
            ("mb", 1_000_000),
            ("gb", 1_000_000_000),
            ("tb", 1_000_000_000_000),
            ("b", 1),
            ("", 1),
        ];
        let lower = text.trim().to_ascii_lowercase();
        let split = lower
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(lower.len());
        let (number, unit) = lower.split_at(split);
        let factor = UNITS
            .iter()
            .find(|(name, _)| *name == unit.trim())
            .map(|(_, factor)| *factor);
        let size = number
            .parse::<u64>()
            .ok()
            .zip(factor)
            .and_then(|(n, f)| n.checked_mul(f));
        size.map(Self)
            .ok_or_else(|| format!("`{text}` is not a size; write `64MiB` or `500kB`"))
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        let unit = UNITS
            .iter()
            .find(|(unit, _)| self.0 > 0 && self.0.is_multiple_of(*unit));
        match unit {
            Some((unit, name)) => write!(formatter, "{}{name}", self.0 / unit),
            None => write!(formatter, "{}", self.0),
        }
    }
}

/// Where to listen: `host:port`, or `:port` for every interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    host: String,
    port: u16,
}

impl Endpoint {
    /// The endpoint on the loopback interface, where every listener is by default.
    #[must_use]
    pub fn loopback(port: u16) -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port,
        }
    }

    /// The host, without the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; 0 lets the system choose.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether only this machine can reach it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let address = self.host.parse::<std::net::IpAddr>();
        self.host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is not an endpoint; write `host:port`, such as `127.0.0.1:4317`");
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().map_err(|_| wrong())?;
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let host = match (bare, host) {
            (Some(bare), _) => bare,
            (None, "") => "0.0.0.0",
            (None, host) => host,
        };
        if host.contains(['/', ' ', '[', ']']) || (bare.is_none() && host.contains(':')) {
            return Err(wrong());
        }
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(formatter, "[{}]:{}", self.host, self.port)
        } else {
            write!(formatter, "{}:{}", self.host, self.port)
        }
    }
}

macro_rules! serde_as_text {
    ($type:ty, $number:expr, $expected:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl de::Visitor<'_> for Visitor {
                    type Value = $type;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str($expected)
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }

                    fn visit_u64<E: de::Error>(self, number: u64) -> Result<$type, E> {
                        let convert: fn(u64) -> Option<$type> = $number;
                        let other = de::Unexpected::Unsigned(number);
                        convert(number).ok_or_else(|| E::invalid_value(other, &self))
                    }
                }

                deserializer.deserialize_any(Visitor)
            }
        }
    };
}

serde_as_text!(
    HumanDuration,
    |number| (number == 0).then(HumanDuration::default),
    "a duration with a unit, such as `200ms` or `1m30s`"
);
serde_as_text!(
    ByteSize,
    |number| Some(ByteSize(number)),
    "a size, such as `64MiB`"
);
serde_as_text!(Endpoint, |_| None, "`host:port`, such as `127.0.0.1:4317`");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit_and_print_as_they_are_written() {
        for text in ["200ms", "5s", "2m", "1h", "0s"] {
            assert_eq!(
                text.parse::<HumanDuration>().map(|value| value.to_string()),
                Ok(text.into())
            );
        }
        assert_eq!("1m30s".parse(), Ok(HumanDuration(Duration::from_secs(90))));
        assert_eq!("0".parse(), Ok(HumanDuration::default()));
        for text in ["5", "-1s", "soon", ""] {
            assert!(text.parse::<HumanDuration>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn sizes_know_both_kinds_of_units() {
        assert_eq!("64MiB".parse(), Ok(ByteSize(64 << 20)));
        assert_eq!("2 kB".parse(), Ok(ByteSize(2_000)));
        assert_eq!("17".parse(), Ok(ByteSize(17)));
        assert_eq!(ByteSize(64 << 20).to_string(), "64MiB");
        for text in ["", "MiB", "12 parsecs", "99999999999TiB"] {
            assert!(text.parse::<ByteSize>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn endpoints_are_host_and_port() {
        let endpoint = |text: &str| {
            text.parse::<Endpoint>()
                .map(|endpoint| endpoint.to_string())
        };
        assert_eq!(endpoint("localhost:4317"), Ok("localhost:4317".into()));
        assert_eq!(endpoint("[::1]:0"), Ok("[::1]:0".into()));
        assert_eq!(endpoint(":4317"), Ok("0.0.0.0:4317".into()));
        for text in [
            "4317",
            "::1:4317",
            "http://localhost:4317",
            "host:port",
            "host:99999",
        ] {
            assert!(endpoint(text).is_err(), "{text:?}");
        }
        assert!(Endpoint::loopback(1).is_loopback());
        assert!(!":1".parse::<Endpoint>().expect("valid").is_loopback());
    }
}
