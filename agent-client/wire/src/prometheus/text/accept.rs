//! Which format a scraper asks for.

/// A format in which pages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextFormat {
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// The Prometheus text format 0.0.4.
    #[default]
    Prometheus,
}

/// What becomes of names with characters that older scrapers do not read.
///
/// Specification: <https://prometheus.io/docs/instrumenting/escaping_schemes/>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Escaping {
    /// They are quoted.
    AllowUtf8,
    /// Dots become `_dot_`, underscores two, other characters two underscores.
    Dots,
    /// Every such character becomes an underscore.
    #[default]
    Underscores,
    /// Every such character becomes its code point, after `U__`.
    Values,
}

/// A format and how names are escaped in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format {
    /// The format.
    pub text: TextFormat,
    /// How names are escaped.
    pub escaping: Escaping,
}

impl Format {
    /// The best format that `accept`, the value of the header of that name, asks for: text 0.0.4
    /// unless OpenMetrics is allowed here and preferred there.
    #[must_use]
    pub fn negotiate(accept: &str, open_metrics: bool) -> Self {
        let mut best = (0.0, Self::default());
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let text = match parts.next().unwrap_or_default() {
                "application/openmetrics-text" if open_metrics => TextFormat::OpenMetrics,
                "text/plain" | "text/*" | "*/*" => TextFormat::Prometheus,
                _ => continue,
            };
            let (mut quality, mut escaping, mut fits) = (1.0, Escaping::default(), true);
            for part in parts {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                let value = value.trim().trim_matches('"');
                match name.trim() {
                    "q" => quality = value.parse().unwrap_or(0.0),
                    "escaping" => escaping = Escaping::named(value),
                    "version" => fits = text.has_version(value),
                    _ => {}
                }
            }
            if fits && quality > best.0 {
                best = (quality, Self { text, escaping });
            }
        }
        best.1
    }

    /// The `Content-Type` of a page.
    #[must_use]
    pub fn content_type(self) -> String {
        let kind = match self.text {
            TextFormat::OpenMetrics => "application/openmetrics-text; version=1.0.0",
            TextFormat::Prometheus => "text/plain; version=0.0.4",
        };
        let escaping = match self.escaping {
            Escaping::AllowUtf8 => "; escaping=allow-utf-8",
            Escaping::Dots => "; escaping=dots",
            Escaping::Underscores => "",
            Escaping::Values => "; escaping=values",
        };
        format!("{kind}; charset=utf-8{escaping}")
    }
}

impl TextFormat {
    /// Whether a scraper that asks for `version` reads what is written here. Text 1.0.0 differs by
    /// nothing but the names that it may quote.
    fn has_version(self, version: &str) -> bool {
        match self {
            Self::OpenMetrics => matches!(version, "0.0.1" | "1.0.0"),
            Self::Prometheus => matches!(version, "0.0.4" | "1.0.0"),
        }
    }
}

impl Escaping {
    fn named(name: &str) -> Self {
        match name {
            "allow-utf-8" => Self::AllowUtf8,
            "dots" => Self::Dots,
            "values" => Self::Values,
            _ => Self::Underscores,
        }
    }
}
