//! Operations: what the agent says about itself.

#[cfg(test)]
pub(crate) mod fixture;
mod health;
mod ledger;
mod metrics;
mod page;
pub mod show;
mod status;
mod target;

pub use self::health::{Health, Phase};
pub use self::ledger::{LedgerLine, Ledgers};
pub use self::metrics::{Counter, Gauge, Metrics};
pub use self::page::metrics_page;
pub(crate) use self::page::resident_bytes;
pub use self::status::{Status, StoreStatus};
pub(crate) use self::target::target_info;
