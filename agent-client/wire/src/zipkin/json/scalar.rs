//! Scalars, whatever their type.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::zipkin::Value;

/// A JSON value that is no list and no object.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::zipkin) enum Scalar<'a> {
    Bool(bool),
    Double(f64),
    Int(i64),
    Null,
    Text(Cow<'a, str>),
    Uint(u64),
}

impl<'a> Scalar<'a> {
    /// Text; nothing when absent.
    pub(in crate::zipkin) fn text<E: Error>(self, field: &str) -> Result<Cow<'a, str>, E> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Null => Ok(Cow::Borrowed("")),
            _ => Err(E::custom(format_args!("{field} must be text"))),
        }
    }

    /// Whether it is set.
    pub(in crate::zipkin) fn flag<E: Error>(&self, field: &str) -> Result<bool, E> {
        match self {
            Self::Bool(value) => Ok(*value),
            Self::Null => Ok(false),
            _ => Err(E::custom(format_args!("{field} must be true or false"))),
        }
    }

    /// A whole number; 0 when absent. A number in scientific form is one too.
    pub(in crate::zipkin) fn int<E: Error>(&self, field: &str) -> Result<i64, E> {
        match self {
            Self::Int(value) => return Ok(*value),
            Self::Null => return Ok(0),
            Self::Double(value) if value.is_finite() => return Ok(*value as i64),
            Self::Uint(value) => return Ok(i64::try_from(*value).unwrap_or(i64::MAX)),
            Self::Text(text) => {
                if let Ok(value) = text.parse() {
                    return Ok(value);
                }
            }
            Self::Bool(_) | Self::Double(_) => {}
        }
        Err(E::custom(format_args!("{field} must be a number")))
    }

    /// Microseconds; 0 when absent or not positive.
    pub(in crate::zipkin) fn micros<E: Error>(&self, field: &str) -> Result<u64, E> {
        match self {
            Self::Uint(value) => Ok(*value),
            other => Ok(u64::try_from(other.int::<E>(field)?).unwrap_or(0)),
        }
    }

    /// The value of a tag; `null` is none.
    pub(in crate::zipkin) fn value(self) -> Option<Value<'a>> {
        Some(match self {
            Self::Bool(value) => Value::Bool(value),
            Self::Double(value) => Value::Double(value),
            Self::Int(value) => Value::Int(value),
            Self::Null => return None,
            Self::Text(text) => Value::Text(text),
            Self::Uint(value) => match i64::try_from(value) {
                Ok(value) => Value::Int(value),
                Err(_) => Value::Text(value.to_string().into()),
            },
        })
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Scalar<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text, a number, true, false or null")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Double(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Int(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar<'de>, E> {
        Ok(i64::try_from(value).map_or(Scalar::Uint(value), Scalar::Int))
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Null)
    }
}
