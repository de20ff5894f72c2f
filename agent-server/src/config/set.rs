//! `--set KEY=VALUE`: one value of the configuration, from the command line.

use super::tree::{Field, Node, Shape};
use super::{Place, Problem, Source, parse};

/// The tree of one setting. The key's parts are separated by `.`, or by `::` when the key has it
/// (`exporters::otlp/a.b::endpoint`); the value is YAML.
///
/// # Errors
///
/// When there is no `=`, a part of the key is empty, or the value is not YAML.
pub(super) fn setting(text: &str) -> Result<Node, Problem> {
    let source = Source::new("--set", text);
    let start = Place::new(&source, 1, 1, text.chars().count());
    let help = || "write `--set KEY=VALUE`, such as `--set processors.batch.timeout=1s`".to_owned();
    let Some((key, value)) = text.split_once('=') else {
        return Err(Problem::error(&start, format!("`{text}` has no `=`")).help(help()));
    };
    let separator = if key.contains("::") { "::" } else { "." };
    if key.split(separator).any(|part| part.trim().is_empty()) {
        return Err(Problem::error(&start, format!("`{key}` has an empty part")).help(help()));
    }
    // The parser takes maps, as files are: the value becomes one's only entry.
    let wrapped = Source::new("--set", format!("value: {value}"));
    let wrapped =
        parse::parse(&wrapped).map_err(|problem| Problem::error(&start, problem.message))?;
    let mut node = wrapped
        .get("value")
        .map_or(Shape::Null, |field| field.node.shape.clone());
    let place = Place::new(&source, 1, key.chars().count() + 2, value.chars().count());
    move_to(&mut node, &place);
    let value = Node::new(node, place);
    Ok(key
        .rsplit(separator)
        .fold(value, |node, part| under(part.trim(), node, &start)))
}

fn under(key: &str, node: Node, place: &Place) -> Node {
    let field = Field {
        key: key.to_owned(),
        place: place.clone(),
        node,
    };
    Node::new(Shape::Map(vec![field]), place.clone())
}

/// Blames the one argument for everything below it.
fn move_to(shape: &mut Shape, place: &Place) {
    match shape {
        Shape::List(items) => {
            for item in items {
                item.place = place.clone();
                move_to(&mut item.shape, place);
            }
        }
        Shape::Map(fields) => {
            for field in fields {
                field.place = place.clone();
                field.node.place = place.clone();
                move_to(&mut field.node.shape, place);
            }
        }
        Shape::Bool(_) | Shape::Null | Shape::Number(_) | Shape::Text(_) => {}
    }
}
