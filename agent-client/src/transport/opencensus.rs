//! The OpenCensus agent protocol: for each signal a long-lived stream that answers nothing.
//!
//! The first message of a stream carries the node and the resource and no spans; the following
//! ones carry spans only. A message that was written proves nothing: it may lie in a buffer of a
//! connection that is about to break. The one proof the protocol has is a clean end: after this
//! side half-closes, an agent ends the stream with OK once it has taken everything. So what was
//! written is kept, encoded, and counts as queued until the stream ended cleanly; when it breaks
//! instead, everything kept is sent again on the next one.
//!
//! The stream is half-closed when the program flushes or ends, when more than 1 MiB is unproven,
//! and when the oldest unproven batch is five seconds old; the next batch opens a new stream on
//! the same connection. That costs a busy program a round trip for every megabyte, and an agent
//! that restarts at most one megabyte of spans twice.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use campanile_wire::otlp::Signal;
use tokio::time::Instant;
use tonic::Status;

use super::grpc::Connection;
use super::stream::{Stream, TimedOut};
use crate::batch::Batch;
use crate::cause;
use crate::client::Client;
use crate::identity::process;
use crate::ledger::Ledger;
use crate::retry::{self, Outage, Verdict};
use crate::translate;

/// The stream is half-closed when more than this is unproven.
const MAX_UNPROVEN_BYTES: usize = 1 << 20;
/// The stream is half-closed when a batch is unproven for longer than this.
const MAX_UNPROVEN_AGE: Duration = Duration::from_secs(5);

/// The streams of one connection.
#[derive(Debug)]
pub(crate) struct Agent {
    connection: Connection,
    traces: Option<Export>,
    metrics: Option<Export>,
}

impl Agent {
    pub(super) fn new(connection: Connection, client: &Arc<Client>) -> Self {
        let export = |signal| {
            client.intake(signal)?;
            Some(Export::new(signal, Arc::clone(client)))
        };
        Self {
            connection,
            traces: export(Signal::Traces),
            metrics: export(Signal::Metrics),
        }
    }

    pub(super) fn holds_batches(&self) -> bool {
        self.exports().any(|export| !export.unproven.is_empty())
    }

    pub(super) async fn send(&mut self, batch: Batch, ledger: &mut Ledger) -> Result<(), Outage> {
        let export = match batch.signal {
            Signal::Traces => &mut self.traces,
            Signal::Metrics => &mut self.metrics,
            Signal::Logs => &mut None,
        };
        match export {
            Some(export) => export.send(batch, &mut self.connection, ledger).await,
            // A signal without messages has no intake.
            None => Ok(()),
        }
    }

    pub(super) async fn resume(
        &mut self,
        signal: Signal,
        ledger: &mut Ledger,
    ) -> Result<(), Outage> {
        let export = match signal {
            Signal::Traces => &mut self.traces,
            Signal::Metrics => &mut self.metrics,
            Signal::Logs => &mut None,
        };
        match export {
            Some(export) => export.resume(&mut self.connection, ledger).await,
            None => Ok(()),
        }
    }

    /// Half-closes the streams and waits for their clean ends.
    pub(super) async fn confirm(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        for export in [&mut self.traces, &mut self.metrics].into_iter().flatten() {
            export.confirm(&mut self.connection, ledger).await?;
        }
        Ok(())
    }

    /// A stream with a node and nothing else.
    pub(super) async fn probe(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        let mut exports = [&mut self.traces, &mut self.metrics].into_iter().flatten();
        let Some(export) = exports.next() else {
            return Ok(());
        };
        export.open(&mut self.connection).await?;
        export.confirm(&mut self.connection, ledger).await
    }

    pub(super) fn is_confirmation_due(&self) -> bool {
        self.exports().any(Export::is_confirmation_due)
    }

    pub(super) async fn attention(&mut self) {
        let Self {
            traces, metrics, ..
        } = self;
        tokio::select! {
            () = attention(traces) => {}
            () = attention(metrics) => {}
        }
    }

