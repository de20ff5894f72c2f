//! Values.

use std::collections::BTreeSet;

use super::super::error::{Mistake, suggestion};
use super::super::functions::{Converter, converters};
use super::super::path::resolve;
use super::super::program::{Expression as Compiled, Invocation};
use super::super::syntax::{Call, Expression, Literal, Node};
use super::super::value::Value;
use super::Compiler;
use super::enumerators::ENUMERATORS;

impl Compiler {
    pub(super) fn expression(self, node: &Node<Expression>) -> Result<Compiled, Mistake> {
        Ok(match &node.it {
            Expression::And(_)
            | Expression::Compare(..)
            | Expression::Not(_)
            | Expression::Or(_) => {
                let message = "expected a value, found a condition";
                return Err(Mistake::new(node.at.clone(), message));
            }
            Expression::Arithmetic(operator, left, right) => {
                let sides = (self.expression(left)?, self.expression(right)?);
                Compiled::Arithmetic(*operator, Box::new(sides))
            }
            Expression::Call(call) => self.call(call, node)?,
            Expression::Enumerator(name) => Compiled::Constant(enumerator(name, node)?),
            Expression::List(items) => {
                let items: Result<_, _> = items.iter().map(|item| self.expression(item)).collect();
                Compiled::List(items?)
            }
            Expression::Literal(literal) => Compiled::Constant(constant(literal)),
            Expression::Map(entries) => self.map(entries, node)?,
            Expression::Negate(operand) => Compiled::Negate(Box::new(self.expression(operand)?)),
            Expression::Path(name) => Compiled::Path(resolve(self.context, name, &node.at)?),
        })
    }

    fn map(
        self,
        entries: &[(String, Node<Expression>)],
        node: &Node<Expression>,
    ) -> Result<Compiled, Mistake> {
        let mut keys = BTreeSet::new();
        let mut compiled = Vec::new();
        for (key, value) in entries {
            if !keys.insert(key) {
                let message = format!("the key {key:?} is there twice");
                return Err(Mistake::new(node.at.clone(), message));
            }
            compiled.push((key.clone(), self.expression(value)?));
        }
        Ok(Compiled::Map(compiled))
    }

    fn call(self, call: &Call, node: &Node<Expression>) -> Result<Compiled, Mistake> {
        let converter = self.converter(&call.function)?;
        let call = Node {
            it: call.clone(),
            at: node.at.clone(),
        };
        let arguments = self.arguments(converter.parameters, &call)?;
        Ok(Compiled::Call(Box::new(Invocation {
            converter,
            arguments,
            keys: call.it.keys.into_iter().map(|key| key.it).collect(),
        })))
    }

    fn converter(self, function: &Node<String>) -> Result<&'static Converter, Mistake> {
        let name = function.it.as_str();
        let here = |converter: &&'static Converter| {
            converter.contexts.is_empty() || converter.contexts.contains(&self.context)
        };
        let Some(found) = converters().find(|converter| converter.name == name) else {
            let message = if name.starts_with(|first: char| first.is_ascii_lowercase()) {
                format!("`{name}` has no value: functions with a value begin with a capital")
            } else {
                format!("unknown function `{name}`")
            };
            let known = converters().filter(here).map(|converter| converter.name);
            return Err(Mistake::new(function.at.clone(), message).help(suggestion(name, known)));
        };
        if here(&found) {
            return Ok(found);
        }
        let context = self.context.name();
        let message = format!("`{name}` has no meaning in the context `{context}`");
        let contexts = found.contexts.iter().map(|context| context.name());
        let help = format!("contexts: {}", contexts.collect::<Vec<_>>().join(", "));
        Err(Mistake::new(function.at.clone(), message).help(help))
    }
}

fn constant(literal: &Literal) -> Value<'static> {
    match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Bytes(bytes) => Value::Bytes(bytes.clone().into()),
        Literal::Double(number) => Value::Double(*number),
        Literal::Int(number) => Value::Int(*number),
        Literal::Nil => Value::Nil,
        Literal::Text(text) => Value::owned(text.clone()),
    }
}

fn enumerator(name: &str, node: &Node<Expression>) -> Result<Value<'static>, Mistake> {
    let found = ENUMERATORS.iter().find(|(known, _)| *known == name);
    if let Some((_, number)) = found {
        return Ok(Value::Int(*number));
    }
    let known = ENUMERATORS.iter().map(|(known, _)| *known);
    let mistake = Mistake::new(node.at.clone(), format!("unknown name `{name}`"));
    Err(mistake.help(suggestion(name, known)))
}
