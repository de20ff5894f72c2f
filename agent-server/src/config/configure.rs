//! A piece of the tree becomes a checked value, or everything that is wrong with it.

use serde_json::Value;

use super::locate::{Located, locate, longest};
use super::tree::{Node, Shape};
use super::{Place, Problem, Secret, explain, hints, redact, suggest};
use crate::component::{Invalid, NOT_SUPPORTED};

/// A deserializer stops at its first error: what is wrong is taken out and the rest tried again, at
/// most this often.
const MAX_PROBLEMS: usize = 32;
/// Values that are mended in one component, at most.
const MAX_MENDED: usize = 1_000;

/// A piece of the tree: its value, where its key is, and the keys that lead to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'n> {
    /// The value.
    pub(super) node: &'n Node,
    /// Where its key was written.
    pub(super) place: &'n Place,
    /// The keys that lead to it: `receivers.otlp`.
    pub(super) path: &'n str,
}

/// Checks a piece. Gives back the value that passed: an expanded `12345` is a text where a text is
/// wanted, and `null` stands for the default where nothing is not an option.
///
/// # Errors
///
/// Every problem, each with its place.
pub(super) fn configure<T>(
    piece: Piece<'_>,
    check: impl Fn(&Value) -> Result<T, Vec<Invalid>>,
) -> Result<(T, Value), Vec<Problem>> {
    let mut value = piece.node.to_json();
    let mut problems = Vec::new();
    let mut removed: Vec<String> = Vec::new();
    let mut mended = 0;
    while removed.len() < MAX_PROBLEMS {
        let invalids = match check(&value) {
            Ok(checked) if problems.is_empty() => return Ok((checked, value)),
            Ok(_) => break,
            Err(invalids) => invalids,
        };
        let single = invalids.len() == 1;
        let before = removed.len();
        let mut progress = false;
        for invalid in invalids {
            if single && mended < MAX_MENDED && mend(piece, &invalid, &mut value) {
                mended += 1;
                progress = true;
            } else if !removed[..before].contains(&invalid.key) {
                progress |= single && remove(&mut value, &invalid.key);
                problems.push(problem(piece, &invalid));
                removed.push(invalid.key);
            }
        }
        if !progress {
            break;
        }
    }
    Err(problems)
}

/// Mends what is no mistake of the author's: an expanded text that looks like a number, and
/// `null` for a default. Says whether it did.
fn mend(piece: Piece<'_>, invalid: &Invalid, value: &mut Value) -> bool {
    let Some(rest) = invalid.message.strip_prefix("invalid type: ") else {
        return false;
    };
    if rest.starts_with("null") {
        return match at_mut(value, &invalid.key) {
            Some(value) if rest.contains("expected struct") => {
                *value = Value::Object(serde_json::Map::new());
                true
            }
            _ => !invalid.key.ends_with(']') && remove(value, &invalid.key),
        };
    }
    let located = locate(piece.node, piece.place, &invalid.key);
    let text = match located.node.expansions.as_slice() {
        // A secret that is written out is what its author wrote.
        [only] if located.missing.is_empty() && only.reference != Secret::REDACTED => {
            only.value.clone()
        }
        _ => return false,
    };
    match at_mut(value, &invalid.key) {
        Some(value) if !value.is_string() => {
            *value = Value::String(text);
            true
        }
        _ => false,
    }
}

/// What is at a path: keys and indices as `serde_path_to_error` writes them.
pub(super) fn at_mut<'v>(mut value: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    let mut path = path;
    while !path.is_empty() {
        if let Some(rest) = path.strip_prefix('[') {
            let (index, rest) = rest.split_once(']')?;
            value = value.get_mut(index.parse::<usize>().ok()?)?;
            path = rest.strip_prefix('.').unwrap_or(rest);
        } else {
            let object = value.as_object_mut()?;
            let (key, rest) = longest(object.keys().map(String::as_str), path)?;
            let key = key.to_owned();
            value = object.get_mut(&key)?;
            path = rest;
        }
    }
    Some(value)
}

