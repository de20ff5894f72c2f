//! The step, and what the machine has.

use std::fs;
use std::time::Duration;

use campanile_wire::otlp::Signal;

use crate::admission::{Ceiling, Limited, Memory};
use crate::component::{Context, Processor, Refusal};
use crate::ops::Counter;
use crate::payload::Payload;

/// When whoever was refused should come back.
const RETRY_AFTER: Duration = Duration::from_secs(1);

pub(super) const UNKNOWN: &str =
    "how much memory this machine has is not known here; write limit_mib";

/// Refuses everything while the agent is short of memory.
#[derive(Debug)]
pub(super) struct Limiter {
    memory: Memory,
    _limited: Limited,
    refused: [Counter; 3],
}

impl Limiter {
    pub(super) fn new(ceiling: Ceiling, context: &Context) -> Self {
        let id = context.id.to_string();
        let counter = |name| {
            let help = "Items that the processor refused because memory was short.";
            let labels = [("processor", id.as_str())];
            context.shared.metrics.counter(name, help, &labels)
        };
        Self {
            memory: context.shared.memory.clone(),
            _limited: context.shared.memory.limit(ceiling),
            refused: [
                counter("otelcol_processor_refused_log_records"),
                counter("otelcol_processor_refused_metric_points"),
                counter("otelcol_processor_refused_spans"),
            ],
        }
    }
}

impl Processor for Limiter {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        if !self.memory.is_pressed() {
            return Ok(Some(payload));
        }
        let [logs, metrics, traces] = &self.refused;
        let refused = match payload.signal() {
            Signal::Logs => logs,
            Signal::Metrics => metrics,
            Signal::Traces => traces,
        };
        refused.add(payload.items());
        Err(Refusal::Overloaded {
            retry_after: RETRY_AFTER,
        })
    }

    fn looks_inside(&self) -> bool {
        false
    }
}

/// The bytes that this process may have, as far as its container or machine says.
pub(super) fn machine() -> Option<u64> {
    let read = |path: &str| fs::read_to_string(path).ok();
    let all = all(&read("/proc/meminfo")?)?;
    let group = read("/sys/fs/cgroup/memory.max")
        .or_else(|| read("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
    let group = group.and_then(|limit| limit.trim().parse().ok());
    Some(group.map_or(all, |group: u64| group.min(all)))
}

/// What `/proc/meminfo` says that there is.
pub(super) fn all(meminfo: &str) -> Option<u64> {
    let mut lines = meminfo.lines();
    let line = lines.find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1_024)
}
