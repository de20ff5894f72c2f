//! One reading: every scraper that is on, into requests.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use campanile_wire::otlp::write::{self, Scalar};

use super::config::Config;
use super::host::{self, Host};
use super::points::{Scope, Times};
use super::reading::Identity;
use super::scrapers::process::{self, Wanted};
use super::scrapers::{self, Active};
use crate::component::BuildError;

/// Points after which a request is ended; one scraper gives no more than that again. Well below
/// what a request may hold.
const MAX_POINTS: u64 = 8_000;
/// Processes in one request.
const PROCESSES: usize = 500;
/// The most processes that are read.
const MAX_PROCESSES: usize = 4_096;

/// Reads a machine. Blocks.
pub(super) struct Collector {
    host: Box<dyn Host>,
    scrapers: Vec<Active>,
    processes: Option<Wanted>,
    root: Option<PathBuf>,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Export requests.
    pub(super) requests: Vec<Vec<u8>>,
    /// Scrapers that could not read everything, and why.
    pub(super) failed: Vec<(&'static str, String)>,
    /// Devices and processes beyond what is read.
    pub(super) dropped: u64,
}

impl Collector {
    /// Reads the machine that the configuration means.
    ///
    /// # Errors
    ///
    /// When a filter is no regular expression, or the machine's root is not there.
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        let root = config.root_path.as_deref();
        if root.is_some_and(|path| !path.is_dir()) {
            return Err(BuildError::new("root_path", "is not a directory"));
        }
        let process = config.scrapers.process.as_ref();
        Ok(Self {
            host: host::this(config.root_path.clone()),
            scrapers: scrapers::active(&config.scrapers)?,
            processes: process.map(Wanted::new).transpose()?,
            root: config.root_path.clone(),
        })
    }

    /// Reads everything once.
    pub(super) fn read(&mut self) -> Reading {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        self.read_at(u64::try_from(now.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Reads everything at a time of day.
    pub(super) fn read_at(&mut self, now: u64) -> Reading {
        let mut reading = Reading::default();
        let start = match self.host.boot_time() {
            Ok(start) => start,
            Err(error) => {
                reading.failed.push(("system", error.to_string()));
                0
            }
        };
        let identity = self.host.identity();
        self.machine(Times { start, now }, &identity, &mut reading);
        self.every_process(Times { start, now }, &identity, &mut reading);
        reading
    }

    fn machine(&mut self, times: Times, identity: &Identity, reading: &mut Reading) {
        let mut scopes: Vec<Scope<'_>> = Vec::new();
        let mut points = 0;
        for active in &mut self.scrapers {
            let mut scope = Scope::new(active.name, times, &active.selection);
            if let Err(error) = active.scraper.scrape(&mut *self.host, &mut scope) {
                reading.failed.push((active.name, error.to_string()));
            }
            reading.dropped += scope.dropped();
            if scope.points() == 0 {
                continue;
            }
            if points + scope.points() > MAX_POINTS && points > 0 {
                reading.requests.push(request(identity, &scopes));
                scopes.clear();
                points = 0;
            }
            points += scope.points();
            scopes.push(scope);
        }
        if !scopes.is_empty() {
            reading.requests.push(request(identity, &scopes));
        }
    }

    fn every_process(&mut self, times: Times, identity: &Identity, reading: &mut Reading) {
        let Some(wanted) = &self.processes else {
            return;
        };
        let mut own = self.root.as_ref().map(|_| host::this(None));
        let (host, pids) = if wanted.only_agent() {
            // Below another root the agent has another id, or none.
            let host = own.as_mut().unwrap_or(&mut self.host);
            (host, Ok(vec![std::process::id()]))
        } else {
            let pids = self.host.pids();
            (&mut self.host, pids)
        };
        let pids = pids.unwrap_or_else(|error| {
            reading.failed.push(("process", error.to_string()));
            Vec::new()
        });
        let with_files = wanted.open_files();
        let found = pids
            .into_iter()
            .filter_map(|pid| host.process(pid, times.start, with_files));
        let mut found: Vec<_> = found
            .filter(|process| wanted.takes(process, times.now))
            .collect();
        reading.dropped += found.len().saturating_sub(MAX_PROCESSES) as u64;
        found.truncate(MAX_PROCESSES);
        for some in found.chunks(PROCESSES) {
            let mut out = Vec::new();
            for process in some {
                let times = Times {
                    start: process.start,
                    ..times
                };
                let mut scope = Scope::new("process", times, wanted.selection());
                process::scrape(process, &mut scope);
                write::nested(&mut out, 1, |resource_metrics| {
                    write::nested(resource_metrics, 1, |resource| {
                        host_attributes(resource, identity);
                        wanted.attributes(process, |key, value| {
                            write::attribute(resource, 1, key, value);
                        });
                    });
                    scope.write(resource_metrics);
                });
            }
            reading.requests.push(out);
        }
    }
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.scrapers.iter().map(|active| active.name);
        formatter.debug_list().entries(names).finish()
    }
}

fn request(identity: &Identity, scopes: &[Scope<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    write::nested(&mut out, 1, |resource_metrics| {
        write::nested(resource_metrics, 1, |resource| {
            host_attributes(resource, identity)
        });
        for scope in scopes {
            scope.write(resource_metrics);
        }
    });
    out
}

fn host_attributes(resource: &mut Vec<u8>, identity: &Identity) {
    let known = [
        ("host.name", identity.name.as_deref()),
        ("host.id", identity.id.as_deref()),
        ("host.arch", Some(architecture())),
        ("os.type", Some(system())),
    ];
    for (key, value) in known {
        if let Some(value) = value {
            write::attribute(resource, 1, key, Scalar::Text(value));
        }
    }
}

/// The architecture, as the conventions call it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "arm32",
        "powerpc64" => "ppc64",
        other => other,
    }
}

/// The system, as the conventions call it.
fn system() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}
