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

impl Drained {
    /// A line for each lane that has taken anything since the start: where it all went.
    #[must_use]
    pub fn counts(&self) -> String {
        let mut text = String::new();
        for (name, balance) in &self.lanes {
            if balance.received > 0 {
                let what = name.signal.items().replace('_', " ");
                let LaneName {
                    pipeline, exporter, ..
                } = name;
                text += &format!(
                    "  {pipeline} -> {exporter}: {} {what} received",
                    balance.received
                );
                let dropped = balance.dropped.iter().map(|(_, items)| items).sum();
                for (items, fate) in [
                    (balance.sent, "sent"),
                    (balance.sampled_out, "sampled out"),
                    (balance.filtered, "filtered"),
                    (balance.rejected, "rejected"),
                    (balance.dead_lettered, "dead letters"),
                    (dropped, "dropped"),
                    (balance.waiting(), "kept on the disk"),
                ] {
                    if items > 0 {
                        text += &format!(", {items} {fate}");
                    }
                }
                text.push('\n');
            }
        }
        text
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

#[cfg(test)]
mod tests {
    use campanile_wire::otlp::Signal;

    use super::*;

    #[test]
    fn every_lane_that_took_something_says_where_it_went() {
        let lane = |exporter: &str, balance| {
            let name = LaneName {
                pipeline: "traces".to_owned(),
                exporter: exporter.parse().expect("an id"),
                signal: Signal::Traces,
            };
            (name, balance)
        };
        let moved = Balance {
            received: 10,
            sent: 5,
            sampled_out: 2,
            dropped: vec![(Reason::Shutdown, 2)],
            queued: 1,
            ..Balance::default()
        };
        let drained = Drained {
            lanes: vec![lane("otlp", moved), lane("nop", Balance::default())],
            receivers_in_time: true,
        };
        assert_eq!(
            drained.counts(),
            "  traces -> otlp: 10 spans received, 5 sent, 2 sampled out, 2 dropped, 1 kept on the \
             disk\n"
        );
    }
}
