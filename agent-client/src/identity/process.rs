//! What the operating system tells about this process. Each answer may be missing.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The file name of the running program.
pub(crate) fn executable() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    Some(Path::new(&path).file_name()?.to_string_lossy().into_owned())
}

/// The name of the host or container.
pub(crate) fn host_name() -> Option<String> {
    let files = ["/proc/sys/kernel/hostname", "/etc/hostname"];
    let from_file = files
        .iter()
        .find_map(|file| non_empty(&fs::read_to_string(file).ok()?));
    let variables = ["HOSTNAME", "COMPUTERNAME"];
    from_file.or_else(|| {
        variables
            .iter()
            .find_map(|name| non_empty(&std::env::var(name).ok()?))
    })
}

/// When this process started; now, where the system does not tell.
pub(crate) fn started() -> SystemTime {
    let now = SystemTime::now();
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/stat").unwrap_or_default();
    start_time(&stat, &kernel)
        .filter(|time| *time <= now)
        .unwrap_or(now)
}

fn non_empty(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Reads Linux's `/proc/self/stat` and `/proc/stat`: the start is field 22, in hundredths of a
/// second after the boot time. The program's name, field 2, may hold blanks and parentheses.
fn start_time(stat: &str, kernel: &str) -> Option<SystemTime> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let ticks: u64 = after_name.split_whitespace().nth(19)?.parse().ok()?;
    let boot = kernel
        .lines()
        .find_map(|line| line.strip_prefix("btime "))?;
    let boot: u64 = boot.trim().parse().ok()?;
    let since_epoch =
        Duration::from_secs(boot).checked_add(Duration::from_millis(ticks.saturating_mul(10)))?;
    UNIX_EPOCH.checked_add(since_epoch)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{start_time, started};

    const STAT: &str = "7 (a b) c) S 1 7 7 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 250 99 1";

    #[test]
    fn the_start_is_counted_from_the_boot() {
        let start = start_time(STAT, "cpu 1\nbtime 1000\nprocesses 3\n").unwrap();
        assert_eq!(start, UNIX_EPOCH + Duration::from_millis(1_002_500));
    }

    #[test]
    fn nonsense_gives_no_start() {
        for (stat, kernel) in [
            ("", ""),
            (STAT, ""),
            ("1 (a) S", "btime 1"),
            (STAT, "btime x"),
        ] {
            assert_eq!(start_time(stat, kernel), None);
        }
    }

    #[test]
    fn this_process_started_before_now() {
        assert!(started().elapsed().is_ok());
    }
}
