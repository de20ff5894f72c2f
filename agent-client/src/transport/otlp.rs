//! OTLP over any carrier: one request per batch, one request at a time.
//!
//! <https://opentelemetry.io/docs/specs/otlp/>

use bytes::Bytes;
use campanile_wire::otlp::Signal;

use super::answer::Answer;
use crate::batch::Batch;
use crate::ledger::Ledger;
use crate::retry::Outage;

/// Carries one request and brings the answer.
pub(crate) trait Carrier {
    /// Sends a request. Whatever is wrong with the connection is an outage; what the agent itself
    /// says is an answer, unless it asks for another try.
    async fn export(&mut self, signal: Signal, message: Bytes) -> Result<Answer, Outage>;
}

#[derive(Debug)]
pub(crate) struct Otlp<C> {
    carrier: C,
    /// The signal that is asked with nothing in it whether the agent is there.
    probe: Signal,
    /// Sent, and not answered yet.
    current: Option<Batch>,
}

impl<C: Carrier> Otlp<C> {
    pub(super) fn new(carrier: C, probe: Option<Signal>) -> Self {
        Self {
            carrier,
            probe: probe.unwrap_or(Signal::Traces),
            current: None,
        }
    }

    pub(super) const fn holds_batches(&self) -> bool {
        self.current.is_some()
    }

    pub(super) async fn send(&mut self, batch: Batch, ledger: &mut Ledger) -> Result<(), Outage> {
        self.current = Some(batch);
        self.resume(ledger).await
    }

    pub(super) async fn resume(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        let Some(batch) = &self.current else {
            return Ok(());
        };
        let message = batch.bytes.clone();
        let answer = self.carrier.export(batch.signal, message).await?;
        let Some(batch) = self.current.take() else {
            return Ok(());
        };
        match answer {
            Answer::GaveUp(why) => ledger.refused(&batch, why),
            Answer::Taken(None) => ledger.sent(&batch),
            Answer::Taken(Some(part)) => ledger.sent_in_part(&batch, part.rejected, part.message),
        }
        Ok(())
    }

    /// A request without items: every server has to take it.
    pub(super) async fn probe(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        match self.carrier.export(self.probe, Bytes::new()).await? {
            Answer::GaveUp(why) => ledger.note(self.probe, 0, why),
            Answer::Taken(_) => {}
        }
        Ok(())
    }
}
