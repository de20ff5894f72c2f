//! Sums, products, and those of times.

use super::error::EvalError;
use super::syntax::Arithmetic;
use super::value::Value;

/// `left operator right`.
///
/// # Errors
///
/// When the two cannot be combined, the result does not fit, or something is divided by zero.
pub(super) fn calculate<'a>(
    operator: Arithmetic,
    left: &Value<'_>,
    right: &Value<'_>,
) -> Result<Value<'a>, EvalError> {
    let fits = |number: Option<i64>| {
        number.ok_or_else(|| EvalError::new("the result does not fit into 64 bits"))
    };
    match (operator, left, right) {
        (_, Value::Int(left), Value::Int(right)) => integers(operator, *left, *right),
        (_, Value::Double(left), Value::Double(right)) => doubles(operator, *left, *right),
        (_, Value::Int(left), Value::Double(right)) => doubles(operator, float(*left), *right),
        (_, Value::Double(left), Value::Int(right)) => doubles(operator, *left, float(*right)),
        (Arithmetic::Subtract, Value::Time(left), Value::Time(right)) => {
            fits(left.checked_sub(*right)).map(Value::Duration)
        }
        (Arithmetic::Subtract, Value::Time(left), Value::Duration(right)) => {
            fits(left.checked_sub(*right)).map(Value::Time)
        }
        (Arithmetic::Add, Value::Time(left), Value::Duration(right))
        | (Arithmetic::Add, Value::Duration(left), Value::Time(right)) => {
            fits(left.checked_add(*right)).map(Value::Time)
        }
        (Arithmetic::Add, Value::Duration(left), Value::Duration(right)) => {
            fits(left.checked_add(*right)).map(Value::Duration)
        }
        (Arithmetic::Subtract, Value::Duration(left), Value::Duration(right)) => {
            fits(left.checked_sub(*right)).map(Value::Duration)
        }
        _ => {
            let (left, sign, right) = (left.kind(), operator.sign(), right.kind());
            Err(EvalError::new(format!(
                "cannot calculate {left} {sign} {right}"
            )))
        }
    }
}

/// `-operand`.
///
/// # Errors
///
/// When it is not a number.
pub(super) fn negate<'a>(operand: &Value<'_>) -> Result<Value<'a>, EvalError> {
    calculate(Arithmetic::Subtract, &zero(operand), operand)
}

fn zero(like: &Value<'_>) -> Value<'static> {
    match like {
        Value::Duration(_) => Value::Duration(0),
        Value::Double(_) => Value::Double(0.0),
        _ => Value::Int(0),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "doubles hold whole numbers up to 2^53"
)]
fn float(number: i64) -> f64 {
    number as f64
}

fn integers<'a>(operator: Arithmetic, left: i64, right: i64) -> Result<Value<'a>, EvalError> {
    let result = match operator {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Divide if right == 0 => return Err(EvalError::new("division by zero")),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Subtract => left.checked_sub(right),
    };
    let result = result.ok_or_else(|| EvalError::new("the result does not fit into 64 bits"))?;
    Ok(Value::Int(result))
}

fn doubles<'a>(operator: Arithmetic, left: f64, right: f64) -> Result<Value<'a>, EvalError> {
    Ok(Value::Double(match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Divide if right == 0.0 => return Err(EvalError::new("division by zero")),
        Arithmetic::Divide => left / right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Subtract => left - right,
    }))
}
