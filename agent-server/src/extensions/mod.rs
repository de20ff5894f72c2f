//! Extensions: one folder each. To add one, write the folder, its `mod` line and its list line.

use crate::component::{Entry, Extension};

pub mod basicauth;
pub mod bearertokenauth;
pub(crate) mod file_storage;
pub mod health_check;
pub mod zpages;

/// Every extension the agent knows.
pub static EXTENSIONS: &[Entry<Box<dyn Extension>>] = &[
    Entry::of::<basicauth::BasicAuth>(),
    Entry::of::<bearertokenauth::BearerTokenAuth>(),
    Entry::of::<file_storage::FileStorage>(),
    Entry::of::<health_check::HealthCheckFactory>(),
    Entry::of::<zpages::ZpagesFactory>(),
];
