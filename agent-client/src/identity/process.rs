//! What the operating system tells about this process. Each answer may be missing.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::KeyValue;
use opentelemetry_semantic_conventions::attribute;

use super::files::{Files, read};

/// A process, but for what its files say.
#[derive(Clone, Debug)]
pub(super) struct Process {
    pub(super) pid: u32,
    pub(super) parent_pid: Option<u32>,
    pub(super) started: SystemTime,
}

impl Process {
    pub(super) fn this(started: SystemTime) -> Self {
        Self {
            pid: std::process::id(),
            parent_pid: parent_pid(),
            started,
        }
    }

    /// What a fork changes.
    pub(super) fn attributes(&self) -> Vec<KeyValue> {
        let started = prost_types::Timestamp::from(self.started).to_string();
        let mut attributes = vec![
            KeyValue::new(attribute::PROCESS_PID, i64::from(self.pid)),
            KeyValue::new(attribute::PROCESS_CREATION_TIME, started),
        ];
        // The first process of a container has a parent outside, which is called 0.
        if let Some(parent @ 1..) = self.parent_pid {
            let parent = KeyValue::new(attribute::PROCESS_PARENT_PID, i64::from(parent));
            attributes.push(parent);
        }
        attributes
    }
}

/// The program and whose it is. Never its arguments: they may hold secrets.
///
/// <https://opentelemetry.io/docs/specs/semconv/resource/process/>
pub(super) fn detect(executable: Option<&Path>, files: &Files) -> Vec<KeyValue> {
    let path = executable.map(|path| path.to_string_lossy().into_owned());
    let found = [
        (
            attribute::PROCESS_EXECUTABLE_NAME,
            executable.and_then(file_name),
        ),
        (attribute::PROCESS_EXECUTABLE_PATH, path),
        (
            attribute::PROCESS_OWNER,
            owner(&files.status, &files.passwd),
        ),
    ];
    found
        .into_iter()
        .filter_map(|(key, value)| Some(KeyValue::new(key, value?)))
        .collect()
}

/// The running program.
pub(super) fn executable() -> Option<PathBuf> {
    std::env::current_exe().ok()
}

pub(super) fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}

/// When this process started; now, where the system does not tell.
pub(crate) fn started() -> SystemTime {
    let now = SystemTime::now();
    let stat = read("/proc/self/stat");
    start_time(&stat, &read("/proc/stat"))
        .or_else(|| start_time_by_uptime(&stat, &read("/proc/uptime"), now))
        .filter(|time| *time <= now)
        .unwrap_or(now)
}

#[cfg(unix)]
fn parent_pid() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn parent_pid() -> Option<u32> {
    None
}

/// The name of the user in whose rights the process acts: in `/proc/self/status`, `Uid:` is
/// followed by the real number and the effective one.
fn owner(status: &str, passwd: &str) -> Option<String> {
    let uids = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    let uid = uids.split_whitespace().nth(1)?;
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1)? == uid).then(|| name.to_owned())
    })
}

/// The start is counted from the boot, which `/proc/stat` has.
fn start_time(stat: &str, kernel: &str) -> Option<SystemTime> {
    let boot = kernel
        .lines()
        .find_map(|line| line.strip_prefix("btime "))?;
    let boot = Duration::from_secs(boot.trim().parse().ok()?);
    UNIX_EPOCH.checked_add(boot.checked_add(after_boot(stat)?)?)
}

/// On a machine with many processors, the boot time stands beyond what is read of `/proc/stat`.
/// `/proc/uptime` begins with the seconds since the boot.
fn start_time_by_uptime(stat: &str, uptime: &str, now: SystemTime) -> Option<SystemTime> {
    let seconds: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    let uptime = Duration::try_from_secs_f64(seconds).ok()?;
    now.checked_sub(uptime)?.checked_add(after_boot(stat)?)
}

