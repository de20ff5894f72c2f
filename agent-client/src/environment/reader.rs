//! Looks variables up and gathers what was not understood.

use std::time::Duration;

use super::Warning;

pub(super) struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    warnings: Vec<Warning>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            lookup,
            warnings: Vec::new(),
        }
    }

    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }

    /// The value without blanks around it; an empty one counts as unset.
    /// <https://opentelemetry.io/docs/specs/otel/configuration/common/#empty-value>
    pub(super) fn text(&self, variable: &str) -> Option<String> {
        let value = (self.lookup)(variable)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// The first of several names that is set.
    pub(super) fn first(&self, variables: &[&'static str]) -> Option<(&'static str, String)> {
        variables
            .iter()
            .find_map(|&variable| Some((variable, self.text(variable)?)))
    }

    pub(super) fn warn(
        &mut self,
        variable: &'static str,
        value: impl Into<String>,
        accepted: impl Into<String>,
        used: impl Into<String>,
    ) {
        let warning = Warning {
            variable,
            value: value.into(),
            accepted: accepted.into(),
            used: used.into(),
        };
        // A variable of all signals is read for each.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// A value that `parse` understands; a warning when it does not.
    pub(super) fn parse<T>(
        &mut self,
        variable: &'static str,
        accepted: &str,
        used: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.parse_first(&[variable], accepted, used, parse)
    }

    /// Like [`parse`](Self::parse), for the first of several names that is set.
    pub(super) fn parse_first<T>(
        &mut self,
        variables: &[&'static str],
        accepted: &str,
        used: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let (variable, value) = self.first(variables)?;
        let parsed = parse(&value);
        if parsed.is_none() {
            self.warn(variable, value, accepted, used);
        }
        parsed
    }

    pub(super) fn boolean(&mut self, variables: &[&'static str], default: bool) -> bool {
        let used = if default { "true" } else { "false" };
        let parse = |value: &str| match value.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        self.parse_first(variables, "true or false", used, parse)
            .unwrap_or(default)
    }

    /// A number of at least `min`.
    pub(super) fn number<T>(
        &mut self,
        variables: &[&'static str],
        min: T,
        default: Option<T>,
    ) -> Option<T>
    where
        T: Copy + std::fmt::Display + std::str::FromStr + PartialOrd,
    {
        let accepted = format!("a whole number of at least {min}");
        let used = default.map_or_else(|| "no limit".to_owned(), |default| default.to_string());
        let parse = |value: &str| value.parse::<T>().ok().filter(|number| *number >= min);
        self.parse_first(variables, &accepted, &used, parse)
            .or(default)
    }

    /// A time in milliseconds, of at least `min` milliseconds.
    pub(super) fn millis(
        &mut self,
        variables: &[&'static str],
        min: u32,
        default: Duration,
    ) -> Duration {
        let accepted = format!("milliseconds, a whole number of at least {min}");
        let used = default.as_millis().to_string();
        // Thirty-two bits are 49 days: more would overflow a clock somewhere below.
        let parse = |value: &str| value.parse::<u32>().ok().filter(|number| *number >= min);
        self.parse_first(variables, &accepted, &used, parse)
            .map_or(default, |millis| Duration::from_millis(millis.into()))
    }
}
