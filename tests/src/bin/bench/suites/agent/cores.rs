//! Who runs on which core.

use std::io;
use std::process::{Child, Command};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Where a process may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cores {
    /// The first core that this process may use.
    First,
    /// All but the first.
    Others,
}

/// Starts a process that runs there, as all its threads do. With one core there is no choice.
pub(super) fn spawn(cores: Cores, command: &mut Command) -> io::Result<Child> {
    let all = sched_getaffinity(None)?;
    if let Some(set) = chosen(cores, &all) {
        // A process begins with the cores of the thread that starts it.
        sched_setaffinity(None, &set)?;
    }
    let child = command.spawn();
    sched_setaffinity(None, &all)?;
    child
}

fn chosen(cores: Cores, all: &CpuSet) -> Option<CpuSet> {
    let mut of_these = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core));
    let first = of_these.next()?;
    of_these.next()?;
    let mut set = CpuSet::new();
    match cores {
        Cores::First => set.set(first),
        Cores::Others => {
            set = *all;
            set.unset(first);
        }
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agent_has_a_core_of_its_own_where_there_are_two() {
        let mut all = CpuSet::new();
        all.set(3);
        assert!(chosen(Cores::First, &all).is_none());
        all.set(5);
        all.set(6);
        let first = chosen(Cores::First, &all).expect("there are three");
        let others = chosen(Cores::Others, &all).expect("there are three");
        let cores = |set: &CpuSet| -> Vec<usize> {
            (0..CpuSet::MAX_CPU)
                .filter(|core| set.is_set(*core))
                .collect()
        };
        assert_eq!((cores(&first), cores(&others)), (vec![3], vec![5, 6]));
    }
}
