//! From taken blocks to the bytes of one message.

use bytes::Bytes;
use campanile_wire::otlp::Signal;
use opentelemetry::InstrumentationScope;

use crate::encode;
use crate::intake::Intake;
use crate::queue::Taken;

/// A message: it can be sent any number of times without being put together again.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) signal: Signal,
    /// The message's bytes.
    pub(crate) bytes: Bytes,
    /// Items in it.
    pub(crate) items: usize,
    /// What the items are charged with in the queue's books.
    pub(crate) charge: usize,
}

impl Batch {
    /// Puts what was taken out of an intake into one message.
    pub(crate) fn new(intake: &Intake, taken: Taken<InstrumentationScope>) -> Self {
        let Taken {
            blocks,
            items,
            charge,
        } = taken;
        let sender = intake.sender();
        let bytes = encode::message(intake.encoding, intake.signal, &sender.envelope, &blocks);
        intake.queue.recycle(blocks);
        Self {
            signal: intake.signal,
            bytes: bytes.into(),
            items,
            charge,
        }
    }
}
