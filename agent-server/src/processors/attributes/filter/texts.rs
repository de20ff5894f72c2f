//! Comparing texts.

use regex::RegexSet;

use super::super::config::MatchType;
use crate::component::BuildError;

/// Texts, one of which another is to be like.
#[derive(Debug)]
pub(super) enum Texts {
    /// Anywhere in it.
    Regexp(RegexSet),
    /// Letter by letter.
    Strict(Vec<String>),
}

impl Texts {
    /// `None` when there is nothing to compare with. `key` is where they are configured.
    pub(super) fn new(
        key: &str,
        how: MatchType,
        texts: &[String],
    ) -> Result<Option<Self>, BuildError> {
        if texts.is_empty() {
            return Ok(None);
        }
        Self::one_of(key, how, texts).map(Some)
    }

    pub(super) fn one_of(key: &str, how: MatchType, texts: &[String]) -> Result<Self, BuildError> {
        Ok(match how {
            MatchType::Strict => Self::Strict(texts.to_vec()),
            MatchType::Regexp => {
                let set = RegexSet::new(texts);
                Self::Regexp(set.map_err(|error| BuildError::new(key, error.to_string()))?)
            }
        })
    }

    pub(super) fn are_like(&self, text: &str) -> bool {
        match self {
            Self::Regexp(set) => set.is_match(text),
            Self::Strict(texts) => texts.iter().any(|other| other == text),
        }
    }
}
