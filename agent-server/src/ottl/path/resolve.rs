//! Looking up the names of a path.

use std::ops::Range;

use super::super::context::Context;
use super::super::error::{Mistake, suggestion};
use super::super::syntax::{Key, Name};
use super::Path;
use super::field::{Field, Shape};
use super::tables::names;

/// Looks up `name`, which is written at `at` in a statement of `context`.
pub(in super::super) fn resolve(
    context: Context,
    name: &Name,
    at: &Range<usize>,
) -> Result<Path, Mistake> {
    let (within, rest) = within(context, name, at)?;
    let dotted = rest.join(".");
    let field = names(within).iter().find(|(known, _)| *known == dotted);
    let Some((_, field)) = field else {
        return Err(unknown(context, within, &dotted, at));
    };
    let keys = name.keys.iter().map(|key| key.it.clone()).collect();
    let path = Path {
        context: within,
        field: *field,
        keys,
    };
    check_keys(&path, name, at)?;
    Ok(path)
}

/// The context that a path is in, and its names there.
fn within<'n>(
    context: Context,
    name: &'n Name,
    at: &Range<usize>,
) -> Result<(Context, &'n [String]), Mistake> {
    let plain = (context, name.segments.as_slice());
    let Some((first, rest)) = name.segments.split_first() else {
        return Ok(plain);
    };
    let Some(named) = Context::of_segment(first) else {
        return Ok(plain);
    };
    if rest.is_empty() {
        let help = suggestion("", names(named).iter().map(|(name, _)| *name));
        return Err(Mistake::new(at.clone(), format!("`{first}` alone has no value")).help(help));
    }
    if !context.reaches(named) {
        let reached: Vec<String> = context
            .chain()
            .map(|context| format!("`{}`", context.name()))
            .collect();
        let message = format!(
            "`{first}` cannot be reached in the context `{}`",
            context.name()
        );
        let help = format!("reached from here: {}", reached.join(", "));
        return Err(Mistake::new(at.clone(), message).help(help));
    }
    Ok((named, rest))
}

fn unknown(context: Context, within: Context, dotted: &str, at: &Range<usize>) -> Mistake {
    let message = format!("`{dotted}` is no path of `{}`", within.name());
    let own = names(within).iter().map(|(name, _)| *name);
    let above = context.chain().filter(|other| *other != within);
    let above = above.map(|context| match context {
        Context::DataPoint => "datapoint.",
        Context::Log => "log.",
        Context::Metric => "metric.",
        Context::Resource => "resource.",
        Context::Scope => "scope.",
        Context::Span => "span.",
        Context::SpanEvent => "spanevent.",
    });
    Mistake::new(at.clone(), message).help(suggestion(dotted, own.chain(above)))
}

/// Refuses keys where there is nothing below.
fn check_keys(path: &Path, name: &Name, at: &Range<usize>) -> Result<(), Mistake> {
    let Some(first) = name.keys.first() else {
        return Ok(());
    };
    let written = name.segments.join(".");
    match path.field.shape() {
        Shape::Plain => {
            let message = format!("`{written}` has no keys");
            Err(Mistake::new(first.at.clone(), message))
        }
        Shape::OneKey if name.keys.len() > 1 || matches!(first.it, Key::Index(_)) => {
            let message = format!("`{written}` has one key, a string");
            Err(Mistake::new(first.at.clone(), message))
        }
        Shape::Keyed if matches!(first.it, Key::Index(_)) && path.field != Field::Body => {
            let message = format!("`{written}` is a map: its keys are strings");
            Err(Mistake::new(at.clone(), message))
        }
        Shape::Keyed | Shape::OneKey => Ok(()),
    }
}
