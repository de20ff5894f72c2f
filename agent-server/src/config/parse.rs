//! YAML text to tree.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_saphyr::{DuplicateKeyPolicy, Location, Options, Spanned};

use super::tree::{Field, Node, Shape};
use super::{Place, Problem, Source, explain};

/// The largest text that is read, in bytes.
pub(super) const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 100_000;
const STACK: usize = 16 << 20;

/// Parses a text. Nesting is bounded by 64, nodes (aliases expanded) by 100,000, bytes by 1 MiB.
///
/// # Errors
///
/// What is wrong with the YAML, and where.
pub(super) fn parse(source: &Arc<Source>) -> Result<Node, Problem> {
    if source.text.len() > MAX_BYTES {
        let start = Place::new(source, 1, 1, 1);
        return Err(Problem::error(
            &start,
            "the file is larger than 1 MiB, which no configuration is",
        ));
    }
    let node = on_a_large_stack(|| {
        serde_saphyr::from_str_with_options(&source.text, options())
            .map(|raw| place(raw, source))
            .map_err(|error| explain::syntax(source, &error))
    })?;
    match &node.shape {
        Shape::Map(_) => Ok(node),
        Shape::Null => Err(explain::empty(source)),
        _ => Err(explain::not_a_map(&node)),
    }
}

/// Runs the parser where its recursion fits: without optimization it takes 40 KiB for each level,
/// and the threads of a runtime or of a test have 2 MiB.
fn on_a_large_stack<T: Send>(
    parse: impl FnOnce() -> Result<T, Problem> + Send,
) -> Result<T, Problem> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let parsing = thread
            .spawn_scoped(scope, parse)
            .map_err(|error| Problem::elsewhere(format!("cannot start a thread: {error}")))?;
        parsing
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH, max_nodes: MAX_NODES },
        duplicate_keys: DuplicateKeyPolicy::Error,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_NODES },
        strict_booleans: true,
    }
}

/// A value as the parser hands it over.
enum Raw {
    Bool(bool),
    List(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<String>, Spanned<Self>)>),
    Null,
    Number(Number),
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
        Ok(Raw::Bool(bool))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw::Number(number.into()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Raw, E> {
        Ok(Raw::Text(number.to_string()))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Raw, E> {
        Ok(Raw::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Raw, E> {
        let text = || Raw::Text(number.to_string());
        Ok(Number::from_f64(number).map_or_else(text, Raw::Number))
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
        let mut pairs: Vec<(Spanned<String>, Spanned<Raw>)> = Vec::new();
        let mut seen = HashSet::new();
        while let Some((key, value)) = access.next_entry::<Spanned<String>, Spanned<Raw>>()? {
            // `1` and `"1"` are two keys to YAML and one to us.
            if !seen.insert(key.value.clone()) {
                return Err(A::Error::custom(format!("duplicate key `{}`", key.value)));
            }
            pairs.push((key, value));
        }
        Ok(Raw::Map(pairs))
    }
}

fn place(raw: Spanned<Raw>, source: &Arc<Source>) -> Node {
    let at = at(source, raw.defined);
    let shape = match raw.value {
        Raw::Bool(bool) => Shape::Bool(bool),
        Raw::List(items) => Shape::List(items.into_iter().map(|raw| place(raw, source)).collect()),
        Raw::Map(pairs) => Shape::Map(
            pairs
                .into_iter()
                .map(|(key, value)| field(key, value, source))
                .collect(),
        ),
        Raw::Null => Shape::Null,
        Raw::Number(number) => Shape::Number(number),
        Raw::Text(text) => Shape::Text(text),
    };
    Node::new(shape, at)
}

fn field(key: Spanned<String>, value: Spanned<Raw>, source: &Arc<Source>) -> Field {
    Field {
        place: at(source, key.defined),
        key: key.value,
        node: place(value, source),
    }
}

/// The parser's location as a place. A syntax error's has no byte offset: it is counted then.
pub(super) fn at(source: &Arc<Source>, location: Location) -> Place {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let (line, column) = (number(location.line()), number(location.column()));
    let length = number(location.span().len());
    match location.span().byte_offset() {
        Some(offset) => Place::at_offset(source, number(offset), (line, column), length),
        None => Place::new(source, line, column, length),
    }
}
