//! One `Export` stream, from its first message to the answer.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::otlp::{Limits, Signal};
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use super::bound::MAX_LIST;
use super::handover::Handover;
use super::nodes::Presence;
use super::request::{Request, Unreadable};
use super::sender::Sender;
use super::translate::{Rejects, translate};
use crate::payload::Payload;
use crate::receivers::counters::Invalid;
use crate::receivers::grpc::{self, Broken};

/// The reasons that this file counts, beside those of [`grpc`].
pub(super) const REASONS: [&str; 6] = [
    "link",
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
    /// The pipeline.
    pub(super) handover: Handover,
    /// Where bad input is counted.
    pub(super) invalid: Arc<Invalid>,
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
            if self.handover.stop.is_cancelled() {
                left = left.checked_sub(1).ok_or_else(stopping)?;
            }
            let next = next(&mut self.messages, &self.handover.stop, &self.invalid).await;
            match next {
                Next::Message(message) => self.take(&message).await?,
                Next::End | Next::Broken(None) => return Ok(()),
                Next::Broken(Some(status)) => return Err(status),
                Next::Stop => return Err(stopping()),
            }
        }
    }

    async fn take(&mut self, message: &Bytes) -> Result<(), Status> {
        let request = Request::parse(message).map_err(|error| self.unreadable(&error))?;
        self.hear(request.node, request.resource, request.spans.len())?;
        if request.spans.is_empty() {
            return Ok(());
        }
        let translated = translate(&request.spans, self.sender.origin(), now());
        let translated = translated.map_err(|error| self.unreadable(&error.into()))?;
        self.count(translated.rejects);
        if translated.bytes.is_empty() {
            return Ok(());
        }
        // A boxed slice holds no spare room, which a queue would have to keep.
        let bytes = Bytes::from(translated.bytes.into_boxed_slice());
        // Each attribute may have one beside it that says how many bytes its value lost.
        let limits = Limits {
            max_children: 2 * MAX_LIST + 16,
            ..Limits::default()
        };
        let payload = Payload::parse(Signal::Traces, bytes, &limits).map_err(|error| {
            self.invalid.count("too_large", 1);
            Status::resource_exhausted(error.to_string())
        })?;
        let taken = self.handover.take(payload).await;
        taken.map_err(|refusal| grpc::refused(&refusal))
    }

    fn hear(
        &mut self,
        node: Option<Node>,
        resource: Option<Resource>,
        spans: usize,
    ) -> Result<(), Status> {
        if let Err(violation) = self.sender.hear(node, resource) {
            self.invalid.count("no_node", 1);
            self.handover.items.refuse(spans as u64);
            return Err(Status::invalid_argument(violation.to_string()));
        }
        if let Some(node) = self.sender.origin().node {
            self.presence.identify(node);
        }
        Ok(())
    }

    fn unreadable(&self, error: &Unreadable) -> Status {
        match error {
            Unreadable::Origin
            | Unreadable::Parts(_)
            | Unreadable::Resources(_)
            | Unreadable::TooManySpans => {
                self.invalid.count("too_large", 1);
                Status::resource_exhausted(error.to_string())
            }
            Unreadable::Message(_) | Unreadable::Wire(_) | Unreadable::WireType(_) => {
                self.invalid.count("protobuf", 1);
                Status::invalid_argument(error.to_string())
            }
        }
    }

    fn count(&self, rejects: Rejects) {
        let reasons = [
            ("link", rejects.links),
            ("parent_span_id", rejects.parent_span_ids),
            ("span_id", rejects.span_ids),
            ("trace_id", rejects.trace_ids),
        ];
        for (reason, amount) in reasons {
            self.invalid.count(reason, amount);
        }
        self.handover.items.refuse(rejects.spans());
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
            Broken::Cut => Next::Broken(None),
            Broken::Sent(reason, status) => {
                invalid.count(reason, 1);
                Next::Broken(Some(status))
            }
        },
    }
}

/// What a stream is told when the agent stops: go elsewhere, or try again.
pub(super) fn stopping() -> Status {
    Status::unavailable("the agent is shutting down")
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}
