//! `/proc/meminfo`, `/proc/swaps` and `/proc/vmstat`.

use std::io;

use super::malformed;
use crate::receivers::hostmetrics::reading::{Memory, Paging, Swap};

/// How memory is used. What the kernel could take back of its own counts as cached, as `free` has
/// it.
pub(super) fn memory(meminfo: &str) -> io::Result<Memory> {
    let bytes = |name: &str| number(meminfo, name).map(|kib| kib.saturating_mul(1 << 10));
    let total = bytes("MemTotal:").ok_or_else(|| malformed("meminfo"))?;
    let or_none = |name| bytes(name).unwrap_or(0);
    let (free, buffered) = (or_none("MemFree:"), or_none("Buffers:"));
    let reclaimable = or_none("SReclaimable:");
    let cached = or_none("Cached:").saturating_add(reclaimable);
    let used = [free, buffered, cached]
        .into_iter()
        .fold(total, u64::saturating_sub);
    Ok(Memory {
        total,
        available: bytes("MemAvailable:").unwrap_or(free),
        states: vec![
            ("used", used),
            ("free", free),
            ("buffered", buffered),
            ("cached", cached),
            ("slab_reclaimable", reclaimable),
            ("slab_unreclaimable", or_none("SUnreclaim:")),
        ],
    })
}

/// Below a line of headings: `/dev/sda2 partition 1024 512 -2`, in KiB.
pub(super) fn swaps(swaps: &str) -> Vec<Swap> {
    let swap = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        let device = words.next()?.to_owned();
        let mut kib = words.skip(1).map(|word| word.parse::<u64>().ok());
        let (size, used) = (kib.next()??, kib.next()??);
        Some(Swap {
            device,
            used: used.saturating_mul(1 << 10),
            free: size.saturating_sub(used).saturating_mul(1 << 10),
        })
    };
    swaps.lines().skip(1).filter_map(swap).collect()
}

/// What was paged.
pub(super) fn paging(vmstat: &str) -> io::Result<Paging> {
    let count = |name| number(vmstat, name).ok_or_else(|| malformed("vmstat"));
    let (all, major) = (count("pgfault ")?, count("pgmajfault ")?);
    Ok(Paging {
        swapped: [count("pswpin ")?, count("pswpout ")?],
        paged: [count("pgpgin ")?, count("pgpgout ")?],
        major_faults: major,
        minor_faults: all.saturating_sub(major),
    })
}

/// The number after `name` at the start of a line.
fn number(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.split_ascii_whitespace().next()?.parse().ok()
}
