//! `${NAME}` in the values of a configuration file.
//!
//! <https://opentelemetry.io/docs/specs/otel/configuration/data-model/#environment-variable-substitution>

/// Puts values for `${NAME}`, `${env:NAME}` and `${NAME:-default}`, and `$` for `$$`. What was put
/// in is not looked at again.
///
/// # Errors
///
/// The reference that is none.
pub(super) fn substitute(
    text: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, found) = rest.split_at(at);
        output.push_str(before);
        if let Some(after) = found.strip_prefix("$$") {
            output.push('$');
            rest = after;
        } else if let Some((inner, after)) = reference(found) {
            let value = value(inner, lookup).ok_or_else(|| shown(inner))?;
            output.push_str(&value);
            rest = after;
        } else {
            output.push('$');
            rest = &found[1..];
        }
    }
    output.push_str(rest);
    Ok(output)
}

/// A reference without its default, which could be a secret.
fn shown(inner: &str) -> String {
    let name = inner.split_once(":-").map_or(inner, |(name, _)| name);
    format!("${{{name}}}")
}

/// What stands between the braces at the beginning of a text, and what follows them.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (inner, after) = text.strip_prefix("${")?.split_once('}')?;
    // An escape ends what is looked at.
    (!inner.is_empty() && !inner.contains("$$")).then_some((inner, after))
}

/// The value of what stands between the braces; `None` if that is no name.
fn value(inner: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let inner = inner.strip_prefix("env:").unwrap_or(inner);
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, default),
        None => (inner, ""),
    };
    let is_first = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let is_next = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_name = name.as_bytes().first().is_some_and(is_first) && name.bytes().all(is_next);
    if !is_name || default.contains('\n') {
        return None;
    }
    let value = lookup(name).filter(|value| !value.is_empty());
    Some(value.unwrap_or_else(|| default.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::substitute;

    /// The environment of the specification's examples.
    fn lookup(name: &str) -> Option<String> {
        let value = match name {
            "STRING_VALUE" => "value",
            "BOOL_VALUE" => "true",
            "FLOAT_VALUE" => "1.1",
            "EMPTY" => "",
            "INVALID_MAP_VALUE" => "value\nkey:value",
            "DO_NOT_REPLACE_ME" => "Never use this value",
            "REPLACE_ME" => "${DO_NOT_REPLACE_ME}",
            "VALUE_WITH_ESCAPE" => "value$$",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn the_examples_of_the_specification_hold() {
        for (input, output) in [
            ("${STRING_VALUE}", "value"),
            ("${env:STRING_VALUE}", "value"),
            ("${INVALID_MAP_VALUE}", "value\nkey:value"),
            ("foo ${STRING_VALUE} ${FLOAT_VALUE}", "foo value 1.1"),
            ("${UNDEFINED_KEY}", ""),
            ("${UNDEFINED_KEY:-fallback}", "fallback"),
            ("${EMPTY:-fallback}", "fallback"),
            ("${REPLACE_ME}", "${DO_NOT_REPLACE_ME}"),
            ("${UNDEFINED_KEY:-${STRING_VALUE}}", "${STRING_VALUE}"),
            ("$${STRING_VALUE}", "${STRING_VALUE}"),
            ("$$${STRING_VALUE}", "$value"),
            ("$$$${STRING_VALUE}", "$${STRING_VALUE}"),
            ("$${STRING_VALUE:-fallback}", "${STRING_VALUE:-fallback}"),
            (
                "$${STRING_VALUE:-${STRING_VALUE}}",
                "${STRING_VALUE:-value}",
            ),
            (
                "${UNDEFINED_KEY:-$${UNDEFINED_KEY}}",
                "${UNDEFINED_KEY:-${UNDEFINED_KEY}}",
            ),
            ("${VALUE_WITH_ESCAPE}", "value$$"),
            ("a $$ b", "a $ b"),
            ("a $ b", "a $ b"),
            ("$${FOO} ${BOOL_VALUE} $${BAZ}", "${FOO} true ${BAZ}"),
            ("${", "${"),
            ("${}", "${}"),
            ("\u{e4}$", "\u{e4}$"),
        ] {
            assert_eq!(substitute(input, &lookup).unwrap(), output, "{input}");
        }
    }

    #[test]
    fn a_reference_without_a_name_is_a_mistake() {
        for text in [
            "${STRING_VALUE:?error}",
            "${1API_KEY}",
            "${API_$KEY}",
            "${API KEY}",
            "${sys:name}",
            "${env:}",
        ] {
            assert_eq!(substitute(text, &lookup).unwrap_err(), text);
        }
        for (text, shown) in [("${:-x}", "${}"), ("${A B:-secret}", "${A B}")] {
            assert_eq!(substitute(text, &lookup).unwrap_err(), shown);
        }
        substitute("${A:-a\nb}", &lookup).unwrap_err();
    }
}
