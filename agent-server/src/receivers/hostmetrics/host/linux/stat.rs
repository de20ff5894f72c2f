//! `/proc/stat` and `/proc/loadavg`.

use std::io;

use super::{TICKS, malformed};
use crate::receivers::hostmetrics::reading::Cpu;

/// The columns of a processor's line that are told. Time with guests is in `user` and `nice`
/// already.
const STATES: [&str; 8] = [
    "user",
    "nice",
    "system",
    "idle",
    "wait",
    "interrupt",
    "softirq",
    "steal",
];

/// Every processor: `cpu0 user nice system idle iowait irq softirq steal guest guest_nice`.
pub(super) fn cpus(stat: &str) -> Vec<Cpu> {
    let lines = stat.lines().take_while(|line| line.starts_with("cpu"));
    lines.filter_map(cpu).collect()
}

fn cpu(line: &str) -> Option<Cpu> {
    let mut words = line.split_ascii_whitespace();
    let name = words.next().filter(|name| *name != "cpu")?;
    let ticks = words.map(|word| word.parse::<u64>().unwrap_or(0));
    let seconds = STATES
        .into_iter()
        .zip(ticks.map(|ticks| ticks as f64 / TICKS));
    Some(Cpu {
        name: name.to_owned(),
        seconds: seconds.collect(),
    })
}

/// When the machine started, in nanoseconds since 1970.
pub(super) fn boot_time(stat: &str) -> io::Result<u64> {
    let seconds = number(stat, "btime").ok_or_else(|| malformed("stat"))?;
    Ok(seconds.saturating_mul(1_000_000_000))
}

/// Processes since the machine started.
pub(super) fn created(stat: &str) -> Option<u64> {
    number(stat, "processes")
}

fn number(stat: &str, name: &str) -> Option<u64> {
    let mut lines = stat.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    value.trim().parse().ok()
}

/// `0.20 0.18 0.12 1/80 11206`.
pub(super) fn load(loadavg: &str) -> io::Result<[f64; 3]> {
    let mut words = loadavg.split_ascii_whitespace().map(str::parse);
    let mut next = || {
        words
            .next()
            .and_then(Result::ok)
            .filter(|load: &f64| load.is_finite())
    };
    let mut next = || next().ok_or_else(|| malformed("loadavg"));
    Ok([next()?, next()?, next()?])
}
