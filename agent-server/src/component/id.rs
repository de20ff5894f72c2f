//! Component ids: `type` or `type/name`.

use std::fmt;
use std::str::FromStr;

/// What a component is called in configuration: its type and, if there are several, a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComponentId {
    kind: String,
    name: Option<String>,
}

/// The text is not `type` or `type/name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a component id is `type` or `type/name`, neither part empty")]
pub struct InvalidId;

impl ComponentId {
    /// The type: which entry of the registry it is.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }
}

impl FromStr for ComponentId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (kind, name) = match text.split_once('/') {
            Some((kind, name)) => (kind, Some(name)),
            None => (text, None),
        };
        if kind.trim().is_empty() || name.is_some_and(|name| name.trim().is_empty()) {
            return Err(InvalidId);
        }
        Ok(Self {
            kind: kind.to_owned(),
            name: name.map(str::to_owned),
        })
    }
}

impl fmt::Display for ComponentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.kind)?;
        match &self.name {
            Some(name) => write!(formatter, "/{name}"),
            None => Ok(()),
        }
    }
}
