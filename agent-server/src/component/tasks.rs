//! Who owns a component's tasks.

use std::future::Future;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The tasks of a group of components: spawned here, told to stop here, joined here.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    token: CancellationToken,
    /// Cancelled when a task did not listen to the token.
    abort: CancellationToken,
    tracker: TaskTracker,
    /// The groups that this one is a branch of.
    above: Vec<TaskTracker>,
}

impl Tasks {
    /// Spawns a task that the owner of this group joins.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let abort = self.abort.clone();
        let above: Vec<TaskTrackerToken> = self.above.iter().map(TaskTracker::token).collect();
        self.tracker.spawn(async move {
            abort.run_until_cancelled_owned(task).await;
            drop(above);
        });
    }

    /// A part of this group that can be stopped by itself. What happens to the group happens to
    /// the branch, and the group has not ended before its branches have.
    #[must_use]
    pub fn branch(&self) -> Self {
        let above = self.above.iter().chain([&self.tracker]);
        Self {
            token: self.token.child_token(),
            abort: self.abort.child_token(),
            tracker: TaskTracker::new(),
            above: above.cloned().collect(),
        }
    }

    /// Whether no task runs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tracker.is_empty()
    }

    /// Waits until all tasks have ended by themselves.
    pub async fn ended(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// The token that is cancelled when the group is to stop.
    #[must_use]
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Tells every task to stop and waits until all have ended.
    pub async fn stop(&self) {
        self.token.cancel();
        self.ended().await;
    }

    /// Waits until all tasks have ended by themselves. Says whether they did within `limit`.
    pub async fn ended_within(&self, limit: Duration) -> bool {
        timeout(limit, self.ended()).await.is_ok()
    }

    /// Tells every task to stop, and aborts those that have not ended after `grace`. Says whether
    /// there were none.
    pub async fn stop_within(&self, grace: Duration) -> bool {
        self.token.cancel();
        let in_time = self.ended_within(grace).await;
        if !in_time {
            self.abort.cancel();
            self.tracker.wait().await;
        }
        in_time
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_listen_is_aborted_after_the_grace() {
        let tasks = Tasks::default();
        let held = Arc::new(());
        let theirs = Arc::clone(&held);
        tasks.spawn(async move {
            let _theirs = theirs;
            std::future::pending::<()>().await;
        });
        assert!(!tasks.stop_within(Duration::from_secs(1)).await);
        assert_eq!(Arc::strong_count(&held), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_the_end_tells_nobody_to_stop() {
        let tasks = Tasks::default();
        let token = tasks.token().clone();
        tasks.spawn(async move { token.cancelled().await });
        assert!(!tasks.ended_within(Duration::from_secs(1)).await);
        assert!(tasks.stop_within(Duration::from_secs(1)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_branch_stops_alone_and_its_group_waits_for_it() {
        let group = Tasks::default();
        let (one, other) = (group.branch(), group.branch().branch());
        for branch in [&one, &other] {
            let token = branch.token().clone();
            branch.spawn(async move { token.cancelled().await });
        }
        one.stop().await;
        assert!(one.is_empty() && !other.is_empty());
        assert!(!group.ended_within(Duration::from_secs(1)).await);
        assert!(group.stop_within(Duration::from_secs(1)).await);
        assert!(other.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_branch_that_does_not_listen_is_aborted_with_its_group() {
        let group = Tasks::default();
        group.branch().spawn(std::future::pending());
        assert!(!group.stop_within(Duration::from_secs(1)).await);
        assert!(group.is_empty());
    }
}
