//! The `ot` member of a W3C `tracestate`: read, changed, written.
//!
//! What others wrote stays, in order, behind ours: a member that changed moves to the front.
//!
//! Specifications: <https://www.w3.org/TR/trace-context/#tracestate-header>,
//! <https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/>.

use super::threshold::{Randomness, Threshold};

/// The longest `tracestate` that is read.
const MAX_LENGTH: usize = 1_024;

/// The most members that are read.
const MAX_MEMBERS: usize = 32;

/// The longest value of a member.
const MAX_VALUE: usize = 256;

/// A `tracestate` that is none, or whose `ot` member is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// What a `tracestate` says of sampling, and the rest of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TraceState<'a> {
    /// All of it.
    text: &'a str,
    /// The value of its `ot` member.
    ot: &'a str,
    /// `rv`, as it was written.
    explicit: Option<(Randomness, &'a str)>,
    /// `th`.
    threshold: Option<Threshold>,
}

impl<'a> TraceState<'a> {
    /// Reads `text`, which may be empty.
    pub(super) fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut state = Self {
            text,
            ..Self::default()
        };
        if text.len() > MAX_LENGTH {
            return Err(Malformed);
        }
        for (index, member) in members(text).enumerate() {
            let (key, value) = member.split_once('=').ok_or(Malformed)?;
            if index >= MAX_MEMBERS || !is_key(key) || !is_value(value) {
                return Err(Malformed);
            }
            if key == "ot" {
                state.set(value)?;
            }
        }
        Ok(state)
    }

    /// Reads the value of the `ot` member.
    fn set(&mut self, ot: &'a str) -> Result<(), Malformed> {
        self.ot = ot;
        self.explicit = None;
        self.threshold = None;
        for field in ot.split(';') {
            let (key, value) = field.split_once(':').ok_or(Malformed)?;
            if !is_field_key(key) || !value.bytes().all(is_field_value) {
                return Err(Malformed);
            }
            match key {
                "rv" => self.explicit = Some((Randomness::parse(value).ok_or(Malformed)?, value)),
                "th" => self.threshold = Some(Threshold::parse(value).ok_or(Malformed)?),
                _ => {}
            }
        }
        Ok(())
    }

    /// The randomness that is said, which counts instead of the trace id's.
    pub(super) fn explicit(&self) -> Option<Randomness> {
        self.explicit.map(|(randomness, _)| randomness)
    }

    /// The threshold that the item has passed.
    pub(super) fn threshold(&self) -> Option<Threshold> {
        self.threshold
    }

    /// Appends the `tracestate` with other sampling fields: `new` randomness, where none is said,
    /// and `threshold`.
    pub(super) fn write(&self, new: Option<Randomness>, threshold: Threshold, out: &mut String) {
        out.push_str("ot=");
        match (self.explicit, new) {
            (Some((_, written)), _) => {
                out.push_str("rv:");
                out.push_str(written);
                out.push(';');
            }
            (None, Some(new)) => {
                out.push_str("rv:");
                new.write(out);
                out.push(';');
            }
            (None, None) => {}
        }
        out.push_str("th:");
        threshold.write(out);
        let others = self.ot.split(';');
        for field in others.filter(|field| !field.is_empty() && !is_sampling(field)) {
            out.push(';');
            out.push_str(field);
        }
        for member in members(self.text).filter(|member| !member.starts_with("ot=")) {
            out.push(',');
            out.push_str(member);
        }
    }
}

/// The members of a list that may be empty, and may have empty ones.
fn members(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(|member| member.trim_matches([' ', '\t']))
        .filter(|member| !member.is_empty())
}

fn is_sampling(field: &str) -> bool {
    field.starts_with("rv:") || field.starts_with("th:")
}

/// `vendor`, or `tenant@vendor`.
fn is_key(key: &str) -> bool {
    let rest = |text: &str| {
        let allowed = |c: u8| is_lower_or_digit(c) || matches!(c, b'_' | b'-' | b'*' | b'/');
        text.bytes().all(allowed)
    };
    let lower = |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase()) && rest(text);
    match key.split_once('@') {
        None => key.len() <= MAX_VALUE && lower(key),
        Some((tenant, system)) => {
            let starts = tenant.bytes().next().is_some_and(is_lower_or_digit);
            starts && tenant.len() <= 241 && rest(tenant) && system.len() <= 14 && lower(system)
        }
    }
}

fn is_value(value: &str) -> bool {
    let allowed = |c: u8| matches!(c, b' '..=b'~') && !matches!(c, b',' | b'=');
    let full = !value.is_empty() && value.len() <= MAX_VALUE && !value.ends_with(' ');
    full && value.bytes().all(allowed)
}

fn is_field_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_lowercase()) && key.bytes().all(is_lower_or_digit)
}

fn is_field_value(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-')
}

fn is_lower_or_digit(c: u8) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}
