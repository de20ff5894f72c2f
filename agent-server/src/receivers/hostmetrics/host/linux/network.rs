//! `/proc/net/dev` and `/proc/net/tcp`.

use crate::receivers::hostmetrics::reading::Interface;

/// The states of a TCP connection, in the kernel's order from 1.
const STATES: [&str; 12] = [
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT_1",
    "FIN_WAIT_2",
    "TIME_WAIT",
    "CLOSE",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "CLOSING",
    "NEW_SYN_RECV",
];

/// Below two lines of headings: `eth0: bytes packets errs drop` and four more received, then the
/// same transmitted.
pub(super) fn interfaces(dev: &str) -> Vec<Interface> {
    dev.lines().skip(2).filter_map(interface).collect()
}

fn interface(line: &str) -> Option<Interface> {
    let (name, numbers) = line.rsplit_once(':')?;
    let numbers: Vec<u64> = numbers
        .split_ascii_whitespace()
        .map_while(|word| word.parse().ok())
        .collect();
    let numbers = numbers.first_chunk::<16>()?;
    let both = |column: usize| [numbers[column], numbers[column + 8]];
    Some(Interface {
        name: name.trim().to_owned(),
        bytes: both(0),
        packets: both(1),
        errors: both(2),
        dropped: Some(both(3)),
    })
}

/// Connections by state, of files in which the fourth column is the state.
pub(super) fn connections(files: &[&str]) -> Vec<(&'static str, u64)> {
    let mut counts = STATES.map(|state| (state, 0));
    let lines = files.iter().flat_map(|file| file.lines().skip(1));
    for line in lines {
        let state = line.split_ascii_whitespace().nth(3);
        let number = state.and_then(|state| usize::from_str_radix(state, 16).ok());
        let count = number.and_then(|number| counts.get_mut(number.checked_sub(1)?));
        if let Some((_, count)) = count {
            *count += 1;
        }
    }
    counts.to_vec()
}
