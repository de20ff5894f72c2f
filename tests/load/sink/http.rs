//! OTLP over HTTP/1.1.

use std::convert::Infallible;
use std::io::Read as _;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tower::service_fn;

use super::Tally;

/// Serves one connection to its end.
pub(super) async fn serve(stream: TcpStream, tally: Tally) {
    let service = TowerToHyperService::new(service_fn(move |request| {
        let tally = tally.clone();
        async move { Ok::<_, Infallible>(answer(request, &tally).await) }
    }));
    let builder = Builder::new(TokioExecutor::new()).http1_only();
    // A connection that breaks is its sender's business.
    let _ = builder
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer<B: http_body::Body>(request: Request<B>, tally: &Tally) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let is_gzip = parts
        .headers
        .get("content-encoding")
        .is_some_and(|it| it == "gzip");
    let is_read = match body.collect().await {
        Ok(body) => {
            let body = body.to_bytes();
            let mut message = Vec::new();
            if is_gzip {
                let inflated = GzDecoder::new(&*body).read_to_end(&mut message);
                inflated.is_ok() && tally.take(&message, body.len())
            } else {
                tally.take(&body, body.len())
            }
        }
        Err(_) => false,
    };
    let mut answer = Response::new(Full::default());
    if !is_read {
        *answer.status_mut() = StatusCode::BAD_REQUEST;
    }
    answer
}
