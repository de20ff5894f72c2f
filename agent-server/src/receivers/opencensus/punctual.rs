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

use crate::receivers::body::DEADLINE;

/// The body of a call, which fails with DEADLINE_EXCEEDED when the rest of a message does not come
/// within [`DEADLINE`]. The time that the stream is not read does not count: a message that is
/// whole stops the clock, and only who waits for one looks at it.
#[derive(Debug)]
pub(super) struct Punctual {
    body: Body,
    framing: Framing,
    patience: Option<Pin<Box<Sleep>>>,
}

impl Punctual {
    /// Watches over `body`.
    pub(super) fn new(body: Body) -> Self {
        Self {
            body,
            framing: Framing::default(),
            patience: None,
        }
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

    /// A body of which these parts come, and then no more.
    fn stalled(parts: &'static [&'static [u8]]) -> Punctual {
        let parts = parts
            .iter()
            .map(|part| Ok::<_, Infallible>(Bytes::from_static(part)));
        Punctual::new(Body::from_stream(
            stream::iter(parts).chain(stream::pending()),
        ))
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
}
