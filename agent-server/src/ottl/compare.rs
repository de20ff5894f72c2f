//! Comparisons. What cannot be compared is unequal, and neither less nor greater.

use std::cmp::Ordering;

use super::syntax::Comparison;
use super::value::{Pairs, Value};
use super::wire;

/// Whether `left operator right`.
pub(super) fn compare(operator: Comparison, left: &Value<'_>, right: &Value<'_>) -> bool {
    match operator {
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => !equal(left, right),
        _ => order(left, right).is_some_and(|ordering| match operator {
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
            Comparison::Less => ordering.is_lt(),
            _ => ordering.is_le(),
        }),
    }
}

/// Whether two values are the same. Lists are by item, maps by key.
pub(super) fn equal(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::List(left), Value::List(right)) => lists_equal(left, right),
        (Value::Map(left), Value::Map(right)) => maps_equal(left, right),
        _ => order(left, right) == Some(Ordering::Equal),
    }
}

fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Bytes(left), Value::Bytes(right)) => Some(left.cmp(right)),
        (Value::Double(left), Value::Double(right)) => left.partial_cmp(right),
        (Value::Double(left), Value::Int(right)) => mixed(*right, *left).map(Ordering::reverse),
        (Value::Int(left), Value::Double(right)) => mixed(*left, *right),
        (Value::Duration(left), Value::Duration(right))
        | (Value::Int(left), Value::Int(right))
        | (Value::Time(left), Value::Time(right)) => Some(left.cmp(right)),
        (Value::Nil, Value::Nil) => Some(Ordering::Equal),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// An int compared with a double: as doubles, which hold whole numbers up to 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "said above, and so does the Collector"
)]
fn mixed(left: i64, right: f64) -> Option<Ordering> {
    (left as f64).partial_cmp(&right)
}

fn lists_equal(left: &[u8], right: &[u8]) -> bool {
    let (mut left, mut right) = (wire::items(left), wire::items(right));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if equal(&Value::read(left), &Value::read(right)) => {}
            _ => return false,
        }
    }
}

fn maps_equal(left: &Pairs<'_>, right: &Pairs<'_>) -> bool {
    left.iter().count() == right.iter().count()
        && left.iter().all(|(key, any)| {
            let other = wire::find(&right.message, right.number, key);
            other.is_some_and(|other| equal(&Value::read(any), &Value::read(other)))
        })
}
