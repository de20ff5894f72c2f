//! What OTLP calls metrics and units.

use std::borrow::Cow;

use super::catalog::{Part, Place};
use super::collect::Naming;
use crate::receivers::prometheus::parse::Kind;

/// Words for units, as Prometheus has them, and their names in UCUM.
const UNITS: [(&str, &str); 32] = [
    ("amperes", "A"),
    ("bytes", "By"),
    ("celsius", "Cel"),
    ("days", "d"),
    ("gibibytes", "GiBy"),
    ("gigabytes", "GBy"),
    ("grams", "g"),
    ("hertz", "Hz"),
    ("hours", "h"),
    ("joules", "J"),
    ("kibibytes", "KiBy"),
    ("kilobytes", "kBy"),
    ("mebibytes", "MiBy"),
    ("megabytes", "MBy"),
    ("meters", "m"),
    ("microseconds", "us"),
    ("milliseconds", "ms"),
    ("minutes", "min"),
    ("months", "mo"),
    ("nanoseconds", "ns"),
    ("percent", "%"),
    ("ratio", "1"),
    ("seconds", "s"),
    ("tebibytes", "TiBy"),
    ("terabytes", "TBy"),
    ("volts", "V"),
    ("watts", "W"),
    ("weeks", "wk"),
    ("years", "a"),
    ("meter", "m"),
    ("second", "s"),
    ("minute", "min"),
];

/// The unit in UCUM, if `word` is a known one, else the word itself.
pub(super) fn unit(word: &str) -> Cow<'_, str> {
    match word.split_once("_per_") {
        Some((unit, per)) => format!("{}/{}", known(unit), known_per(per)).into(),
        None => Cow::Borrowed(known(word)),
    }
}

fn known(word: &str) -> &str {
    let found = UNITS.iter().find(|(name, _)| *name == word);
    found.map_or(word, |(_, unit)| unit)
}

/// Behind `per` a unit stands in the singular.
fn known_per(word: &str) -> &str {
    let singular = |name: &str| name.strip_suffix('s').is_some_and(|one| one == word);
    let found = UNITS
        .iter()
        .find(|(name, _)| *name == word || singular(name));
    found.map_or(word, |(_, unit)| unit)
}

/// The name of the metric that the sample `name` belongs to.
pub(super) fn metric(name: &str, place: &Place<'_>, unit: &str, naming: Naming) -> String {
    let whole = match (place.kind, place.part) {
        (Kind::Counter, Part::Created) => format!("{}_total", place.family),
        (Kind::Histogram | Kind::Summary, _) => place.family.to_owned(),
        _ => name.to_owned(),
    };
    match naming {
        Naming::Kept => whole,
        Naming::Trimmed => trim(&whole, place.kind, unit).to_owned(),
    }
}

/// Takes off `_total` from a counter, and a unit: the one that is given, or a word that is known.
fn trim<'n>(name: &'n str, kind: Kind, unit: &str) -> &'n str {
    let name = match kind {
        Kind::Counter => shorter(name, "total"),
        _ => name,
    };
    if !unit.is_empty() {
        return shorter(name, unit);
    }
    match name.rsplit_once('_') {
        Some((_, word)) if known(word) != word => shorter(name, word),
        _ => name,
    }
}

/// `name` without `_word` behind it, unless nothing would be left.
fn shorter<'n>(name: &'n str, word: &str) -> &'n str {
    let shorter = name
        .strip_suffix(word)
        .and_then(|name| name.strip_suffix('_'));
    shorter.filter(|name| !name.is_empty()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_ucum_where_the_word_is_known() {
        let cases = [
            ("", ""),
            ("seconds", "s"),
            ("bytes_per_second", "By/s"),
            ("meters_per_hour", "m/h"),
            ("furlongs", "furlongs"),
            ("requests_per_fortnight", "requests/fortnight"),
        ];
        for (word, expected) in cases {
            assert_eq!(unit(word), expected, "{word}");
        }
    }

    #[test]
    fn suffixes_for_type_and_unit_are_trimmed() {
        let cases = [
            ("http_seconds_total", Kind::Counter, "", "http"),
            ("http_total", Kind::Gauge, "", "http_total"),
            ("size_bytes", Kind::Gauge, "", "size"),
            ("size_apples", Kind::Gauge, "apples", "size"),
            ("size_apples", Kind::Gauge, "", "size_apples"),
            ("_total", Kind::Counter, "", "_total"),
        ];
        for (name, kind, unit, expected) in cases {
            assert_eq!(trim(name, kind, unit), expected, "{name}");
        }
    }
}
