//! What is left of a text once every name in it has been looked up.

use regex::Regex;

use super::error::EvalError;
use super::functions::Converter;
use super::path::{Key, Path};
use super::record::Record;
use super::syntax::{Arithmetic, Comparison};
use super::value::Value;
use super::{arithmetic, compare};

/// Anything with a value.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Arithmetic(Arithmetic, Box<(Self, Self)>),
    Call(Box<Invocation>),
    Constant(Value<'static>),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
    Negate(Box<Self>),
    Path(Path),
}

/// A call of a converter.
#[derive(Clone, Debug)]
pub(super) struct Invocation {
    pub(super) converter: &'static Converter,
    pub(super) arguments: Arguments,
    pub(super) keys: Vec<Key>,
}

/// Something that is true or false.
#[derive(Clone, Debug)]
pub(super) enum Predicate {
    All(Vec<Self>),
    Any(Vec<Self>),
    Compare(Comparison, Box<(Expression, Expression)>),
    Constant(bool),
    Not(Box<Self>),
    Value(Expression),
}

/// The arguments of a call, one for each parameter.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments(pub(super) Vec<Argument>);

/// An argument, as its parameter wants it.
#[derive(Clone, Debug)]
pub(super) enum Argument {
    Absent,
    Integer(i64),
    Pattern(Regex),
    Path(Path),
    Text(String),
    Texts(Vec<String>),
    Value(Expression),
}

impl Expression {
    /// Its value on `record`.
    pub(super) fn eval<'a>(&'a self, record: &Record<'a>) -> Result<Value<'a>, EvalError> {
        match self {
            Self::Arithmetic(operator, sides) => {
                let (left, right) = (sides.0.eval(record)?, sides.1.eval(record)?);
                arithmetic::calculate(*operator, &left, &right)
            }
            Self::Call(call) => {
                let value = (call.converter.call)(&call.arguments, record)?;
                value.at(&call.keys)
            }
            Self::Constant(value) => Ok(value.borrow()),
            Self::List(items) => {
                let items: Result<Vec<_>, _> = items.iter().map(|item| item.eval(record)).collect();
                Value::list(&items?)
            }
            Self::Map(entries) => {
                let entries: Result<Vec<_>, EvalError> = entries
                    .iter()
                    .map(|(key, value)| Ok((key.as_str(), value.eval(record)?)))
                    .collect();
                Value::map(entries?)
            }
            Self::Negate(operand) => arithmetic::negate(&operand.eval(record)?),
            Self::Path(path) => record.get(path),
        }
    }
}

impl Predicate {
    /// Whether it holds on `record`.
    pub(super) fn holds(&self, record: &Record<'_>) -> Result<bool, EvalError> {
        match self {
            Self::All(operands) => {
                for operand in operands {
                    if !operand.holds(record)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Any(operands) => {
                for operand in operands {
                    if operand.holds(record)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Compare(operator, sides) => {
                let (left, right) = (sides.0.eval(record)?, sides.1.eval(record)?);
                Ok(compare::compare(*operator, &left, &right))
            }
            Self::Constant(value) => Ok(*value),
            Self::Not(operand) => Ok(!operand.holds(record)?),
            Self::Value(expression) => match expression.eval(record)? {
                Value::Bool(value) => Ok(value),
                other => {
                    let message = format!("a condition is true or false, not {}", other.kind());
                    Err(EvalError::new(message))
                }
            },
        }
    }
}

impl Arguments {
    /// The value of an argument; nil when it is absent.
    pub(super) fn value<'a>(
        &'a self,
        index: usize,
        record: &Record<'a>,
    ) -> Result<Value<'a>, EvalError> {
        match self.0.get(index) {
            Some(Argument::Value(expression)) => expression.eval(record),
            _ => Ok(Value::Nil),
        }
    }

    /// An argument that must be text.
    pub(super) fn string<'a>(
        &'a self,
        index: usize,
        record: &Record<'a>,
    ) -> Result<std::borrow::Cow<'a, str>, EvalError> {
        match self.value(index, record)? {
            Value::Text(text) => Ok(text),
            other => Err(expected("a string", &other)),
        }
    }

    /// An argument that must be a whole number.
    pub(super) fn int(&self, index: usize, record: &Record<'_>) -> Result<i64, EvalError> {
        match self.value(index, record)? {
            Value::Int(number) => Ok(number),
            other => Err(expected("an int", &other)),
        }
    }

    /// A number that was written out, if it was.
    pub(super) fn integer(&self, index: usize) -> Option<i64> {
        match self.0.get(index) {
            Some(Argument::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// A pattern.
    pub(super) fn pattern(&self, index: usize) -> Result<&Regex, EvalError> {
        match self.0.get(index) {
            Some(Argument::Pattern(pattern)) => Ok(pattern),
            _ => Err(EvalError::new("there is no pattern")),
        }
    }

    /// A string that was written out.
    pub(super) fn text(&self, index: usize) -> &str {
        match self.0.get(index) {
            Some(Argument::Text(text)) => text,
            _ => "",
        }
    }

    /// Strings that were written out.
    pub(super) fn texts(&self, index: usize) -> &[String] {
        match self.0.get(index) {
            Some(Argument::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// A path.
    pub(super) fn path(&self, index: usize) -> Result<&Path, EvalError> {
        match self.0.get(index) {
            Some(Argument::Path(path)) => Ok(path),
            _ => Err(EvalError::new("there is no path")),
        }
    }
}

/// "expected a string, found nil".
pub(super) fn expected(what: &str, found: &Value<'_>) -> EvalError {
    EvalError::new(format!("expected {what}, found {}", found.kind()))
}
