//! Values of attributes.

use campanile_wire::otlp::write::{Scalar, attribute};
use campanile_wire::zipkin::Value;

/// Appends an attribute as field `number`; `parse` says whether text may become something else.
pub(super) fn put(out: &mut Vec<u8>, number: u32, key: &str, value: &Value<'_>, parse: bool) {
    let scalar = match value.as_scalar() {
        Scalar::Text(text) if parse => parsed(text),
        scalar => scalar,
    };
    attribute(out, number, key, scalar);
}

/// What a text looks like: a truth value; a number as JSON has it, if it fits; else itself.
fn parsed(text: &str) -> Scalar<'_> {
    match text {
        "true" => return Scalar::Bool(true),
        "false" => return Scalar::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let is_number = match digits {
        [b'0'] => true,
        [b'0', next, ..] => matches!(next, b'.' | b'e' | b'E'),
        [first, ..] => first.is_ascii_digit(),
        [] => false,
    };
    if !is_number {
        return Scalar::Text(text);
    }
    if digits.iter().all(u8::is_ascii_digit) {
        return text.parse().map_or(Scalar::Text(text), Scalar::Int);
    }
    let double = text.parse().ok().filter(|double: &f64| double.is_finite());
    double.map_or(Scalar::Text(text), Scalar::Double)
}

/// A count as text, as exporters write it.
pub(super) fn count(value: &Value<'_>) -> Option<u32> {
    match value {
        Value::Int(number) => u32::try_from(*number).ok(),
        value => {
            let text = value.as_text()?;
            let plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| plain)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_a_number_only_where_nothing_is_lost() {
        for (text, expected) in [
            ("0", Scalar::Int(0)),
            ("-7", Scalar::Int(-7)),
            ("1.5", Scalar::Double(1.5)),
            ("0.5", Scalar::Double(0.5)),
            ("2e3", Scalar::Double(2_000.0)),
            ("true", Scalar::Bool(true)),
            ("false", Scalar::Bool(false)),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
        let others = [
            "",
            "-",
            "007",
            "+1",
            "1e999",
            "99999999999999999999",
            "NaN",
            "inf",
            "1 ",
            "True",
            "1_0",
            "0x1",
            ".5",
        ];
        for text in others {
            assert_eq!(parsed(text), Scalar::Text(text));
        }
    }
}
