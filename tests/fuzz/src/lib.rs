//! The bodies of the targets, which the workspace's tests share: this crate builds only what they need.

#[path = "../../src/fuzz/mod.rs"]
mod fuzz;

pub use fuzz::run;
