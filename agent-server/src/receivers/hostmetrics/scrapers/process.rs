//! Each process, as a resource of its own.

use campanile_wire::otlp::write::Scalar::{self, Int, Text};

use super::{Metric, Scope};
use crate::component::BuildError;
use crate::receivers::hostmetrics::config;
use crate::receivers::hostmetrics::filter::Filter;
use crate::receivers::hostmetrics::metric::Kind::{Counter, Gauge, UpDown};
use crate::receivers::hostmetrics::metric::Selection;
use crate::receivers::hostmetrics::reading::Process;

const CPU: Metric = Metric::new(
    "process.cpu.time",
    "s",
    Counter,
    "Seconds on processors by state.",
);
const MEMORY: Metric = Metric::new("process.memory.usage", "By", UpDown, "Bytes in memory.");
const VIRTUAL: Metric = Metric::new(
    "process.memory.virtual",
    "By",
    UpDown,
    "Bytes of address space.",
);
const DISK: Metric = Metric::new(
    "process.disk.io",
    "By",
    Counter,
    "Bytes read from and written to disks.",
);
const THREADS: Metric =
    Metric::new("process.threads", "{threads}", UpDown, "Threads.").on_request();
const OPEN_FILES: Metric = Metric::new(
    "process.open_file_descriptors",
    "{count}",
    UpDown,
    "Open files.",
)
.on_request();
const FAULTS: Metric = Metric::new(
    "process.paging.faults",
    "{faults}",
    Counter,
    "Page faults; major ones needed a disk.",
)
.on_request();
const SWITCHES: Metric = Metric::new(
    "process.context_switches",
    "{count}",
    Counter,
    "How often the process left its processor.",
)
.on_request();
const UPTIME: Metric = Metric::new(
    "process.uptime",
    "s",
    Gauge,
    "Seconds for which the process has been running.",
)
.on_request();

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[
    CPU, MEMORY, VIRTUAL, DISK, THREADS, OPEN_FILES, FAULTS, SWITCHES, UPTIME,
];

/// The attributes of a process, which are on unless they are switched off.
pub(in super::super) const ATTRIBUTES: [&str; 6] = [
    "process.command",
    "process.command_line",
    "process.executable.name",
    "process.executable.path",
    "process.parent_pid",
    "process.pid",
];

/// Which processes are wanted, and what of them.
#[derive(Debug)]
pub(in super::super) struct Wanted {
    config: config::Process,
    names: Filter,
    selection: Selection,
}

impl Wanted {
    /// What the configuration says.
    ///
    /// # Errors
    ///
    /// When a filter is no regular expression.
    pub(in super::super) fn new(config: &config::Process) -> Result<Self, BuildError> {
        Ok(Self {
            names: Filter::new(config.include.as_ref(), config.exclude.as_ref())?,
            selection: Selection::new(METRICS, &config.metrics),
            config: config.clone(),
        })
    }

    /// Whether only the agent's own process is.
    pub(in super::super) fn only_agent(&self) -> bool {
        self.config.only_agent
    }

    /// Whether this one is, at this time.
    pub(in super::super) fn takes(&self, process: &Process, now: u64) -> bool {
        let age = u128::from(now.saturating_sub(process.start));
        self.names.takes(&process.name) && age >= self.config.scrape_process_delay.0.as_nanos()
    }

    /// The metrics.
    pub(in super::super) fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Whether open files are to be counted.
    pub(in super::super) fn open_files(&self) -> bool {
        self.selection.has(&OPEN_FILES)
    }

    /// Hands every attribute that is wanted to `write`.
    pub(in super::super) fn attributes(
        &self,
        process: &Process,
        mut write: impl FnMut(&str, Scalar<'_>),
    ) {
        let mut text = |key: &str, value: Scalar<'_>| {
            let toggle = self.config.resource_attributes.get(key);
            if toggle.is_none_or(|toggle| toggle.enabled) {
                write(key, value);
            }
        };
        text("process.pid", Int(i64::from(process.pid)));
        if let Some(parent) = process.parent {
            text("process.parent_pid", Int(i64::from(parent)));
        }
        text("process.executable.name", Text(&process.name));
        if let Some(path) = &process.executable {
            text("process.executable.path", Text(path));
        }
        if let Some(command) = process.command.first() {
            text("process.command", Text(command));
            text("process.command_line", Text(&process.command.join(" ")));
        }
    }
}

/// Writes the metrics of one process.
pub(in super::super) fn scrape(process: &Process, scope: &mut Scope<'_>) {
    scope.metric(&CPU, |points| {
        for (state, seconds) in &process.cpu {
            points.double(*seconds, &[("state", Text(state))]);
        }
    });
    scope.metric(&MEMORY, |points| points.int(process.resident, &[]));
    scope.metric(&VIRTUAL, |points| points.int(process.virtual_memory, &[]));
    let pairs = [
        (&DISK, "direction", ["read", "write"], process.disk),
        (&FAULTS, "type", ["major", "minor"], process.faults),
        (
            &SWITCHES,
            "type",
            ["voluntary", "involuntary"],
            process.switches,
        ),
    ];
    for (metric, key, values, counts) in pairs {
        scope.metric(metric, |points| {
            for (value, count) in values.iter().zip(counts.into_iter().flatten()) {
                points.int(count, &[(key, Text(value))]);
            }
        });
    }
    for (metric, count) in [
        (&THREADS, process.threads),
        (&OPEN_FILES, process.open_files),
    ] {
        scope.metric(metric, |points| {
            count.into_iter().for_each(|count| points.int(count, &[]));
        });
    }
    let seconds = scope.times().seconds();
    scope.metric(&UPTIME, |points| points.double(seconds, &[]));
}