    fn exports(&self) -> impl Iterator<Item = &Export> {
        [&self.traces, &self.metrics].into_iter().flatten()
    }
}

async fn attention(export: &mut Option<Export>) {
    match export {
        Some(export) => export.attention().await,
        None => std::future::pending().await,
    }
}

/// One signal's stream.
#[derive(Debug)]
struct Export {
    signal: Signal,
    client: Arc<Client>,
    started: SystemTime,
    stream: Option<Stream>,
    /// How a stream ended that nobody was waiting for.
    ended: Option<Result<(), Status>>,
    unproven: VecDeque<Batch>,
    unproven_bytes: usize,
    /// How many of `unproven` are written to the present stream.
    written: usize,
    /// When the oldest of `unproven` came.
    since: Option<Instant>,
}

impl Export {
    fn new(signal: Signal, client: Arc<Client>) -> Self {
        Self {
            signal,
            client,
            started: process::started(),
            stream: None,
            ended: None,
            unproven: VecDeque::new(),
            unproven_bytes: 0,
            written: 0,
            since: None,
        }
    }

    async fn send(
        &mut self,
        batch: Batch,
        connection: &mut Connection,
        ledger: &mut Ledger,
    ) -> Result<(), Outage> {
        self.unproven_bytes += batch.bytes.len();
        self.unproven.push_back(batch);
        self.since.get_or_insert_with(Instant::now);
        self.write_out(connection, ledger).await?;
        if self.unproven_bytes > MAX_UNPROVEN_BYTES {
            self.confirm(connection, ledger).await?;
        }
        Ok(())
    }

    async fn resume(
        &mut self,
        connection: &mut Connection,
        ledger: &mut Ledger,
    ) -> Result<(), Outage> {
        match self.ended.take() {
            // An agent that ends a stream by itself, and cleanly, may do so.
            Some(Ok(())) if self.unproven.is_empty() => {}
            Some(end) => self.broken(end, connection, ledger)?,
            None => {}
        }
        self.write_out(connection, ledger).await
    }

    /// Half-closes the stream and waits for its clean end.
    async fn confirm(
        &mut self,
        connection: &mut Connection,
        ledger: &mut Ledger,
    ) -> Result<(), Outage> {
        self.write_out(connection, ledger).await?;
        let Some(stream) = &mut self.stream else {
            return Ok(());
        };
        // An agent that ended the stream by itself, however well, proves nothing.
        if stream.has_ended() {
            let end = stream.ended().await;
            self.stream = None;
            return self.broken(end, connection, ledger);
        }
        stream.half_close();
        let timeout = connection.timeout();
        let Ok(end) = tokio::time::timeout(timeout, stream.ended()).await else {
            return Err(self.gave_up_waiting(timeout, connection));
        };
        let was_read = stream.was_read();
        self.stream = None;
        if end.is_err() || !was_read {
            return self.broken(end, connection, ledger);
        }
        for batch in self.forget() {
            ledger.sent(&batch);
        }
        Ok(())
    }

    fn is_confirmation_due(&self) -> bool {
        self.since
            .is_some_and(|since| since.elapsed() >= MAX_UNPROVEN_AGE)
    }

