//! The context of statements that say it in their paths: `set(span.name, ...)`.

use campanile_wire::otlp::Signal;

use super::super::context::Context;
use super::super::error::Mistake;
use super::super::syntax::{self, Argument, Expression, Name, Node};

/// A text and whether it is a condition.
pub(in super::super) type Text<'t> = (&'t str, bool);

/// The innermost context that the paths of `texts` name; on a mistake, in which of them.
pub(in super::super) fn infer(
    signal: Signal,
    texts: &[Text<'_>],
) -> Result<Context, (usize, Mistake)> {
    let mut innermost: Option<Context> = None;
    for (index, (text, is_condition)) in texts.iter().enumerate() {
        let named = named(text, *is_condition).map_err(|mistake| (index, mistake))?;
        for (context, node) in named {
            if !Context::of_signal(signal).contains(&context) {
                let message = format!("{signal} have no `{}`", context.name());
                return Err((index, Mistake::new(node, message)));
            }
            if innermost.is_none_or(|innermost| context.reaches(innermost)) {
                innermost = Some(context);
            }
        }
    }
    innermost.ok_or_else(|| {
        let names = Context::of_signal(signal)
            .iter()
            .map(|context| context.name());
        let help = format!(
            "say it with `context:`, one of {}",
            names.collect::<Vec<_>>().join(", ")
        );
        let message = "the context cannot be told: no path names it";
        (0, Mistake::new(0..0, message).help(help))
    })
}

type Named = Vec<(Context, std::ops::Range<usize>)>;

/// The contexts that the paths of a text name.
fn named(text: &str, is_condition: bool) -> Result<Named, Mistake> {
    let mut found = Vec::new();
    if is_condition {
        expression(&syntax::boolean(text)?, &mut found)?;
    } else {
        let tree = syntax::statement(text)?;
        arguments(&tree.editor.it.arguments, &mut found)?;
        if let Some(condition) = &tree.condition {
            expression(condition, &mut found)?;
        }
    }
    Ok(found)
}

fn arguments(arguments: &[Argument], found: &mut Named) -> Result<(), Mistake> {
    for argument in arguments {
        expression(&argument.value, found)?;
    }
    Ok(())
}

fn expression(node: &Node<Expression>, found: &mut Named) -> Result<(), Mistake> {
    match &node.it {
        Expression::And(all) | Expression::List(all) | Expression::Or(all) => {
            all.iter().try_for_each(|each| expression(each, found))
        }
        Expression::Arithmetic(_, left, right) | Expression::Compare(_, left, right) => {
            expression(left, found)?;
            expression(right, found)
        }
        Expression::Call(call) => arguments(&call.arguments, found),
        Expression::Enumerator(_) | Expression::Literal(_) => Ok(()),
        Expression::Map(entries) => {
            let mut values = entries.iter();
            values.try_for_each(|(_, value)| expression(value, found))
        }
        Expression::Negate(operand) | Expression::Not(operand) => expression(operand, found),
        Expression::Path(name) => path(name, node, found),
    }
}

fn path(name: &Name, node: &Node<Expression>, found: &mut Named) -> Result<(), Mistake> {
    let first = name
        .segments
        .first()
        .map(String::as_str)
        .unwrap_or_default();
    match Context::of_segment(first) {
        Some(context) => {
            found.push((context, node.at.clone()));
            Ok(())
        }
        None => {
            let message = format!("`{first}` of what? the context is not said");
            let help = "write the context in front, such as `span.name`, or set `context:`";
            Err(Mistake::new(node.at.clone(), message).help(help))
        }
    }
}
