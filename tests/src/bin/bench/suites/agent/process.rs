//! What the system says of a process.

use std::fs;
use std::time::Duration;

use crate::measure::Result;

/// CPU time of a process so far, threads that have ended included.
pub(super) fn cpu_time(id: u32) -> Result<Duration> {
    parse_stat(&fs::read_to_string(format!("/proc/{id}/stat"))?)
}

/// Memory of a process in MiB: `VmHWM` the most it had, `VmRSS` what it has.
pub(super) fn memory(id: u32, field: &str) -> Result<f64> {
    parse_status(&fs::read_to_string(format!("/proc/{id}/status"))?, field)
}

/// Fields 14 and 15, in hundredths of a second whatever the kernel: the 12th and 13th behind the
/// program's name, which may hold anything but ends with the last parenthesis.
fn parse_stat(stat: &str) -> Result<Duration> {
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in stat")?;
    let mut times = fields.split_ascii_whitespace().skip(11);
    let mut next = || -> Result<u64> { Ok(times.next().ok_or("no times in stat")?.parse()?) };
    let (user, system) = (next()?, next()?);
    Ok(Duration::from_millis(10 * (user + system)))
}

fn parse_status(status: &str, field: &str) -> Result<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kib = line.ok_or_else(|| format!("no {field} in status"))?;
    let kib: f64 = kib.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1_024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "7 (a) b (c)) S 1 7 7 0 -1 4194304 100 0 0 0 123 45 0 0 20 0 1 0 99 1000 10";
        let time = parse_stat(stat).expect("it has all fields");
        assert_eq!(time, Duration::from_millis(1_680));
    }

    #[test]
    fn memory_is_in_mib() {
        let status = "Name:\tx\nVmHWM:\t   10240 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!(parse_status(status, "VmHWM").expect("it is there"), 10.0);
        assert_eq!(parse_status(status, "VmRSS").expect("it is there"), 1.0);
        assert!(parse_status(status, "VmSwap").is_err());
    }
}
