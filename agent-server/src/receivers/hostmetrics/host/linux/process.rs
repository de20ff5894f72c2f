//! The files of one process.

use super::TICKS;
use super::files::Files;
use crate::receivers::hostmetrics::reading::Process;

/// The flag of the kernel's own threads, which have neither executable nor memory.
const KERNEL_THREAD: u64 = 0x0020_0000;

/// Words of a command line that are told, and bytes of each.
const MAX_WORDS: usize = 128;
const MAX_WORD: usize = 1_024;

/// `/proc/PID/stat`.
#[derive(Debug)]
pub(super) struct Stat<'s> {
    name: &'s str,
    /// The letter of the state.
    pub(super) state: char,
    /// What follows the state: column 4 on.
    rest: Vec<&'s str>,
}

impl<'s> Stat<'s> {
    /// `PID (NAME) STATE PARENT ...`; the name may hold anything.
    pub(super) fn parse(stat: &'s str) -> Option<Self> {
        let (before, after) = stat.rsplit_once(')')?;
        let (_, name) = before.split_once('(')?;
        let mut words = after.split_ascii_whitespace();
        let state = words.next()?.chars().next()?;
        let rest = words.collect();
        Some(Self { name, state, rest })
    }

    /// The number in a column, counted from 1 as the manual does; 0 if it is not there.
    fn column(&self, column: usize) -> u64 {
        let word = self.rest.get(column - 4);
        word.and_then(|word| word.parse().ok()).unwrap_or(0)
    }

    fn seconds(&self, column: usize) -> f64 {
        self.column(column) as f64 / TICKS
    }
}

/// How many processes there are of each status, by the letters of their states.
pub(super) fn by_status(states: impl Iterator<Item = char>) -> Vec<(&'static str, u64)> {
    const STATUSES: [(&str, &[char]); 8] = [
        ("blocked", &['D']),
        ("idle", &['I']),
        ("paging", &['W']),
        ("running", &['R']),
        ("sleeping", &['S']),
        ("stopped", &['T', 't']),
        ("zombies", &['Z']),
        ("unknown", &[]),
    ];
    let mut counts = STATUSES.map(|(status, _)| (status, 0));
    for state in states {
        let index = STATUSES
            .iter()
            .position(|(_, letters)| letters.contains(&state));
        if let Some((_, count)) = counts.get_mut(index.unwrap_or(STATUSES.len() - 1)) {
            *count += 1;
        }
    }
    counts.to_vec()
}

/// Reads a process; nothing when it has ended or is the kernel's.
pub(super) fn read(files: &Files, pid: u32, boot: u64) -> Option<Process> {
    let text = files.of_process(pid, "stat").ok()?;
    let stat = Stat::parse(&text).filter(|stat| stat.column(9) & KERNEL_THREAD == 0)?;
    // Each of the others may be kept from us.
    let status = files.of_process(pid, "status").unwrap_or_default();
    let executable = files.link(pid, "exe");
    Some(Process {
        pid,
        parent: u32::try_from(stat.column(4)).ok(),
        name: name(executable.as_deref(), stat.name),
        executable,
        command: command(&files.of_process(pid, "cmdline").unwrap_or_default()),
        start: boot.saturating_add(stat.column(22).saturating_mul(10_000_000)),
        cpu: vec![
            ("user", stat.seconds(14)),
            ("system", stat.seconds(15)),
            ("wait", stat.seconds(42)),
        ],
        resident: labelled(&status, "VmRSS:")
            .unwrap_or(0)
            .saturating_mul(1 << 10),
        virtual_memory: stat.column(23),
        disk: disk(&files.of_process(pid, "io").unwrap_or_default()),
        threads: Some(stat.column(20)),
        faults: Some([stat.column(12), stat.column(10)]),
        switches: both(
            labelled(&status, "voluntary_ctxt_switches:"),
            labelled(&status, "nonvoluntary_ctxt_switches:"),
        ),
        open_files: None,
    })
}

/// The kernel cuts names at 15 bytes, so the executable's is better, if that is told.
fn name(executable: Option<&str>, fallback: &str) -> String {
    let executable = executable.map(|path| path.strip_suffix(" (deleted)").unwrap_or(path));
    let name = executable.and_then(|path| path.rsplit('/').next());
    name.unwrap_or(fallback).to_owned()
}

/// The words of a command line, each ended by a zero.
fn command(cmdline: &str) -> Vec<String> {
    let words = cmdline.trim_end_matches('\0').split('\0').take(MAX_WORDS);
    let cut = |word: &str| {
        word.get(..word.floor_char_boundary(MAX_WORD))
            .map(str::to_owned)
    };
    words
        .filter(|word| !word.is_empty())
        .filter_map(cut)
        .collect()
}

fn disk(io: &str) -> Option<[u64; 2]> {
    both(labelled(io, "read_bytes:"), labelled(io, "write_bytes:"))
}

fn both(first: Option<u64>, second: Option<u64>) -> Option<[u64; 2]> {
    Some([first?, second?])
}

fn labelled(text: &str, label: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(label))?;
    value.split_ascii_whitespace().next()?.parse().ok()
}
