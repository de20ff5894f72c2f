//! Who is measured.

use std::str::FromStr;

use crate::suites::OURS;

/// What takes the spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Campanile,
    /// A processor that drops them: what making a span costs.
    Nothing,
    Sdk,
}

impl Subject {
    /// Those that send spans.
    pub(super) const SENDERS: [Self; 2] = [Self::Campanile, Self::Sdk];

    /// What rows are named, and arguments.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Campanile => OURS,
            Self::Nothing => "nothing",
            Self::Sdk => "sdk",
        }
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        [Self::Campanile, Self::Nothing, Self::Sdk]
            .into_iter()
            .find(|subject| subject.name() == name)
            .ok_or_else(|| format!("no subject is named {name}"))
    }
}
