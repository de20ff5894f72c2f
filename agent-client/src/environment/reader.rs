//! Looks variables up and gathers what was not understood.

use std::time::Duration;

use super::{Settings, Warning};

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

    /// The value as it is.
    pub(super) fn raw(&self, variable: &str) -> Option<String> {
        (self.lookup)(variable)
    }

    /// The value without blanks around it; an empty one counts as unset.
    /// <https://opentelemetry.io/docs/specs/otel/configuration/common/#empty-value>
    pub(super) fn text(&self, variable: &str) -> Option<String> {
        let value = self.raw(variable)?;
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
        let is_same = |other: &Warning| other.variable == variable && other.value == warning.value;
        if !self.warnings.iter().any(is_same) {
            self.warnings.push(warning);
        }
    }

    /// A value that `parse` understands: that of the first name whose value is understood. A
    /// warning for every one before.
    /// <https://opentelemetry.io/docs/specs/otel/configuration/common/#numeric>
    pub(super) fn parse<T>(
        &mut self,
        variables: &[&'static str],
        accepted: &str,
        used: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let mut bad = Vec::new();
        let mut good = None;
        for &variable in variables {
            let Some(value) = self.text(variable) else {
                continue;
            };
            if let Some(parsed) = parse(&value) {
                good = Some((value, parsed));
                break;
            }
            bad.push((variable, value));
        }
        let used = good.as_ref().map_or(used, |(value, _)| value);
        for (variable, value) in bad {
            self.warn(variable, value, accepted, used);
        }
        good.map(|(_, parsed)| parsed)
    }

    /// Like [`parse`](Self::parse), for names in any case: `parse` gets them in lower case.
    /// <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#enum>
    pub(super) fn name<T>(
        &mut self,
        variables: &[&'static str],
        accepted: &str,
        used: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let parse = |value: &str| parse(&value.to_ascii_lowercase());
        self.parse(variables, accepted, used, parse)
    }

    /// Whether the first name that is set says `true`. Whatever else it says means `false`.
    /// <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#boolean>
    pub(super) fn boolean(&mut self, variables: &[&'static str]) -> bool {
        let Some((variable, value)) = self.first(variables) else {
            return false;
        };
        let is_true = value.eq_ignore_ascii_case("true");
        if !is_true && !value.eq_ignore_ascii_case("false") {
            self.warn(variable, value, "true or false", "false");
        }
        is_true
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
        self.parse(variables, &accepted, &used, parse).or(default)
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
        self.parse(variables, &accepted, &used, parse)
            .map_or(default, |millis| Duration::from_millis(millis.into()))
    }

    /// Like [`millis`](Self::millis), for a time limit: zero is none.
    /// <https://opentelemetry.io/docs/specs/otel/configuration/common/#timeout>
    pub(super) fn timeout(&mut self, variables: &[&'static str], default: Duration) -> Duration {
        match self.millis(variables, 0, default) {
            Duration::ZERO => Settings::LONGEST,
            timeout => timeout,
        }
    }
}
