//! A request's body, read within limits of size and time.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use super::algorithms::Accepted;
use super::failure::Failure;
use super::inflate::Encoding;
use crate::admission::Lease;
use crate::serve::BodyDeadline;

/// How long a request's body may take to arrive, unless the listener's configuration says otherwise.
pub(super) const DEADLINE: Duration = Duration::from_secs(15);

/// What is set aside at once for a body that announces its length; the announcement may lie.
const FIRST_ALLOCATION: usize = 1 << 20;

/// Why a body could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    /// The connection broke, or the framing is not HTTP.
    #[error("the body could not be read: {0}")]
    Broken(axum::Error),
    /// It took longer than this.
    #[error("the body did not arrive within {} s", .0.as_secs())]
    Slow(Duration),
    /// Too much is arriving at once.
    #[error("too much is arriving at once")]
    Busy,
    /// It is larger than the limit, which is given.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
}

/// Reads the body of `request`, and inflates it as its `Content-Encoding` says: at most `limit`
/// bytes before and after.
///
/// # Errors
///
/// What to answer.
pub(super) async fn whole(request: Request<Body>, limit: usize) -> Result<Vec<u8>, Failure> {
    let encoding = Encoding::of(request.headers())?;
    let accepted = request.extensions().get::<Accepted>();
    if accepted.is_some_and(|accepted| !accepted.takes(encoding)) {
        let message = format!("the content encoding {encoding:?} is not accepted here");
        return Err(Failure::unsupported("encoding", message));
    }
    let deadline = request.extensions().get::<BodyDeadline>();
    let deadline = deadline.map_or(DEADLINE, |deadline| deadline.0);
    let lease = lease(&request);
    let body = read(request.into_body(), limit, deadline, lease.clone()).await?;
    Ok(encoding.inflate_leased(body, limit, lease.as_ref())?)
}

/// The lease of the agent's memory for `request`; it lasts until the request is answered.
pub(super) fn lease<B>(request: &Request<B>) -> Option<Lease> {
    request.extensions().get::<Lease>().cloned()
}

/// Reads `body` into one piece of memory of its own, so that nothing keeps the read buffer.
///
/// # Errors
///
/// When it is too large (at once, if it says so), too slow or broken.
pub(super) async fn read(
    body: Body,
    limit: usize,
    deadline: Duration,
    lease: Option<Lease>,
) -> Result<Vec<u8>, BodyError> {
    let announced = body.size_hint().lower();
    if announced > limit as u64 {
        return Err(BodyError::TooLarge(limit));
    }
    let announced = usize::try_from(announced).unwrap_or(limit);
    let whole = collect(body, announced, limit, lease);
    let arrived = within(deadline, whole).await;
    arrived.unwrap_or(Err(BodyError::Slow(deadline)))
}

/// What `arrival` comes to; `None` when it takes longer than `limit`. Most requests are there when
/// their handler is called, and a timer costs more than looking.
pub(super) async fn within<T>(limit: Duration, arrival: impl Future<Output = T>) -> Option<T> {
    let mut arrival = pin!(arrival);
    match poll_fn(|context| Poll::Ready(arrival.as_mut().poll(context))).await {
        Poll::Ready(whole) => Some(whole),
        Poll::Pending => timeout(limit, arrival).await.ok(),
    }
}

async fn collect(
    mut body: Body,
    announced: usize,
    limit: usize,
    lease: Option<Lease>,
) -> Result<Vec<u8>, BodyError> {
    let room = |here| {
        lease
            .as_ref()
            .is_none_or(|lease| lease.cover(here, announced))
    };
    if announced > 0 && !room(1) {
        return Err(BodyError::Busy);
    }
    let mut into = Vec::with_capacity(announced.min(FIRST_ALLOCATION));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(BodyError::Broken)?;
        // Trailers say nothing about the body.
        let data = frame.into_data().unwrap_or_default();
        if data.len() > limit - into.len() {
            return Err(BodyError::TooLarge(limit));
        }
        if !room(into.len() + data.len()) {
            return Err(BodyError::Busy);
        }
        into.extend_from_slice(&data);
    }
    Ok(into)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use bytes::Bytes;
    use futures_util::stream;
    use tokio::time::Instant;

    use super::*;
    use crate::receivers::testing::leases;

    fn chunks(chunks: &'static [&'static [u8]]) -> Body {
        let chunks = chunks
            .iter()
            .map(|chunk| Ok::<_, Infallible>(Bytes::from_static(chunk)));
        Body::from_stream(stream::iter(chunks))
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit_whether_or_not_it_says_its_length() {
        let whole = read(chunks(&[b"ab", b"cd"]), 4, DEADLINE, None).await;
        assert_eq!(whole.expect("within the limit"), b"abcd");
        for body in [chunks(&[b"ab", b"cde"]), Body::from("abcde")] {
            let whole = read(body, 4, DEADLINE, None).await;
            assert!(matches!(whole, Err(BodyError::TooLarge(4))), "{whole:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_arrive_is_given_up() {
        let start = Instant::now();
        let never = stream::pending::<Result<Bytes, Infallible>>();
        let whole = read(Body::from_stream(never), 4, DEADLINE, None).await;
        assert!(matches!(whole, Err(BodyError::Slow(DEADLINE))), "{whole:?}");
        assert_eq!(start.elapsed(), DEADLINE);
    }

    #[tokio::test]
    async fn what_arrives_beyond_the_agent_s_memory_is_told_to_come_again() {
        let (one, other) = leases(10);
        assert!(other.grow(8));
        let request = || {
            let request = Request::builder().extension(one.another());
            request.body(Body::from("hello")).expect("a request")
        };
        let refused = whole(request(), 100).await.expect_err("no room");
        assert_eq!(refused.status, 429);
        drop(other);
        assert_eq!(whole(request(), 100).await.expect("room"), b"hello");
        assert_eq!(whole(request(), 100).await.expect("given back"), b"hello");
    }
}
