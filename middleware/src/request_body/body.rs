//! A request's body that counts what is read of it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Buf as _;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::describe::grpc::Messages;
use crate::record::RequestCounts;

pin_project! {
    /// Request body made by [`RequestBodyLayer`](crate::RequestBodyLayer).
    #[derive(Debug, Default)]
    pub struct CountedBody<B> {
        #[pin]
        inner: B,
        counts: Option<RequestCounts>,
        messages: Messages,
    }
}

impl<B> CountedBody<B> {
    /// Wraps `inner`; without a place for counts nothing is counted.
    pub(super) fn new(inner: B, counts: Option<RequestCounts>) -> Self {
        if let Some(counts) = &counts {
            counts.begin();
        }
        Self {
            inner,
            counts,
            messages: Messages::default(),
        }
    }
}

impl<B: Body> Body for CountedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let polled = this.inner.poll_frame(cx);
        if let (Poll::Ready(Some(Ok(frame))), Some(counts)) = (&polled, this.counts)
            && let Some(data) = frame.data_ref()
        {
            counts.add_bytes(data.remaining() as u64);
            this.messages.see(data);
            counts.set_messages(this.messages.count());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
