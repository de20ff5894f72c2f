//! Two traced services of the test process itself: a front that reports over OpenCensus and calls a
//! back that reports over OTLP.

use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Router, serve};
use campanile_agent_client::{AgentClient, Guard, Protocol};
use campanile_middleware::{ClientLayer, CurrentSpan, ServerLayer};
use campanile_tests::process::Agent;
use http::Request;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::{Layer as _, ServiceExt as _};

/// The pieces of the front's response body, which the test hands over one by one.
pub(crate) type Pieces = oneshot::Sender<Bytes>;

/// Both services, and what they saw.
pub(crate) struct Services {
    pub(crate) front: Guard,
    pub(crate) back: Guard,
    pub(crate) url: String,
    pub(crate) seen: Arc<Seen>,
}

/// What the handlers saw of one request.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) front: Mutex<Option<CurrentSpan>>,
    pub(crate) back_headers: Mutex<HeaderMap>,
    pub(crate) last_piece: Mutex<Option<Pieces>>,
}

#[derive(Clone)]
struct Front {
    provider: SdkTracerProvider,
    back: String,
    seen: Arc<Seen>,
}

/// Starts both on the current runtime, reporting to `agent`.
pub(crate) async fn start(agent: &Agent) -> Services {
    let seen = Arc::new(Seen::default());
    let (providers, back) = AgentClient::builder()
        .service_name("back")
        .protocol(Protocol::Otlp)
        .endpoint(&agent.url("otlp.protocols.grpc.endpoint"))
        .build()
        .expect("a client");
    let app = Router::new()
        .route("/stock/{item}", get(stock))
        .with_state(Arc::clone(&seen));
    let layer = ServerLayer::new().with_tracer_provider(&providers.tracer_provider);
    let back_url = spawn(app.layer(layer)).await;

    let (providers, front) = AgentClient::builder()
        .service_name("front")
        .protocol(Protocol::OpenCensus)
        .endpoint(&agent.url("opencensus.endpoint"))
        .build()
        .expect("a client");
    let provider = providers.tracer_provider;
    let layer = ServerLayer::new().with_tracer_provider(&provider);
    let state = Front {
        provider,
        back: back_url,
        seen: Arc::clone(&seen),
    };
    let app = Router::new()
        .route("/carts/{id}", get(cart))
        .with_state(state);
    let url = spawn(app.layer(layer)).await;
    Services {
        front,
        back,
        url,
        seen,
    }
}

async fn spawn(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!(
        "http://{}",
        listener
            .local_addr()
            .expect("a bound socket has an address")
    );
    tokio::spawn(async move { serve(listener, app).await });
    url
}

/// Calls the back through the client layer, then answers with a body whose last piece the test
/// holds.
async fn cart(span: CurrentSpan, State(front): State<Front>) -> Body {
    *front.seen.front.lock().expect("not poisoned") = Some(span);
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let client = ClientLayer::new()
        .with_tracer_provider(&front.provider)
        .layer(client);
    let request = Request::get(format!("{}/stock/bell", front.back)).body(Body::empty());
    let answer = client
        .oneshot(request.expect("a request"))
        .await
        .expect("the back answers");
    let answer = Body::new(answer.into_body());
    axum::body::to_bytes(answer, 1 << 16)
        .await
        .expect("the back's body is whole");
    let (send, last) = oneshot::channel();
    *front.seen.last_piece.lock().expect("not poisoned") = Some(send);
    Body::from_stream(futures_util::stream::once(last))
}

async fn stock(State(seen): State<Arc<Seen>>, headers: HeaderMap) -> &'static str {
    *seen.back_headers.lock().expect("not poisoned") = headers;
    assert!(Context::current().span().span_context().is_valid());
    "12 bells"
}
