//! What a service can say about its own spans: names, routes, attributes, hooks.
//!
//! ```text
//! cargo run --bin custom_names
//! ```
//!
//! Five requests, each of which is named by another means, and printed as it was recorded. A name
//! must have few values: it is what traces are grouped by. Needs no agent, ends by itself.

#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

mod handlers;

use std::net::SocketAddr;

use axum::Router;
use axum::middleware::map_request;
use axum::routing::{get, post};
use campanile_examples::{Failure, Recording, http_client};
use campanile_middleware::ServerLayer;
use campanile_middleware::opentelemetry::KeyValue;
use tokio::net::TcpListener;

/// The attributes that are printed.
const KEYS: [&str; 6] = [
    "http.route",
    "http.request.body.size",
    "network.transport",
    "app.tenant",
    "app.cache",
    "app.outcome",
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let recording = Recording::install();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // With the peer's address, without which `network.transport` is not known.
    let service = app().into_make_service_with_connect_info::<SocketAddr>();
    // Ends with the program.
    tokio::spawn(async move { axum::serve(listener, service).await });

    let client = http_client().build()?;
    let get = |path| client.get(format!("http://{address}{path}"));
    let post = |path| client.post(format!("http://{address}{path}"));
    let requests = [
        ("by the router", get("/users/7")),
        ("by the layer", post("/jobs/nightly").body("now")),
        (
            "by the handler",
            post("/graphql").header("x-operation", "cart"),
        ),
        ("by a route of one's own", get("/files/2026/report.pdf")),
        (
            "by whoever is further out",
            get("/users/7").header("x-probe", "1"),
        ),
    ];
    for (how, request) in requests {
        println!("named {how}:");
        let answer = request.header("x-tenant", "acme").send().await?;
        answer.bytes().await?;
        recording.print(1, &KEYS).await?;
    }
    Ok(())
}

fn app() -> Router {
    Router::new()
        .route("/users/{id}", get(handlers::user))
        .route("/jobs/{name}", post(handlers::job))
        .route("/graphql", post(handlers::graphql))
        // What no route matches: here another router may live.
        .fallback(handlers::files)
        .layer(layer())
        // Further out than the layer, so it speaks before the span starts.
        .layer(map_request(handlers::probe))
}

fn layer() -> ServerLayer {
    ServerLayer::new()
        .with_span_name(|request| {
            let is_job = request.path().starts_with("/jobs/");
            is_job.then(|| "run a job".into())
        })
        .with_request_attributes(["http.request.body.size", "network.transport"])
        .on_start(|span, request| {
            let tenant = request.headers().get("x-tenant");
            if let Some(tenant) = tenant.and_then(|value| value.to_str().ok()) {
                span.set_attribute(KeyValue::new("app.tenant", tenant.to_owned()));
            }
        })
        .on_response(|span, response| {
            let is_hit = response.headers().contains_key("x-cache");
            let cache = if is_hit { "hit" } else { "miss" };
            span.set_attribute(KeyValue::new("app.cache", cache));
        })
        .on_end(|span, ended| {
            let outcome = format!("{:?}", ended.outcome);
            span.set_attribute(KeyValue::new("app.outcome", outcome));
        })
}
