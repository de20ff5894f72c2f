//! Whether the agent is starting, ready or stopping, and since when it runs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

/// A phase of the agent's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Every receiver is listening.
    Ready,
    /// Sockets are being bound.
    Starting,
    /// Receivers have stopped; what is queued is being delivered.
    Stopping,
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Ready => "ready",
            Self::Starting => "starting",
            Self::Stopping => "stopping",
        })
    }
}

/// The phase of one agent, shared. Starts as [`Phase::Starting`], at the moment it is made.
#[derive(Clone, Debug)]
pub struct Health(Arc<Life>);

#[derive(Debug)]
struct Life {
    phase: AtomicU8,
    started: Instant,
    started_at: SystemTime,
}

impl Default for Health {
    fn default() -> Self {
        Self(Arc::new(Life {
            phase: AtomicU8::new(0),
            started: Instant::now(),
            started_at: SystemTime::now(),
        }))
    }
}

impl Health {
    /// Enters a phase.
    pub fn enter(&self, phase: Phase) {
        let code = match phase {
            Phase::Starting => 0,
            Phase::Ready => 1,
            Phase::Stopping => 2,
        };
        self.0.phase.store(code, Ordering::Release);
    }

    /// The current phase.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.0.phase.load(Ordering::Acquire) {
            0 => Phase::Starting,
            1 => Phase::Ready,
            _ => Phase::Stopping,
        }
    }

    /// When the agent started.
    #[must_use]
    pub fn started_at(&self) -> SystemTime {
        self.0.started_at
    }

    /// For how long it has been running.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.0.started.elapsed()
    }
}
