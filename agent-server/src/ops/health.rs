//! Whether the agent is starting, ready or stopping.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// A phase of the agent's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Every receiver is listening.
    Ready,
    /// Sockets are being bound.
    Starting,
    /// Receivers have stopped; what is queued is being delivered.
    Stopping,
}

/// The phase of one agent, shared. Starts as [`Phase::Starting`].
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<AtomicU8>);

impl Health {
    /// Enters a phase.
    pub fn enter(&self, phase: Phase) {
        let code = match phase {
            Phase::Starting => 0,
            Phase::Ready => 1,
            Phase::Stopping => 2,
        };
        self.0.store(code, Ordering::Release);
    }

    /// The current phase.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.0.load(Ordering::Acquire) {
            0 => Phase::Starting,
            1 => Phase::Ready,
            _ => Phase::Stopping,
        }
    }
}
