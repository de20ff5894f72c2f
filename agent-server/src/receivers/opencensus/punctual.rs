//! A deadline for the messages of a stream.
//!
//! A stream may be silent for as long as it likes, but not in the middle of a message: what has
//! arrived of it is kept in memory until the rest comes, up to the limit of a message in each
//! stream of each connection.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http_body::Frame;
use tokio::time::{Sleep, sleep};
use tonic::Status;

use crate::admission::Lease;
use crate::receivers::body::DEADLINE;

/// Waiting for the agent's memory.
type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The body of a call, which fails with DEADLINE_EXCEEDED when the rest of a message does not come
/// within [`DEADLINE`]. The time that the stream is not read does not count: a message that is
/// whole stops the clock, and only who waits for one looks at it.
///
/// A message is leased from the agent's memory as a whole before the rest of it is read, and waits
/// for that; what is leased is given back when the next message is asked for, because what was
/// there before has been handed over by then.
pub(super) struct Punctual {
    body: Body,
    framing: Framing,
    patience: Option<Pin<Box<Sleep>>>,
    lease: Option<Lease>,
    wait: Option<Wait>,
}

impl Punctual {
    /// Watches over `body`, and leases what comes.
    pub(super) fn new(body: Body, lease: Option<Lease>) -> Self {
        Self {
            body,
            framing: Framing::default(),
            patience: None,
            lease,
            wait: None,
        }
    }

    /// Waits until the message that has begun is leased.
    fn poll_lease(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(lease) = &self.lease else {
            return Poll::Ready(());
        };
        let wanted = self.framing.message() as u64;
        if wanted == 0 {
            lease.release();
        }
        if self.wait.is_none() {
            if wanted <= lease.bytes() {
                return Poll::Ready(());
            }
            self.wait = Some(Box::pin(lease.clone().reach(wanted)));
        }
        if let Some(wait) = &mut self.wait {
            ready!(wait.as_mut().poll(cx));
        }
        self.wait = None;
        Poll::Ready(())
    }
}

impl http_body::Body for Punctual {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        ready!(this.poll_lease(cx));
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            let data = match &frame {
                Some(Ok(frame)) => frame.data_ref(),
                _ => None,
            };
            if data.is_some_and(|data| this.framing.follow(data)) {
                this.patience = None;
            }
            return Poll::Ready(frame);
        }
        if !this.framing.is_within_message() {
            return Poll::Pending;
        }
        let patience = this
            .patience
            .get_or_insert_with(|| Box::pin(sleep(DEADLINE)));
        ready!(patience.as_mut().poll(cx));
        let seconds = DEADLINE.as_secs();
        let late = format!("the rest of a message did not arrive within {seconds} s");
        Poll::Ready(Some(Err(axum::Error::new(Status::deadline_exceeded(late)))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

/// Where in the messages of a stream its bytes are.
#[derive(Debug, Default)]
struct Framing {
    /// The length of the message that begins, as far as its prefix has come.
    length: u32,
    /// Bytes of the prefix that have come: a compression flag and four of the length.
    prefix: u8,
    /// Bytes of the message that have not come.
    left: usize,
}

impl Framing {
    /// Follows `data`; says whether a message has ended in it.
    fn follow(&mut self, mut data: &[u8]) -> bool {
        let mut ended = false;
        while let Some((first, rest)) = data.split_first() {
            if self.left > 0 {
                let here = self.left.min(data.len());
                self.left -= here;
                data = data.get(here..).unwrap_or_default();
                ended |= self.left == 0;
                continue;
            }
            // The flag is shifted out by the length.
            self.length = self.length << 8 | u32::from(*first);
            self.prefix += 1;
            data = rest;
            if self.prefix == 5 {
                self.prefix = 0;
                self.left = usize::try_from(self.length).unwrap_or(usize::MAX);
                ended |= self.left == 0;
            }
        }
        ended
    }

    /// The length of the message that is not whole yet; 0 between messages, and while it has not
    /// been said.
    fn message(&self) -> usize {
        match self.left {
            0 => 0,
            _ => usize::try_from(self.length).unwrap_or(usize::MAX),
        }
    }

    fn is_within_message(&self) -> bool {
        self.left > 0 || self.prefix > 0
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use futures_util::{StreamExt as _, stream};
    use http_body_util::BodyExt as _;
    use tokio::time::{Instant, timeout};

    use super::*;
    use crate::receivers::testing::leases;

    /// A body of which these parts come, and then no more.
    fn stalled(parts: &'static [&'static [u8]]) -> Punctual {
        let parts = parts
            .iter()
            .map(|part| Ok::<_, Infallible>(Bytes::from_static(part)));
        Punctual::new(
            Body::from_stream(stream::iter(parts).chain(stream::pending())),
            None,
        )
    }

    async fn read(body: &mut Punctual, parts: usize) {
        for _ in 0..parts {
            body.frame().await.expect("a part").expect("in time");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_whose_rest_does_not_come_is_given_up() {
        let cases: [&'static [&'static [u8]]; 4] = [
            &[b"\0"],
            &[b"\0\0\0\0\x02a"],
            &[b"\0\0\0\0\x01a\0\0\0"],
            &[b"\0\0\0", b"\0\x03a", b"b"],
        ];
        for parts in cases {
            let start = Instant::now();
            let mut body = stalled(parts);
            read(&mut body, parts.len()).await;
            let late = body.frame().await.expect("an end").expect_err("late");
            assert!(late.to_string().contains("within 15 s"), "{late}");
            assert_eq!(start.elapsed(), DEADLINE, "{parts:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_may_be_silent_between_its_messages() {
        let cases: [&'static [&'static [u8]]; 4] = [
            &[],
            &[b"\0\0\0\0\0"],
            &[b"\0\0\0\0\x02ab\x01\0\0\0\x01c"],
            &[b"\0\0", b"\0\0\x02a", b"b"],
        ];
        for parts in cases {
            let mut body = stalled(parts);
            read(&mut body, parts.len()).await;
            let silent = timeout(Duration::from_secs(3_600), body.frame()).await;
            assert!(silent.is_err(), "{parts:?}: {silent:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_in_which_nobody_reads_is_not_the_sender_s() {
        let mut body = stalled(&[b"\0\0\0\0\x01a\0\0"]);
        read(&mut body, 1).await;
        sleep(4 * DEADLINE).await;
        let start = Instant::now();
        body.frame().await.expect("an end").expect_err("late");
        assert_eq!(start.elapsed(), DEADLINE);
    }

    #[tokio::test(start_paused = true)]
    async fn the_rest_of_a_message_is_read_once_there_is_memory_for_all_of_it() {
        let parts = [&b"\0\0\0\0\x08ab"[..], b"cdefgh\0", b"\0\0\0\x01i"];
        let parts = parts.map(|part| Ok::<_, Infallible>(Bytes::from_static(part)));
        let (lease, other) = leases(10);
        assert!(other.grow(3));
        let mut body = Punctual::new(Body::from_stream(stream::iter(parts)), Some(lease.clone()));
        read(&mut body, 1).await;
        let waiting = timeout(4 * DEADLINE, body.frame()).await;
        assert!(waiting.is_err(), "no memory, and nobody's patience");
        other.release();
        read(&mut body, 1).await;
        assert_eq!(lease.bytes(), 8);
        read(&mut body, 1).await;
        assert_eq!(lease.bytes(), 0);
    }
}
