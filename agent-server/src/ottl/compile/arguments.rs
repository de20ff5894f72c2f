//! Arguments: by place or by name, each as its parameter wants it.

use regex::{Regex, RegexBuilder};

use super::super::error::{Mistake, suggestion};
use super::super::functions::{Kind, Parameter};
use super::super::path::{Shape, resolve};
use super::super::program::{Argument as Compiled, Arguments};
use super::super::syntax::{Argument, Call, Expression, Literal, Node};
use super::Compiler;

/// The most memory that one compiled pattern may take.
const MAX_PATTERN: usize = 1 << 20;

impl Compiler {
    pub(super) fn arguments(
        self,
        parameters: &[Parameter],
        call: &Node<Call>,
    ) -> Result<Arguments, Mistake> {
        let mut given: Vec<Option<&Node<Expression>>> = vec![None; parameters.len()];
        let mut named = false;
        for (index, argument) in call.it.arguments.iter().enumerate() {
            let index = match &argument.name {
                Some(name) => {
                    named = true;
                    by_name(parameters, call, name)?
                }
                None if named => {
                    let message = "an argument without a name behind one with a name";
                    return Err(Mistake::new(argument.value.at.clone(), message));
                }
                None => index,
            };
            let Some(place) = given.get_mut(index) else {
                return Err(too_many(parameters, call, argument));
            };
            if place.replace(&argument.value).is_some() {
                let message = "the argument is given twice";
                return Err(Mistake::new(argument.value.at.clone(), message));
            }
        }
        let pairs = parameters.iter().zip(given);
        let compiled: Result<_, _> = pairs
            .map(|(parameter, given)| match given {
                Some(value) => self.argument(parameter, value),
                None if parameter.optional => Ok(Compiled::Absent),
                None => Err(missing(parameters, call, parameter)),
            })
            .collect();
        Ok(Arguments(compiled?))
    }

    fn argument(
        self,
        parameter: &Parameter,
        value: &Node<Expression>,
    ) -> Result<Compiled, Mistake> {
        Ok(match parameter.kind {
            Kind::Choice(choices) => {
                let text = text(parameter, value)?;
                if !choices.contains(&text) {
                    let message = format!("{text:?} is no `{}`", parameter.name);
                    let help = suggestion(text, choices.iter().copied());
                    return Err(Mistake::new(value.at.clone(), message).help(help));
                }
                Compiled::Text(text.to_owned())
            }
            Kind::Glob => Compiled::Pattern(glob(text(parameter, value)?, value)?),
            Kind::Integer => Compiled::Integer(integer(parameter, value)?),
            Kind::Map | Kind::Target => self.target(parameter, value)?,
            Kind::Pattern => Compiled::Pattern(pattern(text(parameter, value)?, value)?),
            Kind::Text => Compiled::Text(text(parameter, value)?.to_owned()),
            Kind::Texts => Compiled::Texts(texts(parameter, value)?),
            Kind::Value => Compiled::Value(self.expression(value)?),
        })
    }

    /// A path that can be changed.
    fn target(self, parameter: &Parameter, value: &Node<Expression>) -> Result<Compiled, Mistake> {
        let Expression::Path(name) = &value.it else {
            let message = format!("`{}` is a path, such as `attributes`", parameter.name);
            return Err(Mistake::new(value.at.clone(), message));
        };
        let path = resolve(self.context, name, &value.at)?;
        let written = name.segments.join(".");
        if !path.field.can_be_set() {
            let message = format!("`{written}` cannot be changed");
            return Err(Mistake::new(value.at.clone(), message));
        }
        if parameter.kind == Kind::Map && path.field.shape() != Shape::Keyed {
            let message = format!("`{written}` is no map");
            return Err(
                Mistake::new(value.at.clone(), message).help("attributes, cache and body are")
            );
        }
        if path.context != self.context {
            let (own, other) = (self.context.name(), path.context.name());
            let message = format!("a statement on `{own}` cannot change its `{other}`");
            let help = format!("put it under `context: {other}`");
            return Err(Mistake::new(value.at.clone(), message).help(help));
        }
        Ok(Compiled::Path(path))
    }
}

