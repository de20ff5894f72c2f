//! What became of the payloads that an agent held when it was told to stop.

use std::fmt;

use crate::delivery::{Balance, LaneName, Reason};

/// How a shutdown ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drained {
    /// The books of every lane, closed.
    pub lanes: Vec<(LaneName, Balance)>,
    /// Whether every receiver had answered what it had begun when its time was up.
    pub receivers_in_time: bool,
}

impl Drained {
    /// Items that were given up because the deadline had come, over all lanes.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.lanes
            .iter()
            .map(|(_, balance)| given_up(balance))
            .sum()
    }

    /// Items that stay on the disk, over all lanes.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.lanes
            .iter()
            .map(|(_, balance)| balance.waiting())
            .sum()
    }
}

fn given_up(balance: &Balance) -> u64 {
    let dropped = balance.dropped.iter();
    dropped
        .filter(|(reason, _)| *reason == Reason::Shutdown)
        .map(|(_, items)| items)
        .sum()
}

/// One line: "drained: everything was delivered", or what was not, where it was to go, and whether
/// it stays on the disk.
impl fmt::Display for Drained {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.receivers_in_time {
            formatter.write_str("requests that did not end were cut off; ")?;
        }
        match (self.dropped(), self.kept()) {
            (0, 0) => return formatter.write_str("drained: everything was delivered"),
            (0, _) => formatter.write_str("stopped, and nothing is lost:")?,
            _ => formatter.write_str("not drained in time:")?,
        }
        self.list(
            formatter,
            Balance::waiting,
            "kept on the disk for the next start",
        )?;
        self.list(formatter, given_up, "dropped")?;
        match self.dropped() {
            0 => Ok(()),
            _ => formatter.write_str(" the exporter's log says why"),
        }
    }
}

impl Drained {
    /// Lists every lane with such items.
    fn list(
        &self,
        formatter: &mut fmt::Formatter<'_>,
        count: impl Fn(&Balance) -> u64,
        fate: &str,
    ) -> fmt::Result {
        for (name, balance) in &self.lanes {
            let items = count(balance);
            if items > 0 {
                let LaneName {
                    pipeline, exporter, ..
                } = name;
                let what = name.signal.items().replace('_', " ");
                write!(
                    formatter,
                    " {items} {what} for {exporter} (pipeline {pipeline}) {fate};"
                )?;
            }
        }
        Ok(())
    }
}
