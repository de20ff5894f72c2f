//! What a user writes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::admission::Ceiling;
use crate::component::{Invalid, Validate};
use crate::config::HumanDuration;

/// The configuration of `memory_limiter`, with the Collector's keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// How often the memory of the process is looked at; 1s is a good choice. Required.
    pub(crate) check_interval: HumanDuration,
    /// The most that the agent may take, in MiB. Required, unless there is `limit_percentage`.
    pub(crate) limit_mib: u32,
    /// How much of the limit is left free for what is not telemetry, in MiB. Default 0: a fifth of
    /// the limit.
    pub(crate) spike_limit_mib: u32,
    /// The limit as a percentage of what the machine or the container has. Default 0: `limit_mib`.
    pub(crate) limit_percentage: u32,
    /// The same for `spike_limit_mib`. Default 0: a fifth of the limit.
    pub(crate) spike_limit_percentage: u32,
    /// Without effect: there is no garbage collector. Default 10s.
    pub(crate) min_gc_interval_when_soft_limited: HumanDuration,
    /// Without effect: there is no garbage collector. Default 0s.
    pub(crate) min_gc_interval_when_hard_limited: HumanDuration,
    /// Without effect: there is no garbage collector. Default 30s.
    pub(crate) max_gc_interval_when_soft_limited: HumanDuration,
    /// Without effect: there is no garbage collector. Default 30s.
    pub(crate) max_gc_interval_when_hard_limited: HumanDuration,
}

impl Default for Config {
    fn default() -> Self {
        let seconds = |seconds| HumanDuration(Duration::from_secs(seconds));
        Self {
            check_interval: seconds(0),
            limit_mib: 0,
            spike_limit_mib: 0,
            limit_percentage: 0,
            spike_limit_percentage: 0,
            min_gc_interval_when_soft_limited: seconds(10),
            min_gc_interval_when_hard_limited: seconds(0),
            max_gc_interval_when_soft_limited: seconds(30),
            max_gc_interval_when_hard_limited: seconds(30),
        }
    }
}

impl Config {
    /// The limits in bytes, `machine` saying what there is; `None` where that is asked for and not
    /// known.
    pub(super) fn ceiling(&self, machine: impl FnOnce() -> Option<u64>) -> Option<Ceiling> {
        let mib = |mib: u32| u64::from(mib) << 20;
        let (hard, spike) = if self.limit_mib > 0 {
            (mib(self.limit_mib), mib(self.spike_limit_mib))
        } else {
            let machine = machine()?;
            let share = |percent: u32| machine / 100 * u64::from(percent);
            (
                share(self.limit_percentage),
                share(self.spike_limit_percentage),
            )
        };
        let spike = if spike == 0 { hard / 5 } else { spike };
        Some(Ceiling {
            soft: hard.saturating_sub(spike),
            hard,
            check_interval: self.check_interval.0,
        })
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        let mut add = |key: &str, message: &str, help: &str| {
            let help = Some(help.to_owned()).filter(|help| !help.is_empty());
            wrong.push(Invalid {
                help,
                ..Invalid::new(key, message)
            });
        };
        if self.check_interval.0.is_zero() {
            let help = "check_interval: 1s";
            add("check_interval", "must be more than zero", help);
        }
        if self.limit_mib == 0 && self.limit_percentage == 0 {
            let message = "must be set, or limit_percentage";
            add("limit_mib", message, "limit_mib: 512");
        }
        if self.limit_mib > 0 && self.spike_limit_mib >= self.limit_mib {
            add("spike_limit_mib", "must be less than limit_mib", "");
        }
        let percentages = [
            ("limit_percentage", self.limit_percentage),
            ("spike_limit_percentage", self.spike_limit_percentage),
        ];
        for (key, percentage) in percentages {
            if percentage > 100 {
                add(key, "must be at most 100", "");
            }
        }
        if self.limit_percentage > 0 && self.spike_limit_percentage >= self.limit_percentage {
            let message = "must be less than limit_percentage";
            add("spike_limit_percentage", message, "");
        }
        wrong
    }
}
