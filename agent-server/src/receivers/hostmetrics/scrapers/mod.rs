//! From readings to metrics. One file for each scraper, with the metrics that it can give.

pub(super) mod cpu;
pub(super) mod disk;
pub(super) mod filesystem;
pub(super) mod load;
pub(super) mod memory;
pub(super) mod network;
pub(super) mod paging;
pub(super) mod process;
pub(super) mod processes;
pub(super) mod system;

use std::io;

use super::config::Scrapers;
use super::host::Host;
use super::metric::{Metric, Selection};
use super::points::Scope;
use crate::component::BuildError;

/// Gives the metrics of one part of a machine.
pub(super) trait Scraper: Send {
    /// Reads, and writes every metric that is wanted.
    ///
    /// # Errors
    ///
    /// When something could not be read; what could has been written.
    fn scrape(&mut self, host: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()>;
}

/// A scraper that is on.
pub(super) struct Active {
    /// Its name in the configuration.
    pub(super) name: &'static str,
    /// The metrics that are wanted of it.
    pub(super) selection: Selection,
    /// What it does.
    pub(super) scraper: Box<dyn Scraper>,
}

/// The scrapers of the machine that are on; that of processes is apart, for each process is a
/// resource of its own.
///
/// # Errors
///
/// When a filter is no regular expression.
pub(super) fn active(config: &Scrapers) -> Result<Vec<Active>, BuildError> {
    let mut active = Vec::new();
    for (name, toggles, metrics) in config.toggles() {
        if let Some(scraper) = scraper(name, config)? {
            let selection = Selection::new(metrics, toggles);
            active.push(Active {
                name,
                selection,
                scraper,
            });
        }
    }
    Ok(active)
}

fn scraper(name: &str, config: &Scrapers) -> Result<Option<Box<dyn Scraper>>, BuildError> {
    Ok(Some(match name {
        "cpu" => Box::new(cpu::Cpus::default()),
        "disk" => Box::new(disk::Disks::new(config.disk.as_ref())?),
        "filesystem" => Box::new(filesystem::Filesystems::new(config.filesystem.as_ref())?),
        "load" => Box::new(load::LoadAverages::new(config.load.as_ref())),
        "memory" => Box::new(memory::MemoryUse),
        "network" => Box::new(network::Interfaces::new(config.network.as_ref())?),
        "paging" => Box::new(paging::SwapUse),
        "processes" => Box::new(processes::Population),
        "system" => Box::new(system::Uptime),
        _ => return Ok(None),
    }))
}

/// What the system does not tell at all is not missed each time anew.
fn if_told<T: Default>(read: io::Result<T>) -> io::Result<T> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(T::default()),
        read => read,
    }
}
