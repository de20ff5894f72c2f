//! gRPC streams: a span lasts as long as its stream, and its status is what the trailers say.
//!
//! ```text
//! cargo run --bin tonic_streaming
//! ```
//!
//! One bidirectional call that ends well, one that fails halfway, one that outlives its deadline;
//! a health check that nobody wants to see. Both sides of each call are printed as they were
//! recorded. Needs no agent, ends by itself.

#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

mod client;
mod service;

use std::time::Duration;

use campanile_examples::{Failure, Recording};
use campanile_middleware::filter::{grpc_health_check, not};
use campanile_middleware::{RequestBodyLayer, ServerLayer};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::transport::Server;
use tower::ServiceBuilder;

use crate::client::Client;
use crate::service::{Health, Words};

/// How long the last call may take.
const DEADLINE: Duration = Duration::from_secs(1);

/// The attributes that are printed.
const KEYS: [&str; 2] = ["grpc.request.messages", "grpc.response.messages"];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let recording = Recording::install();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let uri = format!("http://{}", listener.local_addr()?).parse()?;
    // The request's messages pass another layer, so that one counts them.
    let layers = ServiceBuilder::new()
        .layer(
            ServerLayer::new()
                .with_message_counts()
                .with_filter(not(grpc_health_check())),
        )
        .layer(RequestBodyLayer::new());
    let server = Server::builder()
        .layer(layers.into_inner())
        .add_service(Health)
        .add_service(Words)
        .serve_with_incoming(TcpListenerStream::new(listener));
    // Ends with the program.
    tokio::spawn(server);
    let mut client = Client::connect(uri);

    println!("healthy: {}", client.is_healthy().await?);
    println!("all words have letters:");
    talk(&mut client, &["campanile", "bell"]).await?;
    recording.print(2, &KEYS).await?;
    println!("one has none:");
    talk(&mut client, &["campanile", ""]).await?;
    recording.print(2, &KEYS).await?;
    println!("the next word never comes:");
    wait(&mut client).await?;
    recording.print(2, &KEYS).await
}

/// Says one word after the other, each when the one before is answered.
async fn talk(client: &mut Client, words: &[&str]) -> Result<(), Failure> {
    let (say, said) = mpsc::channel(1);
    let mut lengths = client.measure(ReceiverStream::new(said), None).await?;
    for word in words {
        say.send((*word).to_owned()).await?;
        match lengths.message().await {
            Ok(length) => println!("  {word:?} has {} letters", length.unwrap_or_default()),
            Err(status) => println!("  {word:?}: {}", status.message()),
        }
    }
    drop(say);
    // A span ends with its stream, so somebody has to read it to its end, or let it go.
    while let Ok(Some(_)) = lengths.message().await {}
    Ok(())
}

/// Says one word, and waits in vain for the answer to a second.
async fn wait(client: &mut Client) -> Result<(), Failure> {
    let (say, said) = mpsc::channel(1);
    let mut lengths = client
        .measure(ReceiverStream::new(said), Some(DEADLINE))
        .await?;
    say.send("campanile".to_owned()).await?;
    lengths.message().await?;
    // tonic's deadline is for the head of the response; a stream is watched by who reads it.
    let late = timeout(DEADLINE, lengths.message()).await.is_err();
    println!("  the deadline has passed: {late}");
    Ok(())
}
