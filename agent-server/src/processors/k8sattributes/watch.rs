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

/// Lists the pods and watches them, for ever. What goes wrong is told of once, until it works.
pub(super) async fn watch(api: Api, pods: Arc<Pods>, period: Duration) {
    let mut wait = FIRST_WAIT;
    let mut fails = false;
    loop {
        match follow(&api, &pods, period, &mut fails).await {
            // It ended as it does from time to time, or has to be listed anew.
            Ok(()) | Err(ApiError::Gone) => {
                wait = FIRST_WAIT;
                sleep(FIRST_WAIT).await;
            }
            Err(ApiError::Other(error)) => {
                if !fails {
                    tracing::warn!(
                        error,
                        "pods cannot be listed or watched; what is known stays, and it is tried \
                         again"
                    );
                }
                fails = true;
                sleep(wait).await;
                wait = (2 * wait).min(LONGEST_WAIT);
            }
        }
    }
}

/// Lists the pods once, and watches them from there until the watch ends.
async fn follow(
    api: &Api,
    pods: &Pods,
    period: Duration,
    fails: &mut bool,
) -> Result<(), ApiError> {
    let listed = api.list().await?;
    pods.list(listed.pods, Instant::now());
    let mut events = api.watch(&listed.version, period).await?;
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
