//! The testing kit.

#[cfg(test)]
pub(crate) mod words;
