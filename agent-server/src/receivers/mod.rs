//! Receivers: one folder each. To add one, write the folder, its `mod` line and its list line.

use crate::component::{Entry, Receiver};

/// Every receiver the agent knows.
pub static RECEIVERS: &[Entry<Box<dyn Receiver>>] = &[];
