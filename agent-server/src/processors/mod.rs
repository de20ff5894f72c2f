//! Processors: one folder each. To add one, write the folder, its `mod` line and its list line.

mod actions;
mod attributes;
mod batch;
mod probabilistic_sampler;
mod resource;

use crate::component::{Entry, Processing};

/// Every processor the agent knows.
pub static PROCESSORS: &[Entry<Processing>] = &[
    Entry::of::<attributes::Attributes>(),
    Entry::of::<batch::Batch>(),
    Entry::of::<probabilistic_sampler::Probabilistic>(),
    Entry::of::<resource::Resource>(),
];
