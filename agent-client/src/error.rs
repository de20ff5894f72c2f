//! What can go wrong, as far as the caller can do something about it.

use std::io;

/// Why a client could not be set up.
///
/// Only mistakes in the program and a system without threads end here. What the environment gets
/// wrong is a [`Warning`](crate::environment::Warning), and an agent that is not there is nothing
/// but a line in the log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// The endpoint given to the builder is none.
    #[error("cannot send spans to {endpoint:?}: expected {expected}")]
    Endpoint {
        /// What was given, without credentials.
        endpoint: String,
        /// What to write instead, and why.
        expected: &'static str,
    },
    /// A header given to the builder cannot be sent. Its value is not shown: it may be a secret.
    #[error("header {name:?} cannot be sent with the spans: {reason}")]
    Header {
        /// The header's name.
        name: String,
        /// What is wrong with the name or the value.
        reason: &'static str,
    },
    /// The thread that talks to the agent could not be started.
    #[error("cannot start the thread that talks to the agent: {0}")]
    Worker(#[from] io::Error),
}

/// Why spans are still waiting after [`Guard::flush`](crate::Guard::flush) or
/// [`Guard::shutdown`](crate::Guard::shutdown).
///
/// After a flush they stay in the buffer and are sent when the agent takes them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlushError {
    /// The client was shut down before.
    #[error("the agent client is shut down")]
    AlreadyShutdown,
    /// The agent did not answer within the time allowed.
    #[error("the agent did not take everything in time, {left} items are left")]
    TimedOut {
        /// Spans not known to be with the agent.
        left: u64,
    },
    /// The agent is not there, or asks for patience.
    #[error("the agent is not reachable, {left} items are left")]
    Unreachable {
        /// Spans not known to be with the agent.
        left: u64,
    },
}
