//! From a text of YAML to a tree of values.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Location, Options, Spanned};

use super::substitution::substitute;

/// Deeper than the schema goes. The parser takes 40 KiB of stack for each level without
/// optimization, and some threads have no more than 2 MiB.
const MAX_DEPTH: usize = 24;
const MAX_NODES: usize = 20_000;

/// A value, after substitution.
#[derive(Debug)]
pub(super) enum Node {
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
    Null,
    /// Text, a number or a truth value: whoever asks for it says which.
    Scalar(String),
}

/// Why a file is no tree.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) line: u64,
    pub(super) column: u64,
    /// Goes on after "expected".
    pub(super) expected: String,
}

impl Mistake {
    fn at(location: Location, expected: String) -> Self {
        Self {
            line: location.line(),
            column: location.column(),
            expected,
        }
    }
}

/// Reads a text and puts the values of variables in.
pub(super) fn parse(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Node, Mistake> {
    let parsed: Result<Spanned<Raw>, _> = serde_saphyr::from_str_with_options(text, options());
    let raw = parsed.map_err(|error| mistake(&error))?;
    node(raw, text, lookup)
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH, max_nodes: MAX_NODES },
        duplicate_keys: DuplicateKeyPolicy::Error,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_NODES },
        strict_booleans: true,
    }
}

fn mistake(error: &serde_saphyr::Error) -> Mistake {
    let error = error.without_snippet();
    let location = error.location();
    Mistake {
        line: location.map_or(1, |location| location.line()),
        column: location.map_or(1, |location| location.column()),
        expected: format!("YAML ({})", in_other_words(error)),
    }
}

/// The parser speaks to whoever wrote the program, not to whoever wrote the file.
fn in_other_words(error: &serde_saphyr::Error) -> String {
    use serde_saphyr::Error;
    match error {
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("a key");
            return format!("`{key}` is written twice");
        }
        Error::MultipleDocuments { .. } => return "a second document begins here".to_owned(),
        Error::NullIntoString { .. } | Error::Unexpected { .. } => {
            return "a key must be a text".to_owned();
        }
        _ => {}
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    if ["budget breached", "limit exceeded"]
        .iter()
        .any(|too_much| first.contains(too_much))
    {
        return format!(
            "this is more than a configuration may hold: {MAX_NODES} values, aliases counted as \
             what they stand for, {MAX_DEPTH} within each other"
        );
    }
    // Where it is stands in the value already.
    let message = first
        .split_once(" at line ")
        .map_or(first, |(text, _)| text);
    message.trim_end_matches([':', ',']).to_owned()
}

fn node(
    raw: Spanned<Raw>,
    source: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Node, Mistake> {
    let location = raw.defined;
    let node = |raw| node(raw, source, lookup);
    Ok(match raw.value {
        Raw::List(items) => Node::List(items.into_iter().map(node).collect::<Result<_, _>>()?),
        Raw::Map(pairs) => {
            let pairs = pairs.into_iter();
            let pairs = pairs.map(|(key, value)| Ok((key, node(value)?)));
            Node::Map(pairs.collect::<Result<_, _>>()?)
        }
        Raw::Null => Node::Null,
        Raw::Other(text) => Node::Scalar(as_written(source, location).unwrap_or(text)),
        Raw::Text(text) => {
            let wrong = |reference| {
                let expected = format!("${{NAME}} or ${{NAME:-default}} in place of {reference}");
                Mistake::at(location, expected)
            };
            let text = substitute(&text, lookup).map_err(wrong)?;
            if is_null(&text) && is_plain(source, location) {
                Node::Null
            } else {
                Node::Scalar(text)
            }
        }
    })
}

/// <https://yaml.org/spec/1.2.2/#103-core-schema>
fn is_null(text: &str) -> bool {
    ["", "~", "null", "Null", "NULL"].contains(&text)
}

/// Whether a text is written without quotes, so that its type is what it looks like.
fn is_plain(source: &str, location: Location) -> bool {
    let text = from(source, location).unwrap_or_default();
    !text.starts_with(['"', '\'', '|', '>', '!'])
}

/// A number as it is written: `1.10` is a version too.
fn as_written(source: &str, location: Location) -> Option<String> {
    let length = usize::try_from(location.span().len()).ok()?;
    let text = from(source, location)?.get(..length)?.trim();
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || "+-.".contains(c))
        .then(|| text.to_owned())
}

fn from(source: &str, location: Location) -> Option<&str> {
    let offset = location.span().byte_offset()?;
    source.get(usize::try_from(offset).ok()?..)
}

/// A value as the parser hands it over.
enum Raw {
    List(Vec<Spanned<Self>>),
    Map(Vec<(String, Spanned<Self>)>),
    Null,
    /// A number or a truth value.
    Other(String),
    Text(String),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Raw, E> {
        Ok(Raw::Other(bool.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Other(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw::Other(number.to_string()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Raw, E> {
        Ok(Raw::Other(number.to_string()))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Raw, E> {
        Ok(Raw::Other(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Raw, E> {
        Ok(Raw::Other(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut pairs: Vec<(String, Spanned<Raw>)> = Vec::new();
        while let Some(pair) = access.next_entry()? {
            pairs.push(pair);
        }
        Ok(Raw::Map(pairs))
    }
}

/// Line and column of a key of the outermost map, else of the beginning.
pub(super) fn place_of(text: &str, key: &str) -> (u64, u64) {
    let mut lines = (1..).zip(text.lines());
    let found = lines.find(|(_, line)| line.starts_with(key));
    found.map_or((1, 1), |(line, _)| (line, 1))
}
