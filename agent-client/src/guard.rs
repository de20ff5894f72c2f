//! The handle that keeps a client alive and ends it in time.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use campanile_wire::otlp::Signal;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;

use crate::client::{Client, Shutdown};
use crate::environment::Warning;
use crate::error::FlushError;
use crate::own_metrics;
use crate::providers::Providers;
use crate::stats::Stats;

/// Keeps a client going; dropping it sends what is left, within the flush timeout (500 ms unless
/// told otherwise), and ends the client.
///
/// Hold it in `main` until everything else is done: what ends after it is dropped and counted.
/// Spans that are open then are sent as they began, with the attribute `campanile.interrupted`, as
/// far as they were remembered: 4,096 of them, and 1 MiB.
///
/// `std::process::exit` drops nothing: call [`shutdown`](Self::shutdown) before it. Nor does a
/// signal that ends the process, such as Ctrl-C: a server that shall send its last spans ends by
/// itself when it gets one, as axum's does `with_graceful_shutdown`.
///
/// In a child of `fork`, a guard is good for what began in the child.
#[derive(Debug)]
#[must_use = "dropping the guard ends the client: keep it until the program's end"]
pub struct Guard {
    clients: Vec<Arc<Client>>,
    /// Collected for the last time at the end.
    meters: Option<SdkMeterProvider>,
    providers: Option<Providers>,
    warnings: Vec<Warning>,
}

impl Guard {
    /// A guard of nothing, when the settings want nothing sent, has no clients.
    pub(crate) const fn new(
        clients: Vec<Arc<Client>>,
        meters: Option<SdkMeterProvider>,
        warnings: Vec<Warning>,
    ) -> Self {
        Self {
            clients,
            meters,
            providers: None,
            warnings,
        }
    }

    pub(crate) fn installed(&mut self, providers: Providers) {
        self.providers = Some(providers);
    }

    /// The provider of loggers, after [`init`](crate::init()): there is no global one.
    #[must_use]
    pub fn logger_provider(&self) -> Option<&SdkLoggerProvider> {
        self.providers
            .as_ref()
            .map(|providers| &providers.logger_provider)
    }

    /// [`Providers::tracing_layer`], after [`init`](crate::init()): all that a `tracing` subscriber
    /// needs (feature `tracing`).
    ///
    /// # Example
    ///
    /// ```
    /// use tracing_subscriber::prelude::*;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let guard = campanile_agent_client::init!()?;
    /// tracing_subscriber::registry().with(guard.tracing_layer()).init();
    ///
    /// tracing::info_span!("checkout").in_scope(|| tracing::info!(items = 3, "paid"));
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "tracing")]
    #[must_use = "a layer does nothing until a subscriber has it"]
    pub fn tracing_layer<S>(
        &self,
    ) -> Option<impl tracing_subscriber::Layer<S> + Send + Sync + use<S>>
    where
        S: tracing::Subscriber + Send + Sync,
        S: for<'span> tracing_subscriber::registry::LookupSpan<'span>,
    {
        self.providers.as_ref().map(Providers::tracing_layer)
    }

    /// Sends what ended so far and waits until the agent has it, at most for the flush timeout.
    /// Metrics are not collected for it: that is their provider's business. What the agent refuses
    /// for good is not waited for: see [`Stats::failed`]. Blocks the calling
    /// thread; needs no runtime and works inside any.
    ///
    /// # Errors
    ///
    /// When the agent is away or does not answer in time. What is left stays in the buffer then.
    pub fn flush(&self) -> Result<(), FlushError> {
        let begin = Instant::now();
        let flush = |client: &Arc<Client>| {
            let remaining = client.flush_timeout().saturating_sub(begin.elapsed());
            client.flush(remaining)
        };
        worst(self.existing().map(flush))
    }

    /// Has a meter provider of the program's own report the client's statistics, as the one of
    /// [`build`](crate::Builder::build) does by itself. To be called once.
    pub fn report_to(&self, meters: &SdkMeterProvider) {
        own_metrics::register(meters, &self.clients);
    }

    /// Where the spans are that ended so far. All zero when spans are switched off.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats_of(Signal::Traces)
    }

    /// Where the log records are that were emitted so far.
    #[must_use]
    pub fn log_stats(&self) -> Stats {
        self.stats_of(Signal::Logs)
    }

    /// Where the metric points are that were collected so far.
    #[must_use]
    pub fn metric_stats(&self) -> Stats {
        self.stats_of(Signal::Metrics)
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
    /// When something was left unsent, or when the client was shut down before.
    pub fn shutdown(&self, timeout: Duration) -> Result<(), FlushError> {
        let begin = Instant::now();
        let remaining = || timeout.saturating_sub(begin.elapsed());
        let clients: Vec<_> = self.existing().collect();
        // Providers that end now need not wait: this does.
        clients.iter().for_each(|client| client.leave());
        self.collect(remaining());
        // All at once, so that the time is not spent on the first alone.
        let begun: Vec<_> = clients
            .iter()
            .map(|client| client.begin_shutdown(remaining()))
            .collect();
        worst(
            begun
                .into_iter()
                .map(|shutdown| shutdown.map_or(Err(FlushError::AlreadyShutdown), Shutdown::wait)),
        )
    }

    /// Collects metrics for the last time. The application's callbacks may hang: a thread of its
    /// own waits for them, and this one for as long as there is time.
    fn collect(&self, timeout: Duration) {
        let Some(meters) = self.meters.clone() else {
            return;
        };
        let mut clients = self.existing();
        let collects = clients.any(|client| client.intake(Signal::Metrics).is_some());
        // The thread that collects stays with the parent of a fork.
        if !collects || self.is_forked() {
            return;
        }
        let (done, wait) = mpsc::sync_channel(1);
        let thread = thread::Builder::new()
            .name("campanile-last-metrics".to_owned())
            .spawn(move || {
                // What it collects is in the queue; that it may have ended before is no news.
                let _ = meters.shutdown();
                let _ = done.send(());
            });
        if thread.is_ok() {
            // Half of the time is left for sending.
            let _ = wait.recv_timeout(timeout / 2);
        }
    }

    /// The clients that work in this process.
    fn existing(&self) -> impl Iterator<Item = &Arc<Client>> {
        self.clients.iter().filter_map(Client::existing)
    }

    /// Whether this is the copy of a guard in a child of the process that it was made in.
    fn is_forked(&self) -> bool {
        let first = self.clients.first();
        first.is_some_and(|client| client.pid() != std::process::id())
    }

    fn stats_of(&self, signal: Signal) -> Stats {
        // In a child, the parent's books are copies whose locks may be taken for ever.
        let mut clients = self.existing();
        let stats = clients.find_map(|client| Some(client.intake(signal)?.stats()));
        stats.unwrap_or_default()
    }
}

/// Lets all of them happen, and returns the first error.
fn worst(results: impl Iterator<Item = Result<(), FlushError>>) -> Result<(), FlushError> {
    let mut first = Ok(());
    for result in results {
        first = first.and(result);
    }
    first
}

impl Drop for Guard {
    fn drop(&mut self) {
        let timeouts = self.clients.iter().map(|client| client.flush_timeout());
        if let Some(timeout) = timeouts.max() {
            // What was left is in the log and in the counters.
            let _ = self.shutdown(timeout);
        }
        if self.is_forked() {
            // The last one to be dropped would wait five seconds for the thread that collects.
            std::mem::forget(self.meters.take());
        }
    }
}
