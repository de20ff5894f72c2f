//! `OTEL_PROPAGATORS`: which formats to use.
//!
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>

use std::ffi::OsStr;
use std::fmt;

use crate::Propagator;
use crate::formats::FORMATS;

/// The environment variable that lists the formats: `tracecontext,baggage` when it is unset or
/// empty.
pub const OTEL_PROPAGATORS: &str = "OTEL_PROPAGATORS";

/// A name in a list of formats that no format has. It is ignored; the caller may warn, once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownFormat {
    name: String,
}

impl UnknownFormat {
    /// The name as it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "propagation format {:?} is not known and was ignored; use ",
            self.name
        )?;
        for format in FORMATS {
            write!(f, "{}, ", format.name())?;
        }
        f.write_str("or none")
    }
}

impl Propagator {
    /// The formats `OTEL_PROPAGATORS` lists, in its order; unknown names are ignored.
    ///
    /// [`from_env_with_unknown`](Self::from_env_with_unknown) gives them to whoever wants to warn.
    #[must_use]
    pub fn from_env() -> Self {
        Self::from_env_with_unknown().0
    }

    /// Like [`from_env`](Self::from_env), with the names that were ignored.
    #[must_use]
    pub fn from_env_with_unknown() -> (Self, Vec<UnknownFormat>) {
        from_variable(std::env::var_os(OTEL_PROPAGATORS).as_deref())
    }

    /// The formats a list names, in its order: separated by commas, in any case, each once.
    ///
    /// An empty list means `tracecontext,baggage`. `none`, wherever it stands, means no format.
    /// Unknown names are ignored and given back; if nothing else was named, no format is left.
    ///
    /// # Example
    ///
    /// ```
    /// use campanile_propagation::Propagator;
    ///
    /// let (propagator, unknown) = Propagator::from_names("baggage, smoke-signals");
    /// assert_eq!(propagator.names().collect::<Vec<_>>(), ["baggage"]);
    /// assert_eq!(unknown[0].name(), "smoke-signals");
    /// ```
    #[must_use]
    pub fn from_names(list: &str) -> (Self, Vec<UnknownFormat>) {
        let names: Vec<&str> = list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        if names.is_empty() {
            return (Self::w3c(), Vec::new());
        }
        let mut formats = Vec::new();
        let mut unknown = Vec::new();
        for &name in &names {
            match FORMATS
                .iter()
                .find(|format| format.name().eq_ignore_ascii_case(name))
            {
                Some(format) => formats.push(*format),
                None if is_none(name) => {}
                None => unknown.push(UnknownFormat {
                    name: name.to_owned(),
                }),
            }
        }
        if names.iter().any(|name| is_none(name)) {
            formats.clear();
        }
        (Self::from_formats(formats), unknown)
    }
}

/// A value that is no Unicode is read as well as it can be; what is damaged is unknown.
fn from_variable(value: Option<&OsStr>) -> (Propagator, Vec<UnknownFormat>) {
    Propagator::from_names(&value.unwrap_or_default().to_string_lossy())
}

fn is_none(name: &str) -> bool {
    name.eq_ignore_ascii_case("none")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(value: Option<&OsStr>) -> Vec<&'static str> {
        from_variable(value).0.names().collect()
    }

    #[test]
    fn an_unset_and_an_empty_variable_mean_the_same() {
        assert_eq!(names(None), ["tracecontext", "baggage"]);
        assert_eq!(names(Some(OsStr::new(""))), ["tracecontext", "baggage"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_unicode_keeps_the_names_that_are() {
        use std::os::unix::ffi::OsStrExt as _;
        let (propagator, unknown) = from_variable(Some(OsStr::from_bytes(b"baggage,\xff")));
        assert_eq!(propagator.names().collect::<Vec<_>>(), ["baggage"]);
        assert_eq!(unknown.len(), 1);
    }

    /// Runs itself with the variable set, because setting it here would race with other tests.
    #[test]
    fn the_variable_is_read_from_the_environment() {
        if std::env::var(OTEL_PROPAGATORS).as_deref() == Ok("baggage,smoke") {
            let (propagator, unknown) = Propagator::from_env_with_unknown();
            assert_eq!(propagator.names().collect::<Vec<_>>(), ["baggage"]);
            assert_eq!(
                Propagator::from_env().names().collect::<Vec<_>>(),
                ["baggage"]
            );
            assert_eq!(unknown[0].name(), "smoke");
            return;
        }
        let this = std::env::current_exe().expect("the test program has a path");
        let name = "the_variable_is_read_from_the_environment";
        let output = std::process::Command::new(this)
            .arg(name)
            .env(OTEL_PROPAGATORS, "baggage,smoke")
            .output()
            .expect("the test program starts");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && stdout.contains("1 passed"),
            "{stdout}"
        );
    }
}
