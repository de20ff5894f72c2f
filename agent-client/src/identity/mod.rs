//! Who sends the spans: one description of the process for both protocols.

pub(crate) mod process;
mod resource;

pub(crate) use self::resource::{resource, text};
