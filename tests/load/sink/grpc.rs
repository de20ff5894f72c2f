//! OTLP over gRPC, straight on h2.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::GzDecoder;
use h2::RecvStream;
use h2::server::{Builder, SendResponse};
use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::net::TcpStream;

use super::Tally;
use crate::load::Result;

/// What may arrive before it is read, on a stream and on a connection.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// Serves one connection to its end.
pub(super) async fn serve(stream: TcpStream, tally: Tally) {
    let mut builder = Builder::new();
    builder
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW);
    let Ok(mut connection) = builder.handshake::<_, Bytes>(stream).await else {
        return;
    };
    while let Some(Ok((request, respond))) = connection.accept().await {
        let tally = tally.clone();
        // A stream that breaks was not counted, and its sender knows.
        tokio::spawn(async move { drop(answer(request, respond, &tally).await) });
    }
}

async fn answer(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    tally: &Tally,
) -> Result<()> {
    let mut received = tally.buffer();
    whole(request.into_body(), &mut received).await?;
    let is_read = match &*received {
        [0, _, _, _, _, message @ ..] => tally.take(message, received.len()),
        [1, _, _, _, _, compressed @ ..] => {
            let mut message = Vec::with_capacity(compressed.len() * 10);
            let inflated = GzDecoder::new(compressed).read_to_end(&mut message);
            inflated.is_ok() && tally.take(&message, received.len())
        }
        _ => false,
    };
    tally.give_back(received);
    let mut head = Response::new(());
    let headers = head.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/grpc"));
    let mut body = respond.send_response(head, false)?;
    body.send_data(Bytes::from_static(&[0; 5]), false)?;
    let status = if is_read { "0" } else { "3" };
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static(status));
    body.send_trailers(trailers)?;
    Ok(())
}

/// Reads the whole body into one buffer.
async fn whole(mut body: RecvStream, received: &mut Vec<u8>) -> Result<()> {
    while let Some(data) = body.data().await {
        let data = data?;
        received.extend_from_slice(&data);
        body.flow_control().release_capacity(data.len())?;
    }
    Ok(())
}
