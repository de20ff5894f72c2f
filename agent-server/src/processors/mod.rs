//! Processors: one folder each. To add one, write the folder, its `mod` line and its list line.

mod actions;
mod attributes;
mod batch;
mod filter;
pub(crate) mod groupbynode;
mod k8sattributes;
mod memory_limiter;
mod probabilistic_sampler;
mod redaction;
mod resource;
pub(crate) mod resourcedetection;
mod tail_sampling;
mod transform;

use crate::component::{Entry, Processing};

/// Every processor the agent knows.
pub static PROCESSORS: &[Entry<Processing>] = &[
    Entry::of::<attributes::Attributes>(),
    Entry::of::<batch::Batch>(),
    Entry::of::<filter::FilterFactory>(),
    Entry::of::<groupbynode::GroupByNode>(),
    Entry::of::<k8sattributes::K8sAttributesFactory>(),
    Entry::of::<memory_limiter::MemoryLimiter>(),
    Entry::of::<probabilistic_sampler::Probabilistic>(),
    Entry::of::<redaction::RedactionFactory>(),
    Entry::of::<resource::Resource>(),
    Entry::of::<resourcedetection::ResourceDetection>(),
    Entry::of::<tail_sampling::TailSampling>(),
    Entry::of::<transform::TransformFactory>(),
];
