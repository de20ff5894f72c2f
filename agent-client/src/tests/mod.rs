//! The unit tests of files that `tests/model` builds too: there they would run as well, but on
//! primitives that work in a model only.

mod queue;
mod shutdown;
