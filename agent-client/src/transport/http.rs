//! The HTTP/1.1 connection that requests go over, one after the other.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use tokio::task::JoinHandle;

use super::MAX_ANSWER_BYTES;
use super::dial::{Dialer, Version};
use crate::cause::root_cause;
use crate::environment::Destination;
use crate::retry::Outage;
use crate::untraced::untraced;

/// A connection that is made when it is needed and thrown away when it fails.
#[derive(Debug)]
pub(super) struct Connection {
    dialer: Dialer,
    timeout: Duration,
    open: Option<Open>,
}

/// A live connection and the task that drives it.
#[derive(Debug)]
struct Open {
    requests: SendRequest<Full<Bytes>>,
    task: JoinHandle<()>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An answer and as much of its body as is read.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Connection {
    pub(super) fn new(destination: &Destination) -> Self {
        Self {
            dialer: Dialer::new(destination, Version::Http1),
            timeout: destination.timeout,
            open: None,
        }
    }

    /// Sends a request and waits for the answer. The connection is kept only if that went well to
    /// the end.
    pub(super) async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Response, Outage> {
        // Taken, so that a request that is let go of half-way takes the connection with it.
        let open = self.open.take();
        match tokio::time::timeout(self.timeout, self.exchange(open, request)).await {
            Ok(answer) => answer,
            Err(_) => Err(Outage::timed_out(self.timeout)),
        }
    }

    async fn exchange(
        &mut self,
        open: Option<Open>,
        request: Request<Full<Bytes>>,
    ) -> Result<Response, Outage> {
        let mut open = match open.filter(|open| !open.requests.is_closed()) {
            Some(open) => open,
            None => self.connect().await?,
        };
        let broken = |error: &hyper::Error| Outage::broken(root_cause(error));
        open.requests
            .ready()
            .await
            .map_err(|error| broken(&error))?;
        let response = open.requests.send_request(request).await;
        let (head, body) = response.map_err(|error| broken(&error))?.into_parts();
        let (body, is_whole) = beginning(body).await.map_err(|error| broken(&error))?;
        if is_whole {
            self.open = Some(open);
        }
        Ok(Response {
            status: head.status,
            headers: head.headers,
            body,
        })
    }

    async fn connect(&self) -> Result<Open, Outage> {
        let stream = self.dialer.clone().dial().await;
        let stream = stream.map_err(|error| Outage::new(root_cause(&error)))?;
        let (requests, connection) = handshake(stream)
            .await
            .map_err(|error| Outage::broken(root_cause(&error)))?;
        // Errors of the connection come out at the request.
        let task = tokio::spawn(untraced(async move { drop(connection.await) }));
        Ok(Open { requests, task })
    }
}

/// Reads a body up to the most that is read of any; false if there was more.
async fn beginning(mut body: Incoming) -> Result<(Bytes, bool), hyper::Error> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        let room = MAX_ANSWER_BYTES - read.len();
        let (kept, _) = data.split_at(data.len().min(room));
        read.extend_from_slice(kept);
        if kept.len() < data.len() {
            return Ok((read.freeze(), false));
        }
    }
    Ok((read.freeze(), true))
}
