//! The table of users.

use std::collections::HashMap;

use super::hash::Hash;

/// Names that one table may have.
const MAX_USERS: usize = 100_000;

/// Names, and what their passwords are compared with.
#[derive(Default)]
pub(super) struct Table(HashMap<String, Hash>);

impl Table {
    /// Reads lines of `name:hash`; empty lines and comments are none.
    ///
    /// # Errors
    ///
    /// Which line is none of that, and why. The line is not repeated.
    pub(super) fn read(&mut self, text: &str) -> Result<(), String> {
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index + 1;
            let (name, hash) = line
                .split_once(':')
                .ok_or_else(|| format!("line {number} is not `name:hash`"))?;
            let hash = Hash::parse(hash).map_err(|wrong| format!("line {number}: {wrong}"))?;
            if self.0.len() >= MAX_USERS {
                return Err(format!("has more than {MAX_USERS} names"));
            }
            self.0.insert(name.to_owned(), hash);
        }
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Hash> {
        self.0.get(name)
    }

    /// A slow one, if there is any.
    pub(super) fn slow(&self) -> Option<&Hash> {
        self.0.values().find(|hash| hash.is_slow())
    }
}
