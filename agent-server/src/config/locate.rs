//! From a path of keys to the place it was written.

use super::Place;
use super::tree::{Node, Shape};

/// What a path leads to.
#[derive(Debug)]
pub(super) struct Located<'n> {
    /// The value at the path, or the deepest one above it that was written.
    pub(super) node: &'n Node,
    /// The place to show: the value, or its key when the value is not a scalar.
    pub(super) place: Place,
    /// Where the key of the value was written; nothing for an item of a list.
    pub(super) key: Option<Place>,
    /// What of the path was not written, because its default holds; mostly nothing.
    pub(super) missing: &'n str,
}

/// Follows `path` (`protocols.grpc.headers[0]`, as `serde_path_to_error` writes it) from `node`,
/// whose key is at `place`. Keys may hold dots themselves: the longest key that fits is taken.
#[must_use]
pub(super) fn locate<'n>(node: &'n Node, place: &Place, path: &'n str) -> Located<'n> {
    let mut located = Located {
        node,
        place: place.clone(),
        key: Some(place.clone()),
        missing: path,
    };
    while let Some((node, key, rest)) = step(located.node, located.missing) {
        located = Located {
            node,
            place: shown(node, key),
            key: key.cloned(),
            missing: rest,
        };
    }
    located
}

/// The place of a key's value, or of the key.
#[must_use]
pub(super) fn shown(node: &Node, key: Option<&Place>) -> Place {
    match (&node.shape, key) {
        (Shape::List(_) | Shape::Map(_) | Shape::Null, Some(key)) => key.clone(),
        _ => node.place.clone(),
    }
}

type Step<'n> = (&'n Node, Option<&'n Place>, &'n str);

fn step<'n>(node: &'n Node, path: &'n str) -> Option<Step<'n>> {
    if let Some(rest) = path.strip_prefix('[') {
        let (index, rest) = rest.split_once(']')?;
        let Shape::List(items) = &node.shape else {
            return None;
        };
        let item = items.get(index.parse::<usize>().ok()?)?;
        return Some((item, None, rest.strip_prefix('.').unwrap_or(rest)));
    }
    let (key, rest) = longest(node.fields().iter().map(|field| field.key.as_str()), path)?;
    let field = node.get(key)?;
    Some((&field.node, Some(&field.place), rest))
}

/// The longest of the keys that the path begins with, and what follows it.
pub(super) fn longest<'k, 'p>(
    keys: impl Iterator<Item = &'k str>,
    path: &'p str,
) -> Option<(&'k str, &'p str)> {
    let fits = keys.filter_map(|key| {
        let rest = path.strip_prefix(key)?;
        let ends = rest.is_empty() || rest.starts_with(['.', '[']);
        ends.then(|| (key, rest.strip_prefix('.').unwrap_or(rest)))
    });
    fits.max_by_key(|(key, _)| key.len())
}
