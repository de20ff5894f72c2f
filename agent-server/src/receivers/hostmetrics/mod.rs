//! `hostmetrics`: reads what the machine and its processes use, every now and then, as metrics.
//!
//! Names, attributes and units are the Collector's. Every metric is cumulative since the machine
//! (or the process) started, so that a reading that was missed costs resolution and nothing else.
//!
//! | file | what |
//! |---|---|
//! | `receiver` | when to read, and handing over |
//! | `collect` | one reading: every scraper, into requests |
//! | `scrapers` | from readings to metrics, one file each |
//! | `host` | what can be read: `/proc` on Linux, `sysinfo` elsewhere |
//! | `points` | writing metrics as OTLP |
//!
//! Keys, defaults and metrics are in the folder's `README.md`.
//!
//! # Limits
//!
//! At most 1,024 processors, 512 disks, 512 network interfaces, 512 file systems and 4,096 processes
//! are read; what is beyond is counted in `campanile_receiver_invalid`. A reading that hangs, as on
//! a network file system whose server is gone, keeps its thread and delays the next one.

mod collect;
mod config;
mod filter;
mod host;
mod metric;
mod points;
mod reading;
mod receiver;
mod scrapers;
#[cfg(test)]
mod tests;
mod validate;

use campanile_wire::otlp::Signal;

use self::config::Config;
use crate::component::{BuildError, Context, Factory, Receiver};

/// Makes `hostmetrics` receivers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostMetrics;

impl Factory for HostMetrics {
    const TYPE: &'static str = "hostmetrics";
    const ABOUT: &'static str = "reads what the machine and its processes use";
    const SIGNALS: &'static [Signal] = &[Signal::Metrics];
    type Config = Config;
    type Component = Box<dyn Receiver>;

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        Ok(Box::new(receiver::HostMetricsReceiver::new(
            config, context,
        )?))
    }
}
