//! The second net: what the process has resident, whoever took it.

use tokio::time::{MissedTickBehavior, interval};

use super::{Ceiling, Memory};
use crate::component::Tasks;
use crate::ops::resident_bytes;

impl Memory {
    /// Watches over the process until the tasks' token is cancelled, if there is a limit.
    pub fn watch(&self, tasks: &Tasks) {
        let Some(ceiling) = self.ceiling() else {
            return;
        };
        self.begin(resident());
        let memory = self.clone();
        let stop = tasks.token().clone();
        tasks.spawn(async move {
            stop.run_until_cancelled_owned(memory.look_each_interval(ceiling))
                .await;
        });
    }

    async fn look_each_interval(&self, ceiling: Ceiling) {
        let mut clock = interval(ceiling.check_interval);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            self.judge(ceiling, resident());
        }
    }

    /// Refuses everything from above the limit on, until the process is below the soft limit, or
    /// below the limit with little of it being telemetry's: an allocator keeps some of what was
    /// given back.
    pub(super) fn judge(&self, ceiling: Ceiling, resident: u64) {
        let Ceiling { soft, hard, .. } = ceiling;
        let pressed = match self.is_pressed() {
            false => resident > hard,
            true => resident > soft && (resident > hard || self.used() > soft / 4),
        };
        if pressed == self.is_pressed() {
            return;
        }
        self.press(pressed);
        let (resident, limit) = (resident >> 20, hard >> 20);
        if pressed {
            tracing::warn!(
                resident_mib = resident,
                limit_mib = limit,
                "memory is short: senders are told to come back; raise memory_limiter's limit_mib, \
                 or send less, or make destinations faster"
            );
        } else {
            tracing::info!(
                resident_mib = resident,
                limit_mib = limit,
                "there is memory again"
            );
        }
    }
}

/// What the process has resident; nothing where the system does not say.
fn resident() -> u64 {
    let bytes = resident_bytes().unwrap_or_default();
    u64::try_from(bytes).unwrap_or_default()
}