    async fn attention(&mut self) {
        let due = self.since.map(|since| since + MAX_UNPROVEN_AGE);
        let time = async {
            match due {
                Some(due) => tokio::time::sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        let Some(stream) = &mut self.stream else {
            return time.await;
        };
        tokio::select! {
            end = stream.ended() => {
                self.stream = None;
                self.ended = Some(end);
            }
            () = time => {}
        }
    }

    /// Writes what is not on the present stream yet.
    async fn write_out(
        &mut self,
        connection: &mut Connection,
        ledger: &mut Ledger,
    ) -> Result<(), Outage> {
        while let Some(batch) = self.unproven.get(self.written) {
            let message = batch.bytes.clone();
            self.open(connection).await?;
            if self.write(message, connection, ledger).await? {
                self.written += 1;
            }
        }
        Ok(())
    }

    /// Makes sure there is a stream and the agent knows who writes to it.
    async fn open(&mut self, connection: &mut Connection) -> Result<(), Outage> {
        if self
            .stream
            .as_ref()
            .is_some_and(|stream| !stream.is_half_closed())
        {
            return Ok(());
        }
        self.written = 0;
        let stream = Stream::open(connection.client().await?, self.signal);
        let first = self.first_message();
        let timeout = connection.timeout();
        // A stream that is broken already says so at the next write.
        let written = stream.write(first.into(), timeout).await;
        self.stream = Some(stream);
        match written {
            Ok(_) => Ok(()),
            Err(TimedOut) => Err(self.gave_up_waiting(timeout, connection)),
        }
    }

    /// Writes a message; false when the stream ended instead and its batches were given up.
    async fn write(
        &mut self,
        message: Bytes,
        connection: &mut Connection,
        ledger: &mut Ledger,
    ) -> Result<bool, Outage> {
        let timeout = connection.timeout();
        let Some(stream) = &mut self.stream else {
            return Ok(false);
        };
        match stream.write(message, timeout).await {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(TimedOut) => return Err(self.gave_up_waiting(timeout, connection)),
        }
        let Ok(end) = tokio::time::timeout(timeout, stream.ended()).await else {
            return Err(self.gave_up_waiting(timeout, connection));
        };
        self.stream = None;
        self.broken(end, connection, ledger)?;
        Ok(false)
    }

    fn gave_up_waiting(&mut self, timeout: Duration, connection: &mut Connection) -> Outage {
        self.stream = None;
        self.written = 0;
        connection.discard();
        Outage::timed_out(timeout)
    }

    /// The stream ended before its time: either the agent will never take what was written, or
    /// everything is sent again.
    fn broken(
        &mut self,
        end: Result<(), Status>,
        connection: &mut Connection,
        ledger: &mut Ledger,
    ) -> Result<(), Outage> {
        self.written = 0;
        let Err(status) = end else {
            return Err(Outage::broken("the agent closed the stream"));
        };
        let why = cause::describe(&status);
        match judge(&status) {
            Verdict::Again(pause) => {
                connection.discard();
                Err(Outage {
                    pause,
                    broken: retry::is_broken_connection(&status),
                    ..Outage::new(why)
                })
            }
            Verdict::GiveUp => {
                ledger.note(self.signal, 0, why.clone());
                for batch in self.forget() {
                    ledger.refused(&batch, why.clone());
                }
                Ok(())
            }
        }
    }

    fn first_message(&self) -> Vec<u8> {
        let Some(intake) = self.client.intake(self.signal) else {
            return Vec::new();
        };
        translate::first_message(self.signal, &intake.sender().resource, self.started)
    }

    /// Takes the unproven batches out.
    fn forget(&mut self) -> VecDeque<Batch> {
        self.written = 0;
        self.unproven_bytes = 0;
        self.since = None;
        std::mem::take(&mut self.unproven)
    }
}

/// Like OTLP, but for UNKNOWN: agents of old end streams with it whatever the reason.
fn judge(status: &Status) -> Verdict {
    match status.code() {
        tonic::Code::Unknown => Verdict::Again(None),
        _ => retry::judge(status),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use campanile_wire::otlp::Signal;
    use tokio::time::Instant;

    use super::Export;
    use crate::testing;

    #[tokio::test(start_paused = true)]
    async fn a_batch_is_not_left_unproven_for_more_than_five_seconds() {
        let mut export = Export::new(Signal::Traces, testing::client());
        let begin = Instant::now();
        export.since = Some(begin);
        assert!(!export.is_confirmation_due());
        export.attention().await;
        assert!(export.is_confirmation_due());
        let waited = begin.elapsed();
        assert!(
            waited >= Duration::from_secs(5) && waited < Duration::from_secs(6),
            "{waited:?}"
        );
    }
}
