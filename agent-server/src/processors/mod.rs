//! Processors: one folder each. To add one, write the folder, its `mod` line and its list line.

mod actions;
mod attributes;
mod batch;
mod resource;

use crate::component::{Entry, Processing};

/// Every processor the agent knows.
pub static PROCESSORS: &[Entry<Processing>] = &[
    Entry::of::<attributes::Attributes>(),
    Entry::of::<batch::Batch>(),
    Entry::of::<resource::Resource>(),
];