/// Reads Linux's `/proc/self/stat`: the start is field 22, in hundredths of a second. The
/// program's name, field 2, may hold blanks and parentheses.
fn after_boot(stat: &str) -> Option<Duration> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let ticks: u64 = after_name.split_whitespace().nth(19)?.parse().ok()?;
    Some(Duration::from_millis(ticks.saturating_mul(10)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, UNIX_EPOCH};

    use super::{Process, detect, owner, start_time, start_time_by_uptime, started};
    use crate::identity::files::Files;
    use crate::identity::samples::of;

    const STAT: &str = "7 (a b) c) S 1 7 7 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 250 99 1";
    const STATUS: &str = "Name:\tshop\nPid:\t7\nUid:\t0\t33\t33\t33\nGid:\t0\t0\t0\t0\n";
    const PASSWD: &str =
        "root:x:0:0:root:/root:/bin/bash\n\n+\nwww-data:x:33:33::/var/www:/bin/sh\n";

    #[test]
    fn the_start_is_counted_from_the_boot() {
        let start = start_time(STAT, "cpu 1\nbtime 1000\nprocesses 3\n").unwrap();
        assert_eq!(start, UNIX_EPOCH + Duration::from_millis(1_002_500));
    }

    #[test]
    fn without_a_boot_time_the_uptime_tells_the_start() {
        let now = UNIX_EPOCH + Duration::from_secs(1010);
        let start = start_time_by_uptime(STAT, "10.00 99.50\n", now).unwrap();
        assert_eq!(start, UNIX_EPOCH + Duration::from_millis(1_002_500));
    }

    #[test]
    fn nonsense_gives_no_start() {
        for (stat, kernel) in [
            ("", ""),
            (STAT, ""),
            ("1 (a) S", "btime 1"),
            (STAT, "btime x"),
            (STAT, "btime 18446744073709551615"),
        ] {
            assert_eq!(start_time(stat, kernel), None);
        }
        for uptime in ["", "x", "-1 0", "NaN", "inf", "1e300"] {
            assert_eq!(start_time_by_uptime(STAT, uptime, UNIX_EPOCH), None);
        }
    }

    #[test]
    fn this_process_started_before_now() {
        assert!(started().elapsed().is_ok());
    }

    #[test]
    fn a_process_has_its_own_number_its_parents_and_a_start() {
        let mut process = Process {
            pid: 7,
            parent_pid: Some(3),
            started: UNIX_EPOCH,
        };
        let found = process.attributes();
        assert_eq!(of(&found, "process.pid").unwrap(), "7");
        assert_eq!(of(&found, "process.parent_pid").unwrap(), "3");
        let started = of(&found, "process.creation.time").unwrap();
        assert_eq!(started, "1970-01-01T00:00:00Z");
        process.parent_pid = Some(0);
        assert_eq!(of(&process.attributes(), "process.parent_pid"), None);
    }

    #[test]
    fn the_program_is_told_by_name_and_path_and_never_by_its_arguments() {
        let found = detect(Some(Path::new("/srv/shop")), &Files::default());
        let keys: Vec<_> = found.iter().map(|found| found.key.as_str()).collect();
        assert_eq!(keys, ["process.executable.name", "process.executable.path"]);
        assert_eq!(of(&found, "process.executable.name").unwrap(), "shop");
        assert_eq!(of(&found, "process.executable.path").unwrap(), "/srv/shop");
        assert_eq!(detect(None, &Files::default()), []);
    }

    #[test]
    fn the_owner_is_the_user_in_whose_rights_the_process_acts() {
        assert_eq!(owner(STATUS, PASSWD).unwrap(), "www-data");
        for (status, passwd) in [
            ("", PASSWD),
            (STATUS, ""),
            ("Uid:\t0", PASSWD),
            ("Uid:\t0\t1000\t0\t0", PASSWD),
        ] {
            assert_eq!(owner(status, passwd), None);
        }
    }
}
