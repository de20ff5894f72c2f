//! How a client is flushed and shut down: what callers ask of the worker.
//!
//! Callers wait on a condition variable, never on a runtime, and never longer than they said. The
//! worker waits on a [`Notify`]. Requests are numbers, not messages, so that any number of callers
//! costs nothing.

use std::time::{Duration, Instant};

use crate::sync::{Condvar, Mutex, MutexGuard, Notify, PoisonError, sleep_until};

/// How an attempt that was asked for ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Everything is with the agent.
    Done,
    /// The worker is gone; nothing will be sent any more.
    Stopped,
    /// The agent did not answer in time.
    TimedOut,
    /// The agent is not there.
    Unreachable,
}

#[derive(Debug, Default)]
pub(crate) struct Requests {
    state: Mutex<State>,
    /// Tells callers that `state` changed.
    changed: Condvar,
    /// Wakes a worker that waits for something to do.
    call: Notify,
    /// Tells a worker in the middle of something that its time is limited from now on.
    limit: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Number of the latest flush asked for.
    wanted: u64,
    /// Number of the latest flush done, and how it ended.
    done: u64,
    ending: Option<Ending>,
    /// Number of the latest flush that ended well. Those before it are then done too, whatever
    /// became of later ones before their callers woke up.
    sent: u64,
    /// When the worker must have ended, once it is `stopping`.
    stop_by: Option<Instant>,
    stopping: bool,
    ended: bool,
}

impl Requests {
    /// Asks for a flush and waits for its end.
    pub(crate) fn flush(&self, timeout: Duration) -> Ending {
        let mut state = self.lock();
        state.wanted += 1;
        let wanted = state.wanted;
        drop(state);
        self.call.notify_one();
        let state = self.wait(timeout, |state| state.done >= wanted || state.ended);
        match state.ending {
            _ if state.sent >= wanted => Ending::Done,
            Some(ending) if state.done >= wanted => ending,
            _ if state.ended => Ending::Stopped,
            _ => Ending::TimedOut,
        }
    }

    /// Decides that the worker sends what it can and ends, and how long that may take. The first
    /// caller's word counts. The worker does not hear of it before
    /// [`announce_stop`](Self::announce_stop).
    pub(crate) fn ask_to_stop(&self, timeout: Duration) {
        let mut state = self.lock();
        if state.stop_by.is_none() {
            // The worker gets a little less, so that its last word is heard in time.
            state.stop_by = Some(Instant::now() + timeout.mul_f64(0.9));
        }
    }

    /// Tells the worker that it is to end.
    pub(crate) fn announce_stop(&self) {
        self.lock().stopping = true;
        self.call.notify_one();
        self.limit.notify_one();
    }

    /// Waits until the worker has ended.
    pub(crate) fn wait_for_end(&self, timeout: Duration) -> Ending {
        if self.wait(timeout, |state| state.ended).ended {
            Ending::Stopped
        } else {
            Ending::TimedOut
        }
    }

    /// The number of a flush that somebody waits for.
    pub(crate) fn flush_wanted(&self) -> Option<u64> {
        let state = self.lock();
        (state.wanted > state.done).then_some(state.wanted)
    }

    /// When the worker must have ended, if it must.
    pub(crate) fn stop_by(&self) -> Option<Instant> {
        let state = self.lock();
        state.stop_by.filter(|_| state.stopping)
    }

    /// Completes when somebody wants something.
    pub(crate) async fn called(&self) {
        while self.flush_wanted().is_none() && self.stop_by().is_none() {
            self.call.notified().await;
        }
    }

    /// Completes when the worker's time is up. Never, unless it was asked to stop.
    pub(crate) async fn time_is_up(&self) {
        loop {
            if let Some(stop_by) = self.stop_by() {
                return sleep_until(stop_by.into()).await;
            }
            self.limit.notified().await;
        }
    }

    /// Tells everybody who waits for flush `number` or an earlier one how it ended.
    pub(crate) fn flushed(&self, number: u64, ending: Ending) {
        let mut state = self.lock();
        state.done = number;
        state.ending = Some(ending);
        if ending == Ending::Done {
            state.sent = number;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Tells everybody that the worker is gone.
    pub(crate) fn ended(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }

    fn wait(&self, timeout: Duration, until: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let state = self.lock();
        let waited = self
            .changed
            .wait_timeout_while(state, timeout, |state| !until(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
