//! The exporter against peers that answer in every way, and its translation against the receiver's.

mod attempts;
mod round_trip;
