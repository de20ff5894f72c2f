//! The OpenCensus agent protocol: a long-lived stream that answers nothing.
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
use prost::Message;
use tokio::time::Instant;
use tonic::Status;

use super::connection::Connection;
use super::stream::{Stream, TimedOut};
use crate::batch::Batch;
use crate::cause;
use crate::client::Client;
use crate::ledger::Ledger;
use crate::retry::{self, Outage, Verdict};
use crate::translate;

/// The stream is half-closed when more than this is unproven.
const MAX_UNPROVEN_BYTES: usize = 1 << 20;
/// The stream is half-closed when a batch is unproven for longer than this.
const MAX_UNPROVEN_AGE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct OpenCensus {
    connection: Connection,
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

impl OpenCensus {
    pub(super) const fn new(
        connection: Connection,
        client: Arc<Client>,
        started: SystemTime,
    ) -> Self {
        Self {
            connection,
            client,
            started,
            stream: None,
            ended: None,
            unproven: VecDeque::new(),
            unproven_bytes: 0,
            written: 0,
            since: None,
        }
    }

    pub(super) fn holds_batches(&self) -> bool {
        !self.unproven.is_empty()
    }

    pub(super) async fn send(&mut self, batch: Batch, ledger: &mut Ledger) -> Result<(), Outage> {
        self.unproven_bytes += batch.bytes.len();
        self.unproven.push_back(batch);
        self.since.get_or_insert_with(Instant::now);
        self.write_out(ledger).await?;
        if self.unproven_bytes > MAX_UNPROVEN_BYTES {
            self.confirm(ledger).await?;
        }
        Ok(())
    }

    pub(super) async fn resume(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        match self.ended.take() {
            // An agent that ends a stream by itself, and cleanly, may do so.
            Some(Ok(())) if self.unproven.is_empty() => {}
            Some(end) => self.broken(end, ledger)?,
            None => {}
        }
        self.write_out(ledger).await
    }

    /// Half-closes the stream and waits for its clean end.
    pub(super) async fn confirm(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        self.write_out(ledger).await?;
        let Some(stream) = &mut self.stream else {
            return Ok(());
        };
        stream.half_close();
        let timeout = self.connection.timeout();
        let Ok(end) = tokio::time::timeout(timeout, stream.ended()).await else {
            return Err(self.gave_up_waiting(timeout));
        };
        self.stream = None;
        if end.is_err() {
            return self.broken(end, ledger);
        }
        for batch in self.forget() {
            ledger.sent(&batch);
        }
        Ok(())
    }

    /// A stream with a node and no spans.
    pub(super) async fn probe(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        self.open().await?;
        self.confirm(ledger).await
    }

    pub(super) fn is_confirmation_due(&self) -> bool {
        self.since
            .is_some_and(|since| since.elapsed() >= MAX_UNPROVEN_AGE)
    }

    pub(super) async fn attention(&mut self) {
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
    async fn write_out(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        while let Some(batch) = self.unproven.get(self.written) {
            let message = batch.bytes.clone();
            self.open().await?;
            if self.write(message, ledger).await? {
                self.written += 1;
            }
        }
        Ok(())
    }

    /// Makes sure there is a stream and the agent knows who writes to it.
    async fn open(&mut self) -> Result<(), Outage> {
        if self
            .stream
            .as_ref()
            .is_some_and(|stream| !stream.is_half_closed())
        {
            return Ok(());
        }
        self.written = 0;
        let stream = Stream::open(self.connection.client().await?);
        let resource = self.client.resource();
        let first = translate::first_message(&resource, self.started).encode_to_vec();
        let timeout = self.connection.timeout();
        // A stream that is broken already says so at the next write.
        let written = stream.write(first.into(), timeout).await;
        self.stream = Some(stream);
        match written {
            Ok(_) => Ok(()),
            Err(TimedOut) => Err(self.gave_up_waiting(timeout)),
        }
    }

    /// Writes a message; false when the stream ended instead and its batches were given up.
    async fn write(&mut self, message: Bytes, ledger: &mut Ledger) -> Result<bool, Outage> {
        let timeout = self.connection.timeout();
        let Some(stream) = &mut self.stream else {
            return Ok(false);
        };
        match stream.write(message, timeout).await {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(TimedOut) => return Err(self.gave_up_waiting(timeout)),
        }
        let Ok(end) = tokio::time::timeout(timeout, stream.ended()).await else {
            return Err(self.gave_up_waiting(timeout));
        };
        self.stream = None;
        self.broken(end, ledger)?;
        Ok(false)
    }

    fn gave_up_waiting(&mut self, timeout: Duration) -> Outage {
        self.stream = None;
        self.written = 0;
        self.connection.discard();
        Outage::timed_out(timeout)
    }

    /// The stream ended before its time: either the agent will never take what was written, or
    /// everything is sent again.
    fn broken(&mut self, end: Result<(), Status>, ledger: &mut Ledger) -> Result<(), Outage> {
        self.written = 0;
        let Err(status) = end else {
            return Err(Outage::broken("the agent closed the stream"));
        };
        let why = cause::describe(&status);
        match judge(&status) {
            Verdict::Again(pause) => {
                self.connection.discard();
                Err(Outage {
                    pause,
                    broken: retry::is_broken_connection(&status),
                    ..Outage::new(why)
                })
            }
            Verdict::GiveUp => {
                ledger.note(0, why.clone());
                for batch in self.forget() {
                    ledger.refused(&batch, why.clone());
                }
                Ok(())
            }
        }
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
    use std::time::{Duration, UNIX_EPOCH};

    use opentelemetry_sdk::Resource;
    use tokio::time::Instant;

    use super::{Connection, OpenCensus};
    use crate::environment::Settings;
    use crate::testing;

    #[tokio::test(start_paused = true)]
    async fn a_batch_is_not_left_unproven_for_more_than_five_seconds() {
        let client = testing::client(Resource::builder_empty().build());
        let connection = Connection::new(&Settings::default());
        let mut transport = OpenCensus::new(connection, client, UNIX_EPOCH);
        let begin = Instant::now();
        transport.since = Some(begin);
        assert!(!transport.is_confirmation_due());
        transport.attention().await;
        assert!(transport.is_confirmation_due());
        let waited = begin.elapsed();
        assert!(
            waited >= Duration::from_secs(5) && waited < Duration::from_secs(6),
            "{waited:?}"
        );
    }
}
