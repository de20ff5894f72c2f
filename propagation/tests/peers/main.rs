//! Our formats beside the published propagators: equal on valid input, and where they differ, as
//! `src/docs/differences.md` says.

mod differences;
mod published;
mod valid;
mod words;
