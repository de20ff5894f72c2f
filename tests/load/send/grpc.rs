//! Unary gRPC, straight on h2: a request is one buffer, and its answer is read to the end.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use h2::client::{Builder, SendRequest};
use http::{HeaderMap, HeaderValue, Request};
use tokio::net::TcpStream;

use super::{Done, Outcome, Work};
use crate::load::Result;

/// Room for the largest request.
const SEND_BUFFER: usize = 16 << 20;

/// One connection's part of the work.
pub(super) async fn run(work: Arc<Work>) -> Result<Done> {
    let mut client = connect(&work).await?;
    let request = head(&work)?;
    let mut buffer = BytesMut::new();
    let mut done = Done::default();
    while let Some((message, due)) = work.next(&mut buffer).await {
        loop {
            let outcome = unary(&mut client, &request, message.clone()).await?;
            let Some(delay) = done.book(outcome, due) else {
                break;
            };
            tokio::time::sleep(delay).await;
        }
    }
    Ok(done)
}

/// A new connection.
pub(super) async fn connect(work: &Work) -> Result<SendRequest<Bytes>> {
    let stream = TcpStream::connect(work.options.to).await?;
    stream.set_nodelay(true)?;
    let mut builder = Builder::new();
    builder.max_send_buffer_size(SEND_BUFFER);
    let (client, connection) = builder.handshake(stream).await?;
    // What ends the connection also ends the requests on it, which say why.
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

/// The head of every request.
pub(super) fn head(work: &Work) -> Result<Request<()>> {
    let uri = format!("http://{}{}", work.options.to, work.options.protocol.path());
    Ok(Request::post(uri)
        .header("content-type", "application/grpc")
        .header("te", HeaderValue::from_static("trailers"))
        .body(())?)
}

async fn unary(
    client: &mut SendRequest<Bytes>,
    head: &Request<()>,
    message: Bytes,
) -> Result<Outcome> {
    std::future::poll_fn(|context| client.poll_ready(context)).await?;
    let (answer, mut body) = client.send_request(head.clone(), false)?;
    body.send_data(message, true)?;
    let (parts, body) = answer.await?.into_parts();
    Ok(Outcome::of_grpc(&end(parts.headers, body).await?))
}

/// The headers that have the status: those at the end, or those at the begin of an answer without
/// a body.
pub(super) async fn end(headers: HeaderMap, mut body: h2::RecvStream) -> Result<HeaderMap> {
    while let Some(data) = body.data().await {
        let length = data?.len();
        body.flow_control().release_capacity(length)?;
    }
    Ok(body.trailers().await?.unwrap_or(headers))
}
