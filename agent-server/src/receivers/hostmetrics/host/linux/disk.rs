//! `/proc/diskstats`.

use crate::receivers::hostmetrics::reading::{Disk, DiskActivity, DiskDirection};

/// Bytes of a sector here, whatever the disk has.
const SECTOR: u64 = 512;
/// Milliseconds of a second.
const MILLIS: f64 = 1_000.0;

/// Every disk and partition that has ever been used.
pub(super) fn disks(diskstats: &str) -> Vec<Disk> {
    diskstats.lines().filter_map(disk).collect()
}

/// `8 0 sda`, then reads, reads merged, sectors read and their milliseconds, the same for writes,
/// operations under way, milliseconds busy, and these weighted.
fn disk(line: &str) -> Option<Disk> {
    let mut words = line.split_ascii_whitespace().skip(2);
    let name = words.next()?.to_owned();
    let numbers: Vec<u64> = words.map_while(|word| word.parse().ok()).collect();
    let [r, rm, rs, rt, w, wm, ws, wt, pending, busy, weighted] = *numbers.first_chunk::<11>()?;
    if [r, w, pending, busy].iter().all(|number| *number == 0) {
        return None;
    }
    let direction = |operations, merged, sectors: u64, millis: u64| DiskDirection {
        bytes: sectors.saturating_mul(SECTOR),
        operations,
        merged,
        seconds: millis as f64 / MILLIS,
    };
    Some(Disk {
        name,
        directions: [direction(r, rm, rs, rt), direction(w, wm, ws, wt)],
        activity: Some(DiskActivity {
            pending,
            seconds: busy as f64 / MILLIS,
            weighted_seconds: weighted as f64 / MILLIS,
        }),
    })
}
