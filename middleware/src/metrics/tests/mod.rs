//! What is measured, by whom, and how many series that makes.

mod instruments;
mod outcomes;
