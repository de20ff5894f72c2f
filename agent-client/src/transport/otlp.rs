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
    /// Sent, and not answered yet: at most one of each signal.
    current: Vec<Batch>,
}

impl<C: Carrier> Otlp<C> {
    pub(super) fn new(carrier: C, probe: Option<Signal>) -> Self {
        Self {
            carrier,
            probe: probe.unwrap_or(Signal::Traces),
            current: Vec::new(),
        }
    }

    pub(super) const fn holds_batches(&self) -> bool {
        !self.current.is_empty()
    }

    pub(super) async fn send(&mut self, batch: Batch, ledger: &mut Ledger) -> Result<(), Outage> {
        let signal = batch.signal;
        self.current.push(batch);
        self.resume(signal, ledger).await
    }

    /// Sends again what is left of a signal.
    pub(super) async fn resume(
        &mut self,
        signal: Signal,
        ledger: &mut Ledger,
    ) -> Result<(), Outage> {
        let mut batches = self.current.iter();
        let Some(index) = batches.position(|batch| batch.signal == signal) else {
            return Ok(());
        };
        let Some(message) = self.current.get(index).map(|batch| batch.bytes.clone()) else {
            return Ok(());
        };
        let answer = self.carrier.export(signal, message).await?;
        let batch = self.current.remove(index);
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
