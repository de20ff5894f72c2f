//! A service for the W3C Trace Context conformance suite: it calls whoever it is told to call, and
//! the context of each request travels on.
//!
//! <https://github.com/w3c/trace-context/tree/main/test>
//!
//! A POST to any path carries a JSON list of `{"url": ..., "arguments": ...}`; for each the service
//! posts `arguments` to `url`. Run it, and the suite against it, in two shells:
//!
//! ```text
//! PORT=5000 cargo run -p campanile-examples --bin trace_context_service
//! SPEC_LEVEL=2 STRICT_LEVEL=2 python test.py http://127.0.0.1:5000/test
//! ```
//!
//! All that is about tracing here are the three lines marked with numbers. No agent is needed; if
//! one runs on this machine, it is sent the spans. The service calls any URL it is given, which is
//! what the suite asks for and why it listens on loopback only.

use std::error::Error;
use std::io::Write as _;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use campanile_agent_client::AgentClient;
use campanile_middleware::{ServerLayer, TraceMiddleware};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpListener;

/// How long a called service may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// One call to make.
#[derive(Deserialize)]
struct Call {
    url: String,
    #[serde(default)]
    arguments: Value,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // 1. Start recording. Spans are sent when the guard is dropped, at the end of `main`.
    let _guard = AgentClient::builder()
        .service_name("trace_context_service")
        .init()?;

    let port = std::env::var("PORT").map_or(Ok(5000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    writeln!(
        std::io::stdout(),
        "listening on http://{}",
        listener.local_addr()?
    )?;
    axum::serve(listener, app(client()?))
        .with_graceful_shutdown(interrupted())
        .await?;
    Ok(())
}

/// The service, whatever path it is called by.
fn app(client: ClientWithMiddleware) -> Router {
    Router::new()
        .route("/", post(relay))
        .route("/{*path}", post(relay))
        .with_state(client)
        // 2. Each request gets a span: the child of the one its headers name, or a new trace.
        .layer(ServerLayer::new())
}

/// A client that sends the current context along.
fn client() -> Result<ClientWithMiddleware, Box<dyn Error>> {
    // The TLS provider is the program's choice. It fails only if one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(TIMEOUT).build()?;
    // 3. Each call gets a span, and its context goes into the headers.
    Ok(ClientBuilder::new(client)
        .with(TraceMiddleware::new())
        .build())
}

/// Makes the calls, one after the other, and answers how many they were.
async fn relay(
    State(client): State<ClientWithMiddleware>,
    Json(calls): Json<Vec<Call>>,
) -> Result<Json<usize>, (StatusCode, String)> {
    for call in &calls {
        let sent = client.post(&call.url).json(&call.arguments).send().await;
        let answered = sent.and_then(|response| Ok(response.error_for_status()?));
        let body = match answered {
            Ok(response) => response.bytes().await.map_err(Into::into),
            Err(error) => Err(error),
        };
        body.map_err(|error| (StatusCode::BAD_GATEWAY, format!("{}: {error}", call.url)))?;
    }
    Ok(Json(calls.len()))
}

/// Ends with Ctrl-C; without a handler for it, the service just goes on.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
