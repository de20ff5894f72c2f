//! The lines of a tree.

use crate::store::tree::Row;

/// Levels that are drawn; what is deeper says how deep.
const MAX_DEPTH: usize = 40;

// The lines of the tree.
const BRANCH: &str = "\u{251c}\u{2500} ";
const CORNER: &str = "\u{2514}\u{2500} ";
const TRUNK: &str = "\u{2502}  ";
const GAP: &str = "   ";

/// What is drawn left of a row's text.
pub(super) struct Lines {
    /// Before the row itself.
    pub(super) own: String,
    /// Before what belongs to the row, without the line to its children.
    under: String,
}

impl Lines {
    /// The lines of `row` below the rows of `path`.
    pub(super) fn new(path: &[Row], row: Row) -> Self {
        let drawn = row.depth.min(MAX_DEPTH);
        let mut under = String::new();
        for above in path.iter().take(drawn).skip(1) {
            under.push_str(if above.last { GAP } else { TRUNK });
        }
        let mut own = under.clone();
        if row.depth > 0 {
            own.push_str(if row.last { CORNER } else { BRANCH });
            under.push_str(if row.last { GAP } else { TRUNK });
        }
        if row.depth > MAX_DEPTH {
            own.push_str(&format!("[level {}] ", row.depth));
        }
        Self { own, under }
    }

    /// The lines before what belongs to the row, indented from its text.
    pub(super) fn below(&self, has_children: bool) -> String {
        let line = if has_children { TRUNK } else { GAP };
        format!("{}{line}  ", self.under)
    }
}
