//! Lanes on a paused clock, with an exporter that does as it is told.

mod balance;
mod bounds;
mod log;
mod poison;
mod retries;
mod stopping;
mod support;
