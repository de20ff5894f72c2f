//! Extensions: one folder each. To add one, write the folder, its `mod` line and its list line.

use crate::component::{Entry, Extension};

/// Every extension the agent knows.
pub static EXTENSIONS: &[Entry<Box<dyn Extension>>] = &[];
