//! The tree as text that reads back as the same tree.

use std::fmt::{self, Display, Formatter, Write as _};

use super::tree::{Argument, Call, Expression, Key, Literal, Name, Node, Statement};

impl Display for Statement {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.editor.it)?;
        match &self.condition {
            Some(condition) => write!(out, " where {}", condition.it),
            None => Ok(()),
        }
    }
}

impl Display for Expression {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(operands) => joined(out, operands, " and ", grouped),
            Self::Or(operands) => joined(out, operands, " or ", grouped),
            Self::Not(operand) => {
                out.write_str("not ")?;
                grouped(out, operand)
            }
            Self::Compare(operator, left, right) => {
                grouped(out, left)?;
                write!(out, " {} ", operator.sign())?;
                grouped(out, right)
            }
            Self::Arithmetic(operator, left, right) => {
                grouped(out, left)?;
                write!(out, " {} ", operator.sign())?;
                grouped(out, right)
            }
            Self::Negate(operand) => {
                out.write_str("-(")?;
                write!(out, "{})", operand.it)
            }
            Self::Call(call) => call.fmt(out),
            Self::Enumerator(name) => out.write_str(name),
            Self::List(items) => {
                out.write_char('[')?;
                joined(out, items, ", ", |out, item| item.it.fmt(out))?;
                out.write_char(']')
            }
            Self::Literal(literal) => literal.fmt(out),
            Self::Map(entries) => {
                out.write_char('{')?;
                joined(out, entries, ", ", |out, (key, value)| {
                    quoted(out, key)?;
                    write!(out, ": {}", value.it)
                })?;
                out.write_char('}')
            }
            Self::Path(name) => name.fmt(out),
        }
    }
}

/// In parentheses, where it has operands.
fn grouped(out: &mut Formatter<'_>, node: &Node<Expression>) -> fmt::Result {
    match &node.it {
        Expression::And(_)
        | Expression::Arithmetic(..)
        | Expression::Compare(..)
        | Expression::Not(_)
        | Expression::Or(_) => write!(out, "({})", node.it),
        plain => plain.fmt(out),
    }
}

fn joined<T>(
    out: &mut Formatter<'_>,
    items: &[T],
    between: &str,
    mut each: impl FnMut(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.write_str(between)?;
        }
        each(out, item)?;
    }
    Ok(())
}

impl Display for Call {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}(", self.function.it)?;
        joined(out, &self.arguments, ", ", |out, argument: &Argument| {
            if let Some(name) = &argument.name {
                write!(out, "{} = ", name.it)?;
            }
            argument.value.it.fmt(out)
        })?;
        out.write_char(')')?;
        keys(out, &self.keys)
    }
}

impl Display for Name {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.segments.join("."))?;
        keys(out, &self.keys)
    }
}

fn keys(out: &mut Formatter<'_>, keys: &[Node<Key>]) -> fmt::Result {
    joined(out, keys, "", |out, key| match &key.it {
        Key::Index(index) => write!(out, "[{index}]"),
        Key::Text(text) => {
            out.write_char('[')?;
            quoted(out, text)?;
            out.write_char(']')
        }
    })
}

impl Display for Literal {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(out, "{value}"),
            Self::Bytes(bytes) => write!(out, "0x{}", const_hex::encode(bytes)),
            Self::Double(number) => write!(out, "{number:?}"),
            Self::Int(number) => write!(out, "{number}"),
            Self::Nil => out.write_str("nil"),
            Self::Text(text) => quoted(out, text),
        }
    }
}

fn quoted(out: &mut Formatter<'_>, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            other => out.write_char(other)?,
        }
    }
    out.write_char('"')
}
