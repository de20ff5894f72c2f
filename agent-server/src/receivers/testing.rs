//! The words that the receivers' tests are written in.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::Signal;
use campanile_wire::otlp::view::{ResourceSpans, Span, resource_spans};
use futures_util::future::BoxFuture;
use http::uri::PathAndQuery;
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::codec::{CompressionEncoding, Streaming};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use crate::admission::{Budget, Ceiling, Lease, Memory, Party};
use crate::component::{Consumer, Context, Intakes, Receiver, Refusal, Shared, Tasks};
use crate::ops::Metrics;
use crate::payload::Payload;

/// Awaits `future`, and fails the test when it takes longer than any test should.
pub(super) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future)
        .await
        .expect("it happens in time")
}

/// Waits until `condition` holds.
pub(super) async fn until(mut condition: impl FnMut() -> bool) {
    within(async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// Leases of two senders, of a memory of so many bytes.
pub(super) fn leases(bytes: u64) -> (Lease, Lease) {
    let memory = Memory::default();
    let limited = memory.limit(Ceiling {
        soft: bytes,
        hard: u64::MAX,
        check_interval: Duration::from_secs(1),
    });
    // For as long as there is the memory.
    std::mem::forget(limited);
    let lease = |process| {
        let refused = Metrics::default().counter("refused", "", &[]);
        Budget::new(memory.clone(), Party::Process(Some(process)), refused).lease()
    };
    (lease(1), lease(2))
}

/// A pipeline that keeps what it takes, and refuses as it is told.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder {
    taken: Arc<watch::Sender<Vec<Payload>>>,
    refusals: Arc<Mutex<VecDeque<Refusal>>>,
    always: Arc<Mutex<Option<Refusal>>>,
}

impl Recorder {
    /// Refuses once, before it takes anything else.
    pub(super) fn refuse_once(&self, refusal: Refusal) {
        self.refusals
            .lock()
            .expect("not poisoned")
            .push_back(refusal);
    }

    /// Refuses everything, or nothing any more.
    pub(super) fn refuse_all(&self, refusal: Option<Refusal>) {
        *self.always.lock().expect("not poisoned") = refusal;
    }

    /// What was taken so far.
    pub(super) fn taken(&self) -> Vec<Payload> {
        self.taken.borrow().clone()
    }

    /// Waits for `count` payloads.
    pub(super) async fn payloads(&self, count: usize) -> Vec<Payload> {
        let mut taken = self.taken.subscribe();
        let found = within(taken.wait_for(|taken| taken.len() >= count)).await;
        found.expect("the sender lives here").clone()
    }

    fn refusal(&self) -> Option<Refusal> {
        let once = self.refusals.lock().expect("not poisoned").pop_front();
        once.or_else(|| self.always.lock().expect("not poisoned").clone())
    }
}

impl Consumer for Recorder {
    fn consume(&self, payload: Payload) -> BoxFuture<'_, Result<(), Refusal>> {
        let outcome = match self.refusal() {
            Some(refusal) => Err(refusal),
            None => {
                self.taken.send_modify(|taken| taken.push(payload));
                Ok(())
            }
        };
        Box::pin(std::future::ready(outcome))
    }
}

/// A receiver that listens.
#[derive(Debug)]
pub(super) struct Running {
    /// What it shares with the agent.
    pub(super) shared: Shared,
    /// The pipeline of every signal.
    pub(super) recorder: Recorder,
    /// Its tasks.
    pub(super) tasks: Tasks,
}

/// A context for a receiver `kind`.
pub(super) fn context(kind: &str) -> Context {
    Context {
        id: kind.parse().expect("an id"),
        shared: Shared::default(),
    }
}

/// Starts `receiver`, which was made in `context`, with a pipeline for each of `signals`.
pub(super) async fn start(
    receiver: Box<dyn Receiver>,
    context: Context,
    signals: &[Signal],
) -> Running {
    let recorder = Recorder::default();
    let mut intakes = Intakes::default();
    for signal in signals {
        intakes.set(*signal, Arc::new(recorder.clone()));
    }
    let tasks = Tasks::default();
    let started = receiver.start(intakes, tasks.clone()).await;
    started.expect("port 0 can be bound");
    Running {
        shared: context.shared,
        recorder,
        tasks,
    }
}

impl Running {
    /// The address of the listener at `key`, `opencensus.endpoint`.
    pub(super) fn address(&self, key: &str) -> SocketAddr {
        self.shared.addresses.inet(key).expect("bound")
    }

    /// The value of one series of the agent's own metrics, or 0.
    pub(super) fn metric(&self, series: &str) -> i64 {
        let page = self.shared.metrics.render();
        let value = page
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        value.map_or(0, |value| value.parse().expect("a number"))
    }
}

/// A gRPC client whose messages are bytes.
#[derive(Clone, Debug)]
pub(super) struct Client(tonic::client::Grpc<Channel>);

impl Client {
    /// Connects to `address`.
    pub(super) async fn connect(address: SocketAddr) -> Self {
        let endpoint = Endpoint::try_from(format!("http://{address}")).expect("a URI");
        Self::new(within(endpoint.connect()).await.expect("it listens"))
    }

    /// Uses `channel`.
    pub(super) fn new(channel: Channel) -> Self {
        let client = tonic::client::Grpc::new(channel);
        Self(client.max_encoding_message_size(usize::MAX))
    }

