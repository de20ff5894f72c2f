//! The second net: what the process has resident, whoever took it.

use tokio::time::sleep;

use super::{Ceiling, Memory};
use crate::component::Tasks;
use crate::ops::resident_bytes;

impl Memory {
    /// Watches over the process until the tasks' token is cancelled, while there is a limit.
    pub fn watch(&self, tasks: &Tasks) {
        self.begin(resident());
        let memory = self.clone();
        let stop = tasks.token().clone();
        tasks.spawn(async move {
            stop.run_until_cancelled_owned(memory.look_each_interval())
                .await;
        });
    }

    async fn look_each_interval(&self) {
        loop {
            if self.ceiling().is_none() {
                // Nobody is left who could say that there is enough.
                self.press(false);
            }
            let ceiling = self.limited().await;
            self.judge(ceiling, resident());
            sleep(ceiling.check_interval).await;
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
