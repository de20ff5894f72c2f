//! An OTLP/gRPC backend that keeps what it is sent.

use std::convert::Infallible;
use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::view;
use futures_util::future::BoxFuture;
use http::Request;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tower::Service;

/// What one span that arrived says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// `service.name` of its resource.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its trace, in hex.
    pub trace_id: String,
}

/// A backend on a port of its own, which keeps every span.
#[derive(Clone, Debug)]
pub struct Sink {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Bytes>>>,
    journal: Option<Arc<Mutex<File>>>,
}

impl Sink {
    /// Starts the backend on the current runtime.
    ///
    /// # Panics
    ///
    /// When no port can be bound.
    pub async fn start() -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Starts the backend at `address`.
    ///
    /// # Panics
    ///
    /// When the address cannot be bound.
    pub async fn start_at(address: SocketAddr) -> Self {
        Self::start_with(address, None).await
    }

    /// Starts the backend at `address`. Before it answers, it appends the names of what it was sent
    /// to `journal`, a line each, which outlives the process however that ends.
    ///
    /// # Panics
    ///
    /// When the address cannot be bound.
    pub async fn start_with(address: SocketAddr, journal: Option<File>) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let sink = Self {
            address,
            requests: Arc::default(),
            journal: journal.map(|file| Arc::new(Mutex::new(file))),
        };
        let server = Server::builder()
            .add_service(TraceService(sink.clone()))
            // An answer is not kept until the next: agents do not do that either.
            .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)));
        tokio::spawn(server);
        sink
    }

    /// `host:port` of the backend.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every span that arrived so far.
    #[must_use]
    pub fn spans(&self) -> Vec<Arrived> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests
            .iter()
            .flat_map(|request| arrived(request))
            .collect()
    }

    fn keep(&self, request: Bytes) {
        if let Some(journal) = &self.journal {
            let lines: String = arrived(&request)
                .iter()
                .map(|span| format!("{}\n", span.name))
                .collect();
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            journal
                .write_all(lines.as_bytes())
                .expect("the journal can be written");
        }
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(request);
    }

    /// How many spans arrived so far.
    #[must_use]
    pub fn count(&self) -> usize {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let scopes = requests
            .iter()
            .flat_map(|request| view::resource_spans(request))
            .flat_map(view::ResourceSpans::scope_spans);
        scopes.map(|scope| scope.spans().count()).sum()
    }
}

fn arrived(request: &[u8]) -> Vec<Arrived> {
    let mut spans = Vec::new();
    for resource_spans in view::resource_spans(request) {
        let service = resource_spans.resource().attributes().find("service.name");
        let service = service.map(|value| value.to_string()).unwrap_or_default();
        for span in resource_spans
            .scope_spans()
            .flat_map(view::ScopeSpans::spans)
        {
            spans.push(Arrived {
                service: service.clone(),
                name: span.name.to_owned(),
                trace_id: const_hex::encode(span.trace_id),
            });
        }
    }
    spans
}

#[derive(Clone)]
struct TraceService(Sink);

impl NamedService for TraceService {
    const NAME: &'static str = "opentelemetry.proto.collector.trace.v1.TraceService";
}

impl Service<Request<Body>> for TraceService {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let sink = self.0.clone();
        let gzip = tonic::codec::CompressionEncoding::Gzip;
        Box::pin(async move {
            let mut grpc = Grpc::new(BytesCodec).accept_compressed(gzip);
            Ok(grpc.unary(Keep(sink), request).await)
        })
    }
}

struct Keep(Sink);

impl UnaryService<Bytes> for Keep {
    type Response = Bytes;
    type Future = std::future::Ready<Result<tonic::Response<Bytes>, tonic::Status>>;

    fn call(&mut self, request: tonic::Request<Bytes>) -> Self::Future {
        self.0.keep(request.into_inner());
        std::future::ready(Ok(tonic::Response::new(Bytes::new())))
    }
}
