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
}

fn given_up(balance: &Balance) -> u64 {
    let dropped = balance.dropped.iter();
    dropped
        .filter(|(reason, _)| *reason == Reason::Shutdown)
        .map(|(_, items)| items)
        .sum()
}

/// One line: "drained: everything was delivered", or what was not, and where it was to go.
impl fmt::Display for Drained {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.receivers_in_time {
            formatter.write_str("requests that did not end were cut off; ")?;
        }
        if self.dropped() == 0 {
            return formatter.write_str("drained: everything was delivered");
        }
        formatter.write_str("not drained in time:")?;
        for (name, balance) in &self.lanes {
            let items = given_up(balance);
            if items > 0 {
                let LaneName {
                    pipeline, exporter, ..
                } = name;
                let what = name.signal.items().replace('_', " ");
                write!(
                    formatter,
                    " {items} {what} for {exporter} (pipeline {pipeline}) dropped;"
                )?;
            }
        }
        formatter.write_str(" the exporter's log says why")
    }
}
