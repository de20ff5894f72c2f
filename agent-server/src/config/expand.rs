//! `${env:NAME}` and `${file:PATH}`.
//!
//! Values are expanded after parsing, so that what a variable holds can be a text, a number, a
//! boolean or nothing, and never a list, a map or another key.
//!
//! | written | becomes |
//! |---|---|
//! | `${env:NAME}` | the variable; an error when it is not set |
//! | `${env:NAME:-default}` | the variable, or `default` when it is not set |
//! | `${file:PATH}` | the file's text without the newline at its end |
//! | `$$` | `$` |
//!
//! A value that is nothing but one reference gets the type that its text has in YAML; one with
//! other text around the reference stays a text.

use serde_json::Number;

use super::environment::{Environment, read_value};
use super::tree::{Expansion, Node, Shape};
use super::{Place, Problem, Report};

/// Expands every value of the tree in place; what cannot be expanded goes into the report.
pub(super) fn expand(node: &mut Node, environment: &Environment, report: &mut Report) {
    match &mut node.shape {
        Shape::List(items) => {
            for item in items {
                expand(item, environment, report);
            }
        }
        Shape::Map(fields) => {
            for field in fields {
                expand(&mut field.node, environment, report);
            }
        }
        Shape::Text(text) if text.contains('$') => match text_of(text, environment) {
            Ok((shape, expansions)) => {
                node.shape = shape;
                node.expansions = expansions;
            }
            Err(error) => report.push(error.at(&node.place)),
        },
        Shape::Bool(_) | Shape::Null | Shape::Number(_) | Shape::Text(_) => {}
    }
}

/// Why a reference could not be expanded, and what to do.
struct Failure {
    message: String,
    help: String,
}

impl Failure {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }

    fn at(self, place: &Place) -> Problem {
        Problem::error(place, self.message).help(self.help)
    }
}

fn text_of(text: &str, environment: &Environment) -> Result<(Shape, Vec<Expansion>), Failure> {
    let mut out = String::with_capacity(text.len());
    let mut expansions = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(body) = after.strip_prefix('{') {
            let (body, after) = body.split_once('}').ok_or_else(unterminated)?;
            let value = resolve(body, environment)?;
            out.push_str(&value);
            let reference = format!("${{{body}}}");
            expansions.push(Expansion { reference, value });
            rest = after;
        } else {
            out.push('$');
            rest = after;
        }
    }
    out.push_str(rest);
    let shape = match expansions.as_slice() {
        [only] if only.reference == text => scalar(&out),
        _ => Shape::Text(out),
    };
    Ok((shape, expansions))
}

fn unterminated() -> Failure {
    Failure::new(
        "`${` without a closing `}`",
        "write `${env:NAME}`, or `$$` for a dollar sign",
    )
}

fn resolve(body: &str, environment: &Environment) -> Result<String, Failure> {
    match body.split_once(':') {
        Some(("env", reference)) => variable(reference, environment),
        Some(("file", path)) => read_value(path).map_err(|error| {
            let message = format!("cannot read `{path}`: {error}");
            Failure::new(message, "check the path and its permissions")
        }),
        _ => Err(Failure::new(
            format!("`${{{body}}}` names no source that is known"),
            "write `${env:NAME}`, `${env:NAME:-default}` or `${file:PATH}`, \
             or `$$` for a dollar sign",
        )),
    }
}

fn variable(reference: &str, environment: &Environment) -> Result<String, Failure> {
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name {
        let message = format!("`{name}` is not the name of an environment variable");
        return Err(Failure::new(message, "write `${env:NAME}`"));
    }
    if default.is_some_and(|default| default.contains("${")) {
        let message = format!("the default of `{name}` holds another reference");
        return Err(Failure::new(message, "write the default out"));
    }
    match (environment.variable(name), default) {
        (Some(value), _) => Ok(value.to_owned()),
        (None, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(Failure::new(
            format!("the environment variable `{name}` is not set"),
            format!("set it, or give a default: `${{env:{name}:-default}}`"),
        )),
    }
}

/// The type that a plain scalar has in YAML's core schema.
fn scalar(text: &str) -> Shape {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Shape::Null,
        "true" | "True" | "TRUE" => return Shape::Bool(true),
        "false" | "False" | "FALSE" => return Shape::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        None
    } else if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let text = text.strip_prefix('+').unwrap_or(text);
        let unsigned = text.parse::<u64>().ok().map(Number::from);
        unsigned.or_else(|| text.parse::<i64>().ok().map(Number::from))
    } else {
        text.parse::<f64>().ok().and_then(Number::from_f64)
    };
    number.map_or_else(|| Shape::Text(text.to_owned()), Shape::Number)
}
