//! A service that traces with the `tracing` crate: its spans and events are in the trace of the
//! request, whatever the log shows.
//!
//! ```text
//! cargo run --bin with_tracing
//! ```
//!
//! The log is filtered to warnings; the trace, printed below it, has what is `INFO` all the same,
//! with the call that a function makes below the span of that function. Needs no agent, ends by
//! itself, and fails when the trace is not as it should be.

#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

mod shop;

use std::time::Duration;

use campanile_examples::{Failure, http_client};
use campanile_middleware::bridge;
use campanile_middleware::testing::Recorder;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

/// The trace, and which span each event belongs to.
const EXPECTED: &str = "\
GET /carts/{id} [server 200]
  * serving a cart
  * the price list is old
  load_prices
    * asking the price list
    GET [client 200]
      GET /prices [server 200]
        * two prices
  write_down
    * written down
";

/// How long a span may take to end once its request is over.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    // A service has `let _tracing = campanile_agent_client::init()?;` here, and `provider` is
    // `global::tracer_provider()`.
    let recorder = Recorder::new();
    let provider = recorder.tracer_provider();

    // These are the lines that matter: each layer has its own filter.
    let log = fmt::layer().without_time().with_ansi(false);
    tracing_subscriber::registry()
        .with(bridge::layer(provider).with_filter(LevelFilter::INFO))
        .with(log.with_filter(EnvFilter::new("warn")))
        .init();

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let app = shop::app(provider, address)?;
    // Ends with the program.
    tokio::spawn(async move { axum::serve(listener, app).await });

    println!("the log:");
    let client = http_client().build()?;
    let answer = client
        .get(format!("http://{address}/carts/7"))
        .send()
        .await?;
    let total = answer.error_for_status()?.text().await?;
    println!("the answer:\n{total}the trace:");
    let drawn = timeout(PATIENCE, drawn(&recorder)).await;
    print!(
        "{}",
        drawn.map_err(|_| format!("instead of the trace:\n{}", draw(&recorder)))?
    );
    Ok(())
}

/// The trace, once it is complete: a task is still at work when the answer is there.
async fn drawn(recorder: &Recorder) -> String {
    loop {
        let drawn = draw(recorder);
        if drawn == EXPECTED {
            return drawn;
        }
        sleep(Duration::from_millis(1)).await;
    }
}

/// Each span, and below it its events.
fn draw(recorder: &Recorder) -> String {
    let (tree, spans) = (recorder.tree(), recorder.spans());
    let mut drawn = String::new();
    // One thing happens after the other here, so the lines are in the order of the spans.
    for (line, span) in tree.lines().zip(&spans) {
        drawn += &format!("{line}\n");
        let indent = line.len() - line.trim_start().len() + 2;
        for event in span.events.iter() {
            drawn += &format!("{:indent$}* {}\n", "", event.name);
        }
    }
    drawn
}
