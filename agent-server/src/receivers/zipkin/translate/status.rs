//! The status of a span.
//!
//! Exporters of OpenTelemetry write `otel.status_code` (and, of an error, its message as `error`);
//! others only `error`:
//!
//! | `otel.status_code` | `error` | status | the tag `error` |
//! |---|---|---|---|
//! | `ERROR` | empty, `true` | error | is gone |
//! | `ERROR` | other text | error; the text is its message, unless there is `otel.status_description` | is gone, or stays beside the description |
//! | `OK`, `UNSET` | anything | as it says | stays |
//! | none | `false` or none | unset | stays |
//! | none | empty, `true` | error | is gone |
//! | none | other text | error, and the text is its message | stays, because others look for it |
//!
//! The code is read in any case, and with `STATUS_CODE_` before it. A code that is none of these is
//! an attribute like any other.

use campanile_wire::zipkin::Value;

/// What the tags of a span say about its status.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told<'s> {
    pub(super) code: Option<u64>,
    pub(super) description: Option<&'s str>,
    pub(super) error: Option<&'s Value<'s>>,
}

/// A status, and whether the tag `error` remains beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Status<'s> {
    pub(super) code: u64,
    pub(super) message: &'s str,
    pub(super) error_stays: bool,
}

const ERROR: u64 = 2;

/// The number of a status code.
pub(super) fn code(value: &Value<'_>) -> Option<u64> {
    let name = value.as_text()?;
    let prefix = "STATUS_CODE_";
    let name = match name.get(..prefix.len()) {
        Some(start) if start.eq_ignore_ascii_case(prefix) => &name[prefix.len()..],
        _ => name,
    };
    let codes = ["UNSET", "OK", "ERROR"];
    let code = codes
        .iter()
        .position(|code| name.eq_ignore_ascii_case(code));
    code.map(|code| code as u64)
}

impl<'s> Told<'s> {
    /// The status that it comes to.
    pub(super) fn status(self) -> Status<'s> {
        let message = self.description.unwrap_or("");
        let status = Status {
            code: self.code.unwrap_or(0),
            message,
            error_stays: self.error.is_some(),
        };
        let error = match (self.code, self.error) {
            (Some(ERROR) | None, Some(error)) => error,
            _ => return status,
        };
        let gone = Status {
            code: ERROR,
            error_stays: false,
            ..status
        };
        match (error, self.code) {
            (Value::Bool(true), _) => gone,
            (Value::Text(text), _) if text.is_empty() || text == "true" => gone,
            (Value::Bool(false), None) => status,
            (Value::Text(text), None) if text == "false" => status,
            (Value::Text(text), Some(_)) if self.description.is_none_or(|told| told == text) => {
                Status {
                    message: text,
                    ..gone
                }
            }
            (Value::Text(text), None) if self.description.is_none() => Status {
                code: ERROR,
                message: text,
                ..status
            },
            _ => Status {
                code: ERROR,
                ..status
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_holds() {
        let (none, ok, error) = (None, Some(1), Some(2));
        for (code, description, text, expected) in [
            (error, None, Some(""), (2, "", false)),
            (error, None, Some("true"), (2, "", false)),
            (error, None, Some("no"), (2, "no", false)),
            (error, None, None, (2, "", false)),
            (error, Some("d"), Some("no"), (2, "d", true)),
            (error, Some("d"), Some("true"), (2, "d", false)),
            (error, Some("no"), Some("no"), (2, "no", false)),
            (ok, None, Some("true"), (1, "", true)),
            (ok, Some("d"), None, (1, "d", false)),
            (Some(0), None, Some("no"), (0, "", true)),
            (none, None, None, (0, "", false)),
            (none, None, Some("false"), (0, "", true)),
            (none, None, Some(""), (2, "", false)),
            (none, None, Some("true"), (2, "", false)),
            (none, None, Some("no"), (2, "no", true)),
            (none, Some("d"), Some("no"), (2, "d", true)),
        ] {
            let value = text.map(|text| Value::Text(text.into()));
            let told = Told {
                code,
                description,
                error: value.as_ref(),
            };
            let Status {
                code: found,
                message,
                error_stays,
            } = told.status();
            assert_eq!((found, message, error_stays), expected, "{told:?}");
        }
    }

    #[test]
    fn a_code_is_read_in_either_spelling() {
        for (text, expected) in [
            ("ERROR", Some(2)),
            ("Ok", Some(1)),
            ("STATUS_CODE_UNSET", Some(0)),
            ("status_code_error", Some(2)),
            ("", None),
            ("2", None),
            ("STATUS_CODE_", None),
        ] {
            assert_eq!(code(&Value::Text(text.into())), expected, "{text}");
        }
    }
}
