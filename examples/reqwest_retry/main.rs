//! A client that tries again: one span per attempt, and a context that stays in the house.
//!
//! ```text
//! cargo run --bin reqwest_retry
//! ```
//!
//! A shop asks its stock, which fails twice, and two partners, which are not told about our trace.
//! The trace is printed as it was recorded. Needs no agent, ends by itself.
//!
//! The order of the middleware is the point: `reqwest-retry` outside, tracing inside. The other way
//! round one span covers all attempts.

#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

mod shop;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use campanile_examples::{Failure, Recording, http_client};
use campanile_middleware::{ClientLayer, ServerLayer};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use tokio::net::TcpListener;

/// The attributes that are printed.
const KEYS: [&str; 3] = [
    "url.template",
    "http.request.resend_count",
    "server.address",
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let recording = Recording::install();
    let stock = Router::new().route("/stock/{item}", get(stock));
    let stock = serve(stock.with_state(Arc::default()).layer(ServerLayer::new())).await?;
    // The partner's service is not ours, so we do not trace it.
    let partner = serve(Router::new().route("/greet", get(greet))).await?;
    let client = client(partner)?;
    let shop = serve(shop::app(client, stock, partner)).await?;

    let order = format!("http://{shop}/order/bell");
    let answer = http_client().build()?.get(order).send().await?;
    print!("{}", answer.error_for_status()?.text().await?);
    // The order; three attempts, both sides of each; two calls of partners, our side.
    recording.print(9, &KEYS).await
}

/// A client that retries outside and traces inside, so that each attempt has a span.
fn client(partner: SocketAddr) -> reqwest::Result<ClientWithMiddleware> {
    // Who is told our context. Without this it is everybody.
    let tracing = ClientLayer::new().with_allowed_hosts(["127.0.0.1", "*.svc.cluster.local"]);
    let (shortest, longest) = (Duration::from_millis(1), Duration::from_millis(5));
    let retries = ExponentialBackoff::builder()
        .retry_bounds(shortest, longest)
        .build_with_max_retries(3);
    // Instead of a name service.
    let client = http_client().resolve("partner.example", partner);
    Ok(ClientBuilder::new(client.build()?)
        .with(RetryTransientMiddleware::new_with_policy(retries))
        .with(tracing.into_middleware())
        .build())
}

/// Overloaded, twice.
async fn stock(State(asked): State<Arc<AtomicU32>>) -> Result<String, StatusCode> {
    match asked.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => Err(StatusCode::SERVICE_UNAVAILABLE),
        before => Ok(format!("the stock answers attempt {}\n", before + 1)),
    }
}

/// Tells what the partner knows.
async fn greet(headers: HeaderMap) -> String {
    let is_told = headers.contains_key("traceparent");
    format!("a partner is told our context: {is_told}\n")
}

/// Serves on a port of the system's choice, until the program ends.
async fn serve(app: Router) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}
