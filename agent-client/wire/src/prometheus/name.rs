//! What a metric is called.

use super::unit::words;

/// What Prometheus takes a family for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number that only grows.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// A distribution in buckets.
    Histogram,
    /// A constant 1 whose labels say something.
    Info,
    /// States, one of which is 1.
    StateSet,
    /// Quantiles.
    Summary,
    /// It is not known.
    Unknown,
}

/// How metrics and labels are named: `translation_strategy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// Letters, digits, colons and underscores; unit and type as suffixes.
    #[default]
    Escaped,
    /// Letters, digits, colons and underscores, and no suffixes.
    EscapedWithoutSuffixes,
    /// Any characters; unit and type as suffixes.
    Utf8,
    /// As it is.
    Untranslated,
}

impl Naming {
    fn is_escaped(self) -> bool {
        matches!(self, Self::Escaped | Self::EscapedWithoutSuffixes)
    }

    fn has_suffixes(self) -> bool {
        matches!(self, Self::Escaped | Self::Utf8)
    }

    /// The name of the family of a metric; empty when nothing of its name can be kept.
    pub(super) fn metric(self, namespace: &str, name: &str, unit: &str, kind: Kind) -> String {
        let name = match self {
            Self::Escaped => with_suffixes(&tokens(name), unit, kind),
            Self::EscapedWithoutSuffixes => tokens(name).join("_"),
            Self::Utf8 if !name.is_empty() => utf8_with_suffixes(name, unit, kind),
            Self::Utf8 | Self::Untranslated => name.to_owned(),
        };
        if name.is_empty() {
            return name;
        }
        let name = match namespace {
            "" => name,
            namespace if self.is_escaped() => {
                let mut all = tokens(namespace);
                all.push(&name);
                all.join("_")
            }
            namespace => format!("{namespace}_{name}"),
        };
        if self.is_escaped() && name.starts_with(|c: char| c.is_ascii_digit()) {
            return format!("_{name}");
        }
        name
    }

    /// The unit that the family's name ends with, if suffixes are written.
    pub(super) fn unit(self, unit: &str) -> String {
        if !self.has_suffixes() {
            return String::new();
        }
        match words(unit) {
            (main, per) if per.is_empty() => main,
            (main, per) if main.is_empty() => format!("per_{per}"),
            (main, per) => format!("{main}_per_{per}"),
        }
    }

    /// The name of the label of an attribute, of a key that is not empty.
    pub(super) fn label(self, key: &str) -> String {
        let label = if self.is_escaped() {
            sanitized(key)
        } else {
            key.to_owned()
        };
        match label.as_bytes() {
            [b'_', ..] => format!("key{label}"),
            [b'0'..=b'9', ..] if self.is_escaped() => format!("key_{label}"),
            _ => label,
        }
    }
}

/// The parts of a name that need no escaping.
fn tokens(name: &str) -> Vec<&str> {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric() && c != ':');
    parts.filter(|part| !part.is_empty()).collect()
}

fn with_suffixes(name: &[&str], unit: &str, kind: Kind) -> String {
    let mut parts: Vec<String> = name.iter().map(|part| (*part).to_owned()).collect();
    if parts.is_empty() {
        return String::new();
    }
    let (main, per) = words(unit);
    if !main.is_empty() && !parts.contains(&main) && !ends_with(&parts, &main) {
        parts.push(main);
    }
    if !per.is_empty() && !parts.contains(&per) {
        parts.extend(["per".to_owned(), per]);
    }
    if let Some(suffix) = suffix(unit, kind) {
        // A name of which nothing else would be left keeps its word.
        if parts.iter().any(|part| part != suffix) {
            parts.retain(|part| part != suffix);
            parts.push(suffix.to_owned());
        }
    }
    parts.join("_")
}

/// Whether the last parts are those of a unit of several words.
fn ends_with(parts: &[String], unit: &str) -> bool {
    parts.join("_").ends_with(&format!("_{unit}"))
}

fn utf8_with_suffixes(name: &str, unit: &str, kind: Kind) -> String {
    let mut out = name.to_owned();
    let (main, per) = words(unit);
    let mut add = |word: &str| {
        if !word.is_empty() && !out.ends_with(word) {
            out.push('_');
            out.push_str(word);
        }
    };
    add(&main);
    if !per.is_empty() {
        add(&format!("per_{per}"));
    }
    if let Some(suffix) = suffix(unit, kind) {
        add(suffix);
    }
    out
}

/// The suffix that says what a family is.
fn suffix(unit: &str, kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Counter => Some("total"),
        Kind::Gauge if unit.trim() == "1" => Some("ratio"),
        _ => None,
    }
}

/// `text` with underscores for what neither labels nor metrics may have in their names.
#[must_use]
pub fn sanitized(text: &str) -> String {
    let character = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    text.chars().map(character).collect()
}

/// Whether `name` needs no quotes as the name of a metric.
#[must_use]
pub fn is_metric_name(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(rest)
}

/// Whether `name` needs no quotes as the name of a label.
#[must_use]
pub fn is_label_name(name: &str) -> bool {
    is_metric_name(name) && !name.contains(':')
}
