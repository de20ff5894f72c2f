//! Operations: what the agent says about itself.

mod health;
mod metrics;

pub use self::health::{Health, Phase};
pub use self::metrics::{Counter, Gauge, Metrics};