/// Takes out what is at a path; for an item the whole list, so that the other items keep their
/// indices. Says whether there was anything.
fn remove(value: &mut Value, path: &str) -> bool {
    let (parent, key) = match path.rsplit_once(['.', '[']) {
        Some((parent, key)) => (parent, key),
        None => ("", path),
    };
    match at_mut(value, parent) {
        Some(Value::Object(object)) => object.remove(key).is_some(),
        Some(Value::Array(_)) => remove(value, parent),
        _ => false,
    }
}

/// Finds the place of what is wrong, and puts it as people do.
pub(super) fn problem(piece: Piece<'_>, invalid: &Invalid) -> Problem {
    let located = locate(piece.node, piece.place, &invalid.key);
    let path = join(piece.path, &invalid.key);
    if let Some((key, accepted)) = unknown(&invalid.message, "unknown field ") {
        let parent = path
            .strip_suffix(key)
            .unwrap_or(&path)
            .trim_end_matches('.');
        let place = located.key.as_ref().unwrap_or(&located.place);
        let problem = Problem::error(place, format!("unknown key `{key}` in `{parent}`"));
        return hints::unknown_key(problem, parent, key, &accepted);
    }
    let (message, help) = put(&invalid.message, &located);
    let help = invalid.help.clone().or(help);
    let reveals = redact::below(piece.node, located.node);
    let problem = Problem::error(
        &located.place,
        format!("`{path}`: {}", reveals.hide(&message)),
    );
    Problem {
        unsupported: message
            .ends_with(NOT_SUPPORTED)
            .then(|| format!("`{path}`")),
        ..problem.help(help.map(|help| reveals.hide(&help)))
    }
}

/// A deserializer's message in other words, and what to type.
fn put(message: &str, located: &Located<'_>) -> (String, Option<String>) {
    if let Some((value, accepted)) = unknown(message, "unknown variant ") {
        let help = suggest::help(value, &accepted);
        return (format!("unknown value `{value}`"), Some(help));
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        return (format!("{field} is missing"), None);
    }
    let mismatch = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|prefix| message.strip_prefix(prefix)?.split_once(", expected "));
    let Some((found, expected)) = mismatch else {
        return (message.to_owned(), None);
    };
    let (expected, help) = in_our_words(found, expected, located.node);
    let found = match found {
        "map" => "a map",
        "sequence" => "a list",
        "null" => "nothing",
        found => found,
    };
    (format!("expected {expected}, found {found}"), help)
}

/// What serde expects in YAML's words, and what to write.
fn in_our_words<'e>(found: &str, expected: &'e str, node: &Node) -> (&'e str, Option<String>) {
    match expected {
        "a boolean" => (expected, Some("write `true` or `false`".to_owned())),
        "a map" => (expected, explain::wants_map(node)),
        "a sequence" => ("a list", list_help(node)),
        "a string" => (expected, quotes_help(found)),
        "f64" => ("a number", None),
        "i64" => ("a whole number", None),
        "u16" => ("a whole number from 0 to 65535", None),
        "u32" | "u64" | "usize" => ("a whole number, 0 or more", None),
        expected if expected.starts_with("struct ") => ("a map", explain::wants_map(node)),
        expected => (expected, None),
    }
}

fn quotes_help(found: &str) -> Option<String> {
    let (kind, value) = found.split_once(" `")?;
    let scalar = matches!(kind, "integer" | "boolean" | "floating point");
    scalar.then(|| format!("put it in quotes: \"{}\"", value.trim_end_matches('`')))
}

fn list_help(node: &Node) -> Option<String> {
    match &node.shape {
        Shape::Text(text) if node.expansions.is_empty() => {
            Some(format!("write a list: `[{text}]`"))
        }
        _ => None,
    }
}

/// The name and the accepted names of serde's "unknown field `a`, expected one of `b`, `c`".
fn unknown<'m>(message: &'m str, prefix: &str) -> Option<(&'m str, Vec<&'m str>)> {
    let rest = message.strip_prefix(prefix)?.strip_prefix('`')?;
    let (name, rest) = rest.split_once('`')?;
    let accepted = rest.split('`').skip(1).step_by(2).collect();
    Some((name, accepted))
}

/// Two paths as one.
fn join(path: &str, key: &str) -> String {
    match (path, key) {
        ("", key) => key.to_owned(),
        (path, "") => path.to_owned(),
        (path, key) if key.starts_with('[') => format!("{path}{key}"),
        (path, key) => format!("{path}.{key}"),
    }
}
