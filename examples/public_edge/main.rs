//! A server that strangers can reach: whose context it believes, and what it says about them.
//!
//! ```text
//! cargo run --bin public_edge
//! ```
//!
//! A `traceparent` can be sent by anybody, and so can `Forwarded`. The server, in `edge.rs`,
//! believes both from its proxy, 127.0.0.2 here, and from nobody else; the stranger calls from
//! 127.0.0.1. (Linux has all of 127.0.0.0/8; macOS wants `sudo ifconfig lo0 alias 127.0.0.2`
//! first.) Needs no agent, ends by itself.

#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

mod edge;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use campanile_examples::{Failure, Recording, http_client};
use reqwest::{Client, Response};
use tokio::net::TcpListener;

const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1));
const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// The trace that the callers say they are part of.
const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";

/// The attributes that are printed.
const KEYS: [&str; 6] = [
    "client.address",
    "network.peer.address",
    "url.scheme",
    "server.address",
    "http.request.header.x-request-id",
    "http.request.header.authorization",
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let recording = Recording::install();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    // With the peer's address, without which everybody is a stranger.
    let service = edge::app(PROXY).into_make_service_with_connect_info::<SocketAddr>();
    // Ends with the program.
    tokio::spawn(async move { axum::serve(listener, service).await });

    for (who, address) in [("a stranger", STRANGER), ("the proxy", PROXY)] {
        println!("{who} asks:");
        let client = http_client().local_address(address).build()?;
        let health = client.get(format!("{url}/healthz")).send().await?;
        health.error_for_status()?.bytes().await?;
        let answer = ask(&client, &url).await?;
        let told = told(&answer);
        let baggage = answer.text().await?;
        // One span: a load balancer asks for the health all the time, so that has none.
        recording.print(1, &KEYS).await?;
        println!("  the handler got baggage: {baggage}");
        println!("  the caller is told: {told}");
    }
    Ok(())
}

/// Sends what anybody may send, whether it is true or not.
async fn ask(client: &Client, url: &str) -> reqwest::Result<Response> {
    let parent = format!("00-{TRACE_ID}-b7ad6b7169203331-01");
    let request = client
        .get(format!("{url}/account/7"))
        .header("traceparent", parent)
        .header("baggage", "plan=gold")
        .header("forwarded", "for=203.0.113.7;proto=https;host=shop.example")
        .header("x-request-id", "r-1")
        .bearer_auth("secret");
    request.send().await?.error_for_status()
}

/// What the response says about the span that served it, without its ids.
fn told(answer: &Response) -> String {
    let value = answer.headers().get("server-timing");
    let value = value.and_then(|value| value.to_str().ok());
    let fields: Vec<&str> = value.unwrap_or_default().split('-').collect();
    match fields[..] {
        [metric, TRACE_ID, _, flags] => format!("{metric}-(the caller's trace)-(span)-{flags}"),
        [metric, _, _, flags] => format!("{metric}-(a new trace)-(span)-{flags}"),
        _ => "nothing".to_owned(),
    }
}
