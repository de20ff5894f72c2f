//! What a CLIENT span says, whose child it is, and what is sent.

mod hyper;
mod spans;
