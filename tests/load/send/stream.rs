//! An OpenCensus `Export` stream: messages without answers, held back by flow control, and one
//! answer when the stream ends.

use std::future::poll_fn;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use h2::SendStream;

use super::grpc::{connect, end, head};
use super::{Done, Outcome, Work};
use crate::load::Result;
use crate::load::encode::{grpc, opencensus_node};

/// One connection's part of the work. What the time of a message says is how long the agent took
/// to make room for it.
pub(super) async fn run(work: Arc<Work>) -> Result<Done> {
    let mut client = connect(&work).await?;
    poll_fn(|context| client.poll_ready(context)).await?;
    let (answer, mut body) = client.send_request(head(&work)?, false)?;
    body.send_data(grpc(&opencensus_node()).into(), false)?;
    let mut buffer = BytesMut::new();
    let mut done = Done::default();
    while let Some((message, due)) = work.next(&mut buffer).await {
        if write(&mut body, message).await.is_err() {
            // The answer says why.
            break;
        }
        done.book(Outcome::Taken, due);
    }
    // Fails only when the agent has ended the stream.
    let _ = body.send_data(Bytes::new(), true);
    let (parts, body) = answer.await?.into_parts();
    match Outcome::of_grpc(&end(parts.headers, body).await?) {
        Outcome::Taken => Ok(done),
        ended => Err(format!("the agent ended a stream: {ended:?}").into()),
    }
}

/// Writes a message piece by piece, as the agent makes room.
async fn write(body: &mut SendStream<Bytes>, mut message: Bytes) -> Result<()> {
    while !message.is_empty() {
        body.reserve_capacity(message.len());
        let room = poll_fn(|context| body.poll_capacity(context)).await;
        let room = room.ok_or("the stream has ended")??;
        body.send_data(message.split_to(room.min(message.len())), false)?;
    }
    Ok(())
}
