//! The exporter against peers that answer in every way, and its translation against the receiver's.

mod attempts;
mod otlp_only;
mod round_trip;
