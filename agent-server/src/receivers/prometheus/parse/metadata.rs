//! `# HELP`, `# TYPE` and `# UNIT`.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::error::Wrong;
use super::labels::{is_metric_name, unescape};

/// A line of metadata, taken apart but for its last part.
#[derive(Clone, Debug)]
pub(super) struct Metadata<'t> {
    /// `HELP`, `TYPE`, `UNIT`, or anything else.
    pub(super) keyword: &'t str,
    /// The family.
    pub(super) name: Cow<'t, str>,
    /// What is said of it.
    pub(super) text: &'t str,
}

/// Reads the name of a family, which may be quoted.
pub(super) fn name<'t>(at: &mut Cursor<'t>) -> Result<Cow<'t, str>, Wrong> {
    if at.eat("\"") {
        let name = unescape(at.quoted().ok_or(Wrong::Name)?, true);
        return if name.is_empty() {
            Err(Wrong::Name)
        } else {
            Ok(name)
        };
    }
    let name = at.token();
    if is_metric_name(name) {
        Ok(Cow::Borrowed(name))
    } else {
        Err(Wrong::Name)
    }
}