    /// Compresses messages from now on.
    pub(super) fn gzip(self) -> Self {
        self.compressed(CompressionEncoding::Gzip)
    }

    /// Compresses messages in this encoding from now on.
    pub(super) fn compressed(self, encoding: CompressionEncoding) -> Self {
        Self(self.0.send_compressed(encoding))
    }

    /// Makes a unary call.
    pub(super) async fn unary(
        &mut self,
        path: &'static str,
        message: impl Into<Bytes>,
    ) -> Result<Bytes, Status> {
        within(self.0.ready()).await.expect("connected");
        let path = PathAndQuery::from_static(path);
        let call = self.0.unary(Request::new(message.into()), path, BytesCodec);
        Ok(within(call).await?.into_inner())
    }

    /// Opens a stream. Returns once the response headers are there.
    pub(super) async fn open(&mut self, path: &'static str) -> Result<Stream, Status> {
        within(self.0.ready()).await.expect("connected");
        let (sender, receiver) = mpsc::channel(1);
        let request = Request::new(ReceiverStream::new(receiver));
        let path = PathAndQuery::from_static(path);
        let call = self.0.streaming(request, path, BytesCodec);
        let answers = within(call).await?.into_inner();
        Ok(Stream { sender, answers })
    }
}

/// An open stream.
#[derive(Debug)]
pub(super) struct Stream {
    sender: mpsc::Sender<Bytes>,
    answers: Streaming<Bytes>,
}

impl Stream {
    /// Sends a message.
    pub(super) async fn send(&self, message: impl Into<Bytes>) {
        // A stream that has ended already does not take any more; its answer says so.
        let _ = within(self.sender.send(message.into())).await;
    }

    /// Waits for the answer, without half-closing.
    pub(super) async fn answer(&mut self) -> Result<(), Status> {
        match within(self.answers.message()).await? {
            None => Ok(()),
            Some(message) => panic!("no message is ever sent, but here is {message:?}"),
        }
    }

    /// Waits for a message; `None` is the end.
    pub(super) async fn receive(&mut self) -> Result<Option<Bytes>, Status> {
        within(self.answers.message()).await
    }

    /// Sends no more.
    pub(super) fn half_close(&mut self) {
        self.sender = mpsc::channel(1).0;
    }

    /// Half-closes and waits for the answer.
    pub(super) async fn finish(self) -> Result<(), Status> {
        let Self { sender, answers } = self;
        drop(sender);
        let (sender, _) = mpsc::channel(1);
        Self { sender, answers }.answer().await
    }
}

/// One of the vectors of a file under `tests/vectors`.
#[derive(Clone, Debug)]
pub(super) struct Vector {
    /// Its name.
    pub(super) name: String,
    /// Its message type.
    pub(super) message: String,
    /// Its encoding.
    pub(super) bytes: Vec<u8>,
    /// All that the file says about it.
    pub(super) all: Value,
}

/// The text of a file under `tests/vectors`.
pub(super) fn file(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/");
    std::fs::read_to_string(format!("{root}{path}"))
        .expect("the vectors are part of the repository")
}

/// The wire vectors of a file.
pub(super) fn vectors(path: &str) -> Vec<Vector> {
    let all: Value = serde_json::from_str(&file(path)).expect("JSON");
    let list = all["vectors"].as_array().expect("a list");
    list.iter().map(vector).collect()
}

fn vector(all: &Value) -> Vector {
    let text = |key: &str| all[key].as_str().expect("text").to_owned();
    Vector {
        name: text("name"),
        message: text("message"),
        bytes: const_hex::decode(text("hex")).expect("hex"),
        all: all.clone(),
    }
}

/// The events of a capture: of a `.json` file the list `wire`, else a line each.
pub(super) fn capture(path: &str) -> (Value, Vec<Value>) {
    let text = file(&format!("captures/{path}"));
    if path.ends_with(".jsonl") {
        let lines = text.lines().map(serde_json::from_str);
        return (Value::Null, lines.map(|line| line.expect("JSON")).collect());
    }
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let wire = all["wire"].as_array().expect("a list").clone();
    (all["sent"].clone(), wire)
}

/// The bytes that an event of a capture carries.
pub(super) fn event_bytes(event: &Value) -> Vec<u8> {
    let text = event["b64"].as_str().expect("the event carries bytes");
    BASE64_STANDARD.decode(text).expect("base64")
}

/// Calls `look` for every span of `payloads`.
pub(super) fn each_span(payloads: &[Payload], mut look: impl FnMut(ResourceSpans<'_>, Span<'_>)) {
    for payload in payloads {
        for resource in resource_spans(payload.bytes()) {
            for scope in resource.scope_spans() {
                scope.spans().for_each(|span| look(resource, span));
            }
        }
    }
}

/// An attribute of the resource and the name, for every span of `payloads`.
pub(super) fn owners(payloads: &[Payload], key: &str) -> Vec<(String, String)> {
    let mut owners = Vec::new();
    each_span(payloads, |resource, span| {
        let value = resource.resource().attributes().find(key);
        let value = value.map_or_else(String::new, |value| value.to_string());
        owners.push((value, span.name.to_owned()));
    });
    owners
}
