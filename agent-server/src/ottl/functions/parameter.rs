//! What a function wants to be given.

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Parameter {
    /// The name, for `name = value`.
    pub(in super::super) name: &'static str,
    pub(in super::super) kind: Kind,
    pub(in super::super) optional: bool,
}

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// One of these strings, written out.
    Choice(&'static [&'static str]),
    /// A string with `*` and `?`, written out.
    Glob,
    /// A whole number of at least 0, written out.
    Integer,
    /// A path to a map.
    Map,
    /// A regular expression, written out.
    Pattern,
    /// A path that can be set.
    Target,
    /// A string, written out.
    Text,
    /// A list of strings, written out.
    Texts,
    /// Anything with a value.
    Value,
}

impl Parameter {
    /// A parameter that must be given.
    pub(in super::super) const fn of(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            optional: false,
        }
    }

    /// A parameter that may be left out.
    pub(in super::super) const fn optional(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            optional: true,
        }
    }

    /// A value by this name.
    pub(in super::super) const fn value(name: &'static str) -> Self {
        Self::of(name, Kind::Value)
    }
}
