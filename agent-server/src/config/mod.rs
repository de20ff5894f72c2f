//! Configuration: YAML in the OpenTelemetry Collector's shape.

mod values;

pub use self::values::{ByteSize, Endpoint, HumanDuration};