fn by_name(
    parameters: &[Parameter],
    call: &Node<Call>,
    name: &Node<String>,
) -> Result<usize, Mistake> {
    let mut places = parameters.iter();
    let found = places.position(|parameter| parameter.name == name.it);
    found.ok_or_else(|| {
        let message = format!("`{}` has no argument `{}`", call.it.function.it, name.it);
        let known = parameters.iter().map(|parameter| parameter.name);
        Mistake::new(name.at.clone(), message).help(suggestion(&name.it, known))
    })
}

fn too_many(parameters: &[Parameter], call: &Node<Call>, argument: &Argument) -> Mistake {
    let name = &call.it.function.it;
    let message = format!("`{name}` has {} arguments, not more", parameters.len());
    Mistake::new(argument.value.at.clone(), message).help(usage(parameters, name))
}

fn missing(parameters: &[Parameter], call: &Node<Call>, parameter: &Parameter) -> Mistake {
    let function = &call.it.function;
    let message = format!("`{}` lacks the argument `{}`", function.it, parameter.name);
    Mistake::new(function.at.clone(), message).help(usage(parameters, &function.it))
}

/// "write `set(target, value)`".
fn usage(parameters: &[Parameter], name: &str) -> String {
    let names = parameters.iter().map(|parameter| {
        if parameter.optional {
            format!("[{}]", parameter.name)
        } else {
            parameter.name.to_owned()
        }
    });
    format!("write `{name}({})`", names.collect::<Vec<_>>().join(", "))
}

fn text<'n>(parameter: &Parameter, value: &'n Node<Expression>) -> Result<&'n str, Mistake> {
    match &value.it {
        Expression::Literal(Literal::Text(text)) => Ok(text),
        _ => {
            let message = format!("`{}` is a string, written out", parameter.name);
            Err(Mistake::new(value.at.clone(), message))
        }
    }
}

fn texts(parameter: &Parameter, value: &Node<Expression>) -> Result<Vec<String>, Mistake> {
    let Expression::List(items) = &value.it else {
        let message = format!("`{}` is a list of strings: [\"...\"]", parameter.name);
        return Err(Mistake::new(value.at.clone(), message));
    };
    let texts = items.iter().map(|item| text(parameter, item));
    texts.map(|text| text.map(str::to_owned)).collect()
}

fn integer(parameter: &Parameter, value: &Node<Expression>) -> Result<i64, Mistake> {
    match &value.it {
        Expression::Literal(Literal::Int(number @ 0..)) => Ok(*number),
        _ => {
            let message = format!("`{}` is a whole number, 0 or more", parameter.name);
            Err(Mistake::new(value.at.clone(), message))
        }
    }
}

fn pattern(text: &str, value: &Node<Expression>) -> Result<Regex, Mistake> {
    let mut builder = RegexBuilder::new(text);
    builder.size_limit(MAX_PATTERN).dfa_size_limit(MAX_PATTERN);
    builder.build().map_err(|error| {
        let message = match error {
            regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
            error => {
                let shown = error.to_string();
                let last = shown.lines().last().unwrap_or_default();
                let reason = last.strip_prefix("error: ").unwrap_or(last);
                format!("not a regular expression: {reason}")
            }
        };
        Mistake::new(value.at.clone(), message)
    })
}

/// A pattern for the whole string, in which `*` is any text and `?` any character.
fn glob(text: &str, value: &Node<Expression>) -> Result<Regex, Mistake> {
    if text.contains(['[', '{', '\\']) {
        let message = "only `*` and `?` have a meaning in such a pattern";
        let help = "use replace_pattern or replace_all_patterns for anything else";
        return Err(Mistake::new(value.at.clone(), message).help(help));
    }
    let escaped = regex::escape(text).replace(r"\*", ".*").replace(r"\?", ".");
    pattern(&format!(r"\A(?s:{escaped})\z"), value)
}
