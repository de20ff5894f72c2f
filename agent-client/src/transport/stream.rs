//! One `Export` stream of the OpenCensus agent protocol, from opening to its end.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::Signal;
use http::uri::PathAndQuery;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic::{Request, Status};

use crate::untraced::untraced;

/// The method that takes a signal. Nobody takes log records.
const fn path(signal: Signal) -> &'static str {
    match signal {
        Signal::Metrics => "/opencensus.proto.agent.metrics.v1.MetricsService/Export",
        Signal::Logs | Signal::Traces => "/opencensus.proto.agent.trace.v1.TraceService/Export",
    }
}

/// An open stream. Dropping it breaks it.
#[derive(Debug)]
pub(super) struct Stream {
    /// Gone once the stream is half-closed.
    messages: Option<mpsc::Sender<Bytes>>,
    task: JoinHandle<Result<(), Status>>,
    /// Set when the connection has taken the last message and knows that it was the last.
    was_read: Arc<AtomicBool>,
}

impl Stream {
    /// Opens a stream. Nothing is waited for: some agents answer nothing, not even headers, before
    /// the stream's end.
    pub(super) fn open(client: Grpc<Channel>, signal: Signal) -> Self {
        // One message waits here, the rest is HTTP/2 flow control: a message that was taken from
        // here has a place in the connection's window.
        let (messages, receiver) = mpsc::channel(1);
        let was_read = Arc::new(AtomicBool::new(false));
        let messages_out = Messages {
            receiver: ReceiverStream::new(receiver),
            was_read: Arc::clone(&was_read),
        };
        let task = tokio::spawn(untraced(drive(client, path(signal), messages_out)));
        Self {
            messages: Some(messages),
            task,
            was_read,
        }
    }

    /// Writes a message; false when the stream has ended.
    ///
    /// # Errors
    ///
    /// When the agent does not read within `timeout`.
    pub(super) async fn write(&self, message: Bytes, timeout: Duration) -> Result<bool, TimedOut> {
        let Some(messages) = &self.messages else {
            return Ok(false);
        };
        match tokio::time::timeout(timeout, messages.send(message)).await {
            Ok(result) => Ok(result.is_ok()),
            Err(_) => Err(TimedOut),
        }
    }

    /// Says that nothing more will be written.
    pub(super) fn half_close(&mut self) {
        self.messages = None;
    }

    pub(super) const fn is_half_closed(&self) -> bool {
        self.messages.is_none()
    }

    /// Whether the agent has ended the stream.
    pub(super) fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    /// Whether everything was written before the stream ended.
    pub(super) fn was_read(&self) -> bool {
        self.was_read.load(Ordering::Relaxed)
    }

    /// Waits for the stream's end. Not to be called again after that.
    pub(super) async fn ended(&mut self) -> Result<(), Status> {
        match (&mut self.task).await {
            Ok(result) => result,
            Err(error) => Err(Status::from_error(Box::new(error))),
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The messages on their way into the connection.
struct Messages {
    receiver: ReceiverStream<Bytes>,
    was_read: Arc<AtomicBool>,
}

impl tokio_stream::Stream for Messages {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let next = Pin::new(&mut self.receiver).poll_next(cx);
        if matches!(next, Poll::Ready(None)) {
            self.was_read.store(true, Ordering::Relaxed);
        }
        next
    }
}

/// The agent did not read or answer in time.
#[derive(Debug)]
pub(super) struct TimedOut;

async fn drive(
    mut client: Grpc<Channel>,
    path: &'static str,
    messages: Messages,
) -> Result<(), Status> {
    client
        .ready()
        .await
        .map_err(|error| Status::from_error(Box::new(error)))?;
    let request = Request::new(messages);
    let path = PathAndQuery::from_static(path);
    let mut answers = client
        .streaming(request, path, BytesCodec)
        .await?
        .into_inner();
    // The answers have no content. They are read so that they do not fill the connection.
    while let Some(_empty) = answers.message().await? {}
    Ok(())
}
