//! What texts say of telemetry, and do to it.

mod conditions;
mod editors;
mod functions;
mod mistakes;
mod random;
mod records;
