//! One `Export` stream, from its first message to the answer.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::otlp::{Limits, ScanError, Signal};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, Streaming};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::bound::{MAX_LIST, TooManyParts};
use super::handover::Handover;
use super::nodes::Presence;
use super::request::{Request, Unreadable};
use super::sender::Sender;
use super::translate::{Rejects, translate};
use crate::component::Refusal;
use crate::payload::Payload;
use crate::receivers::counters::Invalid;
use crate::receivers::grpc::{self, Broken};

/// The reasons that this file counts, beside those of [`grpc`].
pub(super) const REASONS: [&str; 8] = [
    "buckets",
    "link",
    "metrics_not_taken",
    "no_node",
    "parent_span_id",
    "protobuf",
    "span_id",
    "trace_id",
];

/// Messages still taken after the agent was told to stop: what a library has already written would
/// be lost, but a busy one must not keep the agent.
const LAST_MESSAGES: u32 = 64;

/// One stream.
#[derive(Debug)]
pub(super) struct Export {
    /// What the library sends.
    pub(super) messages: Streaming<Bytes>,
    /// Who it is.
    pub(super) sender: Sender,
    /// Its entry in the table of live nodes.
    pub(super) presence: Presence,
    /// Spans or metrics.
    pub(super) signal: Signal,
    /// The pipeline. Without one, messages are read and their metrics counted.
    pub(super) handover: Option<Handover>,
    /// Where bad input is counted.
    pub(super) invalid: Arc<Invalid>,
    /// Cancelled when the agent stops.
    pub(super) stop: CancellationToken,
}

/// What a stream brought.
pub(super) enum Next {
    /// A message.
    Message(Bytes),
    /// The library half-closed.
    End,
    /// The stream is over without an answer, or with this one.
    Broken(Option<Status>),
    /// The agent stops.
    Stop,
}

impl Export {
    /// Serves the stream until its end.
    ///
    /// # Errors
    ///
    /// The status that ends it, unless it ends well: OK as soon as the library has half-closed and
    /// its data is accepted.
    pub(super) async fn serve(mut self) -> Result<(), Status> {
        let mut left = LAST_MESSAGES;
        loop {
            if self.stop.is_cancelled() {
                left = left.checked_sub(1).ok_or_else(stopping)?;
            }
            let next = next(&mut self.messages, &self.stop, &self.invalid).await;
            match next {
                Next::Message(message) => self.take(&message).await?,
                Next::End | Next::Broken(None) => return Ok(()),
                Next::Broken(Some(status)) => return Err(status),
                Next::Stop => return Err(stopping()),
            }
        }
    }

    async fn take(&mut self, message: &Bytes) -> Result<(), Status> {
        let request = Request::parse(message, self.signal).map_err(|error| self.unread(&error))?;
        self.hear(request.node, request.resource, request.items.len())?;
        let Some(handover) = &self.handover else {
            self.invalid
                .count("metrics_not_taken", request.items.len() as u64);
            return Ok(());
        };
        if request.items.is_empty() {
            return Ok(());
        }
        let translated = translate(self.signal, &request.items, self.sender.origin(), now());
        let translated = translated.map_err(|error| self.unread(&error.into()))?;
        count(&self.invalid, translated.rejects);
        handover.items.refuse(translated.rejects.spans());
        if translated.bytes.is_empty() {
            return Ok(());
        }
        let payload = payload(self.signal, translated.bytes).map_err(|error| {
            self.invalid.count("too_large", 1);
            Status::resource_exhausted(error.to_string())
        })?;
        if payload.is_empty() {
            return Ok(());
        }
        let taken = handover.take(payload).await;
        taken.map_err(|refusal| refused(&refusal))
    }

    fn hear(
        &mut self,
        node: Option<Node>,
        resource: Option<Resource>,
        items: usize,
    ) -> Result<(), Status> {
        if let Err(violation) = self.sender.hear(node, resource) {
            self.invalid.count("no_node", 1);
            if let Some(handover) = &self.handover {
                handover.items.refuse(items as u64);
            }
            return Err(Status::invalid_argument(violation.to_string()));
        }
        if let Some(node) = self.sender.origin().node {
            self.presence.identify(node);
        }
        Ok(())
    }

    fn unread(&self, error: &Unreadable) -> Status {
        let (reason, status) = unreadable(error);
        self.invalid.count(reason, 1);
        status
    }
}

/// The payload of a request that was translated here.
pub(super) fn payload(signal: Signal, bytes: Vec<u8>) -> Result<Payload, ScanError> {
    // A boxed slice holds no spare room, which a queue would have to keep.
    let bytes = Bytes::from(bytes.into_boxed_slice());
    // Each attribute may have one beside it that says how many bytes its value lost.
    let limits = Limits {
        max_children: 2 * MAX_LIST + 16,
        ..Limits::default()
    };
    Payload::parse(signal, bytes, &limits)
}

/// The reason to count, and what to answer.
pub(super) fn unreadable(error: &Unreadable) -> (&'static str, Status) {
    match error {
        Unreadable::Large(_)
        | Unreadable::Origin
        | Unreadable::Parts(TooManyParts::List(_) | TooManyParts::Whole(_))
        | Unreadable::TooManyItems => ("too_large", Status::resource_exhausted(error.to_string())),
        Unreadable::Message(_)
        | Unreadable::Parts(TooManyParts::Wire(_))
        | Unreadable::Wire(_)
        | Unreadable::WireType(_) => ("protobuf", Status::invalid_argument(error.to_string())),
    }
}

/// Counts what a message had that was not valid.
pub(super) fn count(invalid: &Invalid, rejects: Rejects) {
    let reasons = [
        ("buckets", rejects.buckets),
        ("link", rejects.links),
        ("parent_span_id", rejects.parent_span_ids),
        ("span_id", rejects.span_ids),
        ("trace_id", rejects.trace_ids),
    ];
    for (reason, amount) in reasons {
        invalid.count(reason, amount);
    }
}

/// The next thing that happens to a stream. What has arrived comes before the agent's end.
pub(super) async fn next(
    messages: &mut Streaming<Bytes>,
    stop: &CancellationToken,
    invalid: &Invalid,
) -> Next {
    let message = tokio::select! {
        biased;
        message = messages.message() => message,
        () = stop.cancelled() => return Next::Stop,
    };
    match message {
        Ok(Some(message)) => Next::Message(message),
        Ok(None) => Next::End,
        Err(status) => match grpc::blame(&status) {
            // Streams wait for memory and are not refused.
            Broken::Busy(status) => Next::Broken(Some(status)),
            Broken::Cut => Next::Broken(None),
            Broken::Sent(reason, status) => {
                invalid.count(reason, 1);
                Next::Broken(Some(status))
            }
        },
    }
}

/// What a stream is told when the pipeline did not take its data. UNAVAILABLE even where there is no
/// room: the Node.js library opens a new stream after no other status.
fn refused(refusal: &Refusal) -> Status {
    match refusal {
        Refusal::Overloaded { retry_after } => {
            let details = ErrorDetails::with_retry_info(Some(*retry_after));
            Status::with_error_details(Code::Unavailable, refusal.to_string(), details)
        }
        _ => grpc::refused(refusal),
    }
}

/// What a stream is told when the agent stops: go elsewhere, or try again.
pub(super) fn stopping() -> Status {
    Status::unavailable("the agent is shutting down")
}

/// Nanoseconds since the Unix epoch.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}
