//! A batch to the pipeline, and what is counted on the way.

use std::net::IpAddr;
use std::sync::Arc;

use campanile_wire::jaeger::ReadError;
use campanile_wire::otlp::Signal;

use super::translate::Translated;
use crate::component::{Context, Intakes};
use crate::receivers::counters::{Invalid, Items};
use crate::receivers::intake::{Intake, Refused};

/// The reasons for which input is counted as invalid.
const REASONS: [&str; 15] = [
    "content_type",
    "emit_zipkin_batch",
    "encoding",
    "grpc",
    "inflate",
    "link",
    "message",
    "method",
    "protobuf",
    "queue_full",
    "slow",
    "span_id",
    "thrift",
    "too_large",
    "trace_id",
];

/// The counters of invalid input that all transports of a receiver share.
pub(super) fn invalid(context: &Context) -> Arc<Invalid> {
    Arc::new(Invalid::new(context, &REASONS))
}

/// The way of one transport into the pipeline. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Handover {
    intake: Intake,
    invalid: Arc<Invalid>,
    items: Items,
}

impl Handover {
    /// The way of batches that come over `transport`.
    pub(super) fn new(
        context: &Context,
        intakes: &Intakes,
        transport: &str,
        invalid: &Arc<Invalid>,
    ) -> Self {
        Self {
            intake: Intake::new(context, intakes, transport, Arc::clone(invalid)),
            invalid: Arc::clone(invalid),
            items: Items::new(context, transport, Signal::Traces),
        }
    }

    /// Counts input that was not valid.
    pub(super) fn count(&self, reason: &'static str) {
        self.invalid.count(reason, 1);
    }

    /// Whether a pipeline takes spans.
    pub(super) fn serves(&self) -> bool {
        self.intake.serves(Signal::Traces)
    }

    /// Hands over what became of a batch of `peer`. `reason` is what a batch that could not be read
    /// counts as. Spans that are not valid are counted and left out; the others are handed over.
    ///
    /// # Errors
    ///
    /// What to tell the sender; it has been counted.
    pub(super) async fn take(
        &self,
        peer: Option<IpAddr>,
        batch: Result<Translated, ReadError>,
        reason: &'static str,
    ) -> Result<(), Refused> {
        let Translated { bytes, rejects } = batch.map_err(|error| self.refuse(error, reason))?;
        let intake = self.intake.of_peer(peer);
        intake.take_own(Signal::Traces, bytes).await?;
        // Not before: a batch that finds no room comes again.
        self.invalid.count("link", rejects.links);
        self.invalid.count("span_id", rejects.span_ids);
        self.invalid.count("trace_id", rejects.trace_ids);
        self.items.refuse(rejects.spans());
        Ok(())
    }

    fn refuse(&self, error: ReadError, reason: &'static str) -> Refused {
        if error.is_too_large() {
            self.count("too_large");
            return Refused::TooLarge(format!("{error}; send smaller batches"));
        }
        self.count(reason);
        Refused::Invalid(error.to_string())
    }
}
