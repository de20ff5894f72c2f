//! Laying one configuration over another.

use super::tree::{Node, Shape};

/// Lays `over` over `under`, both not expanded yet: maps merge key by key, everything else (lists
/// too) is replaced.
#[must_use]
pub(super) fn merge(under: Node, over: Node) -> Node {
    let (mut fields, overs) = match (under.shape, over.shape) {
        (Shape::Map(under), Shape::Map(over)) => (under, over),
        // `otlp:` with nothing behind it only says that there is one.
        (shape @ Shape::Map(_), Shape::Null) => return Node::new(shape, under.place),
        (_, shape) => return Node::new(shape, over.place),
    };
    for field in overs {
        match fields.iter_mut().find(|old| old.key == field.key) {
            Some(old) => {
                let empty = Node::new(Shape::Null, field.place.clone());
                let node = std::mem::replace(&mut old.node, empty);
                old.node = merge(node, field.node);
                old.place = field.place;
            }
            None => fields.push(field),
        }
    }
    Node::new(Shape::Map(fields), over.place)
}
