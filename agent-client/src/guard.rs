//! The handle that keeps a client alive and ends it in time.

use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::environment::Warning;
use crate::error::FlushError;
use crate::stats::Stats;

/// Keeps a client going; dropping it sends what is left, within the flush timeout (500 ms unless
/// told otherwise), and ends the client.
///
/// Hold it in `main` until everything else is done: spans that end after it are dropped and
/// counted. `std::process::exit` drops nothing: call [`shutdown`](Self::shutdown) before it. Nor
/// does a signal that ends the process, such as Ctrl-C: a server that shall send its last spans
/// ends by itself when it gets one, as axum's does `with_graceful_shutdown`.
#[derive(Debug)]
#[must_use = "dropping the guard ends the client: keep it until the program's end"]
pub struct Guard {
    client: Option<Arc<Client>>,
    warnings: Vec<Warning>,
}

impl Guard {
    /// A guard of nothing, when the settings want no spans, has no client.
    pub(crate) const fn new(client: Option<Arc<Client>>, warnings: Vec<Warning>) -> Self {
        Self { client, warnings }
    }

    /// Sends the spans that ended so far and waits until the agent has them, at most for the flush
    /// timeout. Blocks the calling thread; needs no runtime and works inside any.
    ///
    /// # Errors
    ///
    /// When the agent is away or does not answer in time. The spans stay in the buffer then.
    pub fn flush(&self) -> Result<(), FlushError> {
        self.client
            .as_ref()
            .map_or(Ok(()), |client| client.flush(client.flush_timeout))
    }

    /// Where the spans are that ended so far. All zero when spans are switched off.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.client
            .as_ref()
            .map_or_else(Stats::default, |client| client.stats())
    }

    /// What the environment said and was not understood. [`init`](crate::init()) logs these, but a
    /// program that sets its log up later does not see that.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Like dropping the guard, with another time limit and with an answer. The guard remains, for
    /// [`stats`](Self::stats).
    ///
    /// # Errors
    ///
    /// When spans were left unsent, or when the client was shut down before.
    pub fn shutdown(&self, timeout: Duration) -> Result<(), FlushError> {
        self.client
            .as_ref()
            .map_or(Ok(()), |client| client.shutdown(timeout))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(client) = &self.client {
            // What was left is in the log and in the counters.
            let _ = client.shutdown(client.flush_timeout);
        }
    }
}
