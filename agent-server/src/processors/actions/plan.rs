//! Actions as steps that are quick to take.

use campanile_wire::otlp::edit::{AttributeEdit, AttributeEdits, Draft};
use campanile_wire::otlp::write::Scalar;
use regex::Regex;

use super::config::{Action, Does, Type};
use super::value::any_value;
use crate::component::BuildError;

/// What a processor does to the attributes of a message.
#[derive(Debug)]
pub(crate) struct Plan {
    steps: Vec<Step>,
    asks_peer: bool,
}

/// One thing after the other.
#[derive(Debug)]
pub(super) enum Step {
    /// Changes the type of the values of a key.
    Convert(String, Type),
    /// Puts the value of the attribute named first where the edit says.
    Copy(String, AttributeEdit),
    /// Removes attributes whose keys match.
    DeleteMatching(Regex),
    /// Edits whose keys and values are known beforehand.
    Edits(AttributeEdits),
    /// Takes a text apart.
    Extract(String, Regex),
    /// Hashes the values of a key.
    Hash(String),
    /// Hashes values whose keys match.
    HashMatching(Regex),
    /// Puts the peer's address where the edit says.
    Peer(AttributeEdit),
}

impl Plan {
    /// The plan of actions that were [checked](super::check()), at `key` of the configuration.
    pub(crate) fn new(key: &str, actions: &[Action]) -> Result<Self, BuildError> {
        let mut steps = Vec::new();
        let mut known = Vec::new();
        for (index, action) in actions.iter().enumerate() {
            let pattern = || {
                let compiled = Regex::new(&action.pattern);
                let key = format!("{key}[{index}].pattern");
                compiled.map_err(|error| BuildError::new(key, error.to_string()))
            };
            plan(action, pattern, &mut known, &mut steps)?;
        }
        flush(&mut known, &mut steps);
        let asks_peer = steps.iter().any(|step| matches!(step, Step::Peer(_)));
        Ok(Self { steps, asks_peer })
    }

    /// Whether it wants to know who sent something.
    pub(crate) fn asks_peer(&self) -> bool {
        self.asks_peer
    }

    /// Does it all to the attributes of `draft`, which came from `peer`.
    pub(crate) fn apply(&self, draft: &mut Draft<'_>, peer: Option<&str>) {
        for step in &self.steps {
            step.apply(draft, peer);
        }
    }
}

/// Appends what `action` comes to. Edits that need nothing else are gathered in `known`.
fn plan(
    action: &Action,
    pattern: impl Fn() -> Result<Regex, BuildError>,
    known: &mut Vec<AttributeEdit>,
    steps: &mut Vec<Step>,
) -> Result<(), BuildError> {
    let key = action.key.as_str();
    let step = match action.action {
        Some(does @ (Does::Insert | Does::Update | Does::Upsert)) => {
            let edit = edit(does, key);
            if !action.from_attribute.is_empty() {
                Step::Copy(action.from_attribute.clone(), edit)
            } else if !action.from_context.is_empty() {
                Step::Peer(edit)
            } else {
                known.push(edit.with_value(&any_value(&action.value)));
                return Ok(());
            }
        }
        Some(Does::Delete) => {
            if !key.is_empty() {
                known.push(AttributeEdit::delete(key));
            }
            if action.pattern.is_empty() {
                return Ok(());
            }
            Step::DeleteMatching(pattern()?)
        }
        Some(Does::Hash) => {
            flush(known, steps);
            if !key.is_empty() {
                steps.push(Step::Hash(key.to_owned()));
            }
            if action.pattern.is_empty() {
                return Ok(());
            }
            Step::HashMatching(pattern()?)
        }
        Some(Does::Extract) => Step::Extract(key.to_owned(), pattern()?),
        Some(Does::Convert) => match action.converted_type {
            Some(to) => Step::Convert(key.to_owned(), to),
            None => return Ok(()),
        },
        None => return Ok(()),
    };
    flush(known, steps);
    steps.push(step);
    Ok(())
}

/// An edit whose value is still to come.
fn edit(does: Does, key: &str) -> AttributeEdit {
    let nothing = Scalar::Text("");
    match does {
        Does::Insert => AttributeEdit::insert(key, nothing),
        Does::Update => AttributeEdit::update(key, nothing),
        _ => AttributeEdit::upsert(key, nothing),
    }
}

fn flush(known: &mut Vec<AttributeEdit>, steps: &mut Vec<Step>) {
    if !known.is_empty() {
        steps.push(Step::Edits(AttributeEdits::new(known.drain(..))));
    }
}
