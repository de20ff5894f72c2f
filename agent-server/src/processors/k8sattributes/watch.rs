//! The task that keeps the pods current.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::api::{Api, ApiError, Event};
use super::pods::Pods;

/// The first wait after a failure; each is twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How it has gone lately.
#[derive(Debug)]
struct Luck {
    wait: Duration,
    /// Whether it was told that it fails.
    fails: bool,
}

impl Luck {
    /// How long to wait before the pods are listed anew. A server that ends each watch at once is
    /// not asked more often than one that fails, and agents that lost it together come apart.
    fn next_wait(&mut self, watched: Duration) -> Duration {
        if watched >= LONGEST_WAIT {
            self.wait = FIRST_WAIT;
        }
        let wait = self.wait;
        self.wait = (2 * wait).min(LONGEST_WAIT);
        wait.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// Lists the pods and watches them, for ever. What goes wrong is told of once, until it works.
pub(super) async fn watch(api: Api, pods: Arc<Pods>, period: Duration) {
    let mut luck = Luck {
        wait: FIRST_WAIT,
        fails: false,
    };
    loop {
        let mut since = None;
        let ended = follow(&api, &pods, period, &mut since, &mut luck.fails).await;
        // Otherwise it ended as it does from time to time, or has to be listed anew.
        if let Err(ApiError::Other(error)) = ended
            && !std::mem::replace(&mut luck.fails, true)
        {
            tracing::warn!(
                error,
                "pods cannot be listed or watched; what is known stays, and it is tried again"
            );
        }
        let watched = since.map_or(Duration::ZERO, |since: Instant| since.elapsed());
        sleep(luck.next_wait(watched)).await;
    }
}

/// Lists the pods once, and watches them from there until the watch ends; `since` says when it
/// began.
async fn follow(
    api: &Api,
    pods: &Pods,
    period: Duration,
    since: &mut Option<Instant>,
    fails: &mut bool,
) -> Result<(), ApiError> {
    let listed = api.list(|pod| pods.prune(pod)).await?;
    pods.list(listed.pods, Instant::now());
    let mut events = api.watch(&listed.version, period).await?;
    *since = Some(Instant::now());
    if std::mem::take(fails) {
        tracing::info!("pods are listed and watched again");
    }
    // A connection that died without a word must not be waited for.
    let until = Instant::now() + period + LONGEST_WAIT;
    while let Ok(event) = timeout(
        until.saturating_duration_since(Instant::now()),
        events.next(),
    )
    .await
    {
        match event? {
            Some(Event::Added(pod) | Event::Modified(pod)) => pods.put(*pod, Instant::now()),
            Some(Event::Deleted(pod)) => pods.remove(&pod, Instant::now()),
            Some(Event::Bookmark(_)) => {}
            Some(Event::Error(trouble)) => return Err(trouble.into()),
            None => return Ok(()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_until_a_watch_has_lasted() {
        let mut luck = Luck {
            wait: FIRST_WAIT,
            fails: false,
        };
        let short = Duration::from_secs(1);
        for (watched, wait) in [
            (short, 500),
            (Duration::ZERO, 1_000),
            (short, 2_000),
            (LONGEST_WAIT, 500),
            (short, 1_000),
        ] {
            let wait = Duration::from_millis(wait);
            let waited = luck.next_wait(watched);
            assert!(
                wait / 2 <= waited && waited <= wait,
                "{waited:?} for {wait:?}"
            );
        }
        for _ in 0..20 {
            assert!(luck.next_wait(short) <= LONGEST_WAIT);
        }
    }
}
