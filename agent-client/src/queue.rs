//! Where ended spans wait: bounded in bytes, never in anybody's way.
//!
//! A push takes one short lock and either keeps the span or hands it back. Spans that were taken
//! out stay on the bill until they are settled (sent or dropped for good), so that the bound holds
//! for everything the client keeps and not only for what lies in the queue. When the bound is
//! reached the newest span is refused: the oldest tell how the trouble began.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use opentelemetry_sdk::trace::SpanData;
use tokio::sync::Notify;

use crate::size;
use crate::stats::DropReason;

/// The bounds of a [`Queue`] and the sizes of what is taken out of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes held, waiting and on their way together.
    pub(crate) max_bytes: usize,
    /// Spans held, waiting and on their way together.
    pub(crate) max_spans: usize,
    /// Spans in one batch.
    pub(crate) batch_spans: usize,
    /// Bytes in one batch, by estimate; a larger span goes alone.
    pub(crate) batch_bytes: usize,
}

impl Bounds {
    /// A batch is full by its own measures, or when it takes up half of the buffer.
    fn is_batch(&self, state: &State) -> bool {
        state.waiting.len() >= self.batch_spans.min(self.max_spans.div_ceil(2))
            || state.waiting_bytes >= self.batch_bytes.min(self.max_bytes / 2)
    }
}

/// Spans taken out together.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) spans: Vec<SpanData>,
    /// What they weigh, to be given back to [`Queue::settle`].
    pub(crate) bytes: usize,
}

#[derive(Debug)]
pub(crate) struct Queue {
    bounds: Bounds,
    state: Mutex<State>,
    /// Rung when the first span arrives and when a batch is full.
    wake: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<(usize, SpanData)>,
    waiting_bytes: usize,
    held_bytes: usize,
    held_spans: usize,
    closed: bool,
}

impl Queue {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            state: Mutex::default(),
            wake: Notify::new(),
        }
    }

    /// Keeps a span, or says why not.
    pub(crate) fn push(&self, span: SpanData) -> Result<(), DropReason> {
        let bytes = size::of(&span);
        let mut state = self.lock();
        if state.closed {
            return Err(DropReason::Shutdown);
        }
        let full = state.held_bytes.saturating_add(bytes) > self.bounds.max_bytes
            || state.held_spans >= self.bounds.max_spans;
        if full {
            return Err(DropReason::BufferFull);
        }
        let had_batch = self.bounds.is_batch(&state);
        state.held_bytes += bytes;
        state.held_spans += 1;
        state.waiting_bytes += bytes;
        state.waiting.push_back((bytes, span));
        let wake = state.waiting.len() == 1 || (!had_batch && self.bounds.is_batch(&state));
        drop(state);
        if wake {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Takes the oldest spans, at most one batch of them and at most `limit`.
    pub(crate) fn take(&self, limit: usize) -> Option<Taken> {
        let mut state = self.lock();
        let count = state.waiting.len().min(self.bounds.batch_spans).min(limit);
        let mut taken = Taken {
            spans: Vec::with_capacity(count),
            bytes: 0,
        };
        while taken.spans.len() < count {
            let Some((bytes, _)) = state.waiting.front() else {
                break;
            };
            let too_much = taken.bytes + bytes > self.bounds.batch_bytes;
            if too_much && !taken.spans.is_empty() {
                break;
            }
            let Some((bytes, span)) = state.waiting.pop_front() else {
                break;
            };
            state.waiting_bytes = state.waiting_bytes.saturating_sub(bytes);
            taken.bytes += bytes;
            taken.spans.push(span);
        }
        (!taken.spans.is_empty()).then_some(taken)
    }

    /// Takes spans off the bill that are sent or dropped for good.
    pub(crate) fn settle(&self, spans: usize, bytes: usize) {
        let mut state = self.lock();
        state.held_spans = state.held_spans.saturating_sub(spans);
        state.held_bytes = state.held_bytes.saturating_sub(bytes);
    }

    /// Takes no more spans, throws away what is held and says how many spans that were.
    pub(crate) fn abandon(&self) -> usize {
        let mut state = self.lock();
        state.closed = true;
        state.held_bytes = 0;
        state.waiting_bytes = 0;
        let waiting = std::mem::take(&mut state.waiting);
        let left = std::mem::take(&mut state.held_spans);
        drop(state);
        drop(waiting);
        left
    }

    /// Takes no more spans; what is held stays.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
    }

    /// Spans that wait to be taken.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Spans and bytes held, waiting and on their way together.
    pub(crate) fn held(&self) -> (usize, usize) {
        let state = self.lock();
        (state.held_spans, state.held_bytes)
    }

    /// Whether enough spans wait to send them at once.
    pub(crate) fn has_batch(&self) -> bool {
        self.bounds.is_batch(&self.lock())
    }

    /// Completes when something arrived since the last time.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// A thread that panicked while pushing must not take the others with it: every state in
    /// between is a valid one.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Queue};
    use crate::size;
    use crate::stats::DropReason;
    use crate::testing::span;

    fn queue(spans: usize) -> (Queue, usize) {
        let weight = size::of(&span("a"));
        let bounds = Bounds {
            max_bytes: weight * spans,
            max_spans: usize::MAX,
            batch_spans: 3,
            batch_bytes: usize::MAX,
        };
        (Queue::new(bounds), weight)
    }

    #[test]
    fn a_full_queue_refuses_the_newest_span() {
        let (queue, _) = queue(2);
        assert_eq!(queue.push(span("a")), Ok(()));
        assert_eq!(queue.push(span("b")), Ok(()));
        assert_eq!(queue.push(span("c")), Err(DropReason::BufferFull));
        let taken = queue.take(usize::MAX).unwrap();
        let names: Vec<_> = taken.spans.iter().map(|span| &*span.name).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn spans_on_their_way_count_until_they_are_settled() {
        let (queue, weight) = queue(1);
        queue.push(span("a")).unwrap();
        let taken = queue.take(usize::MAX).unwrap();
        assert_eq!(queue.push(span("b")), Err(DropReason::BufferFull));
        assert_eq!(queue.held(), (1, weight));
        queue.settle(taken.spans.len(), taken.bytes);
        assert_eq!(queue.held(), (0, 0));
        assert_eq!(queue.push(span("b")), Ok(()));
    }

    #[test]
    fn a_bound_in_spans_holds_too() {
        let (mut queue, _) = queue(9);
        queue.bounds.max_spans = 1;
        queue.push(span("a")).unwrap();
        assert_eq!(queue.push(span("b")), Err(DropReason::BufferFull));
    }

    #[test]
    fn a_batch_is_bounded_in_spans_and_in_bytes() {
        let (mut queue, weight) = queue(9);
        for _ in 0..7 {
            queue.push(span("a")).unwrap();
        }
        assert_eq!(queue.take(usize::MAX).unwrap().spans.len(), 3);
        assert_eq!(queue.take(1).unwrap().spans.len(), 1);
        queue.bounds.batch_bytes = weight * 2;
        assert_eq!(queue.take(usize::MAX).unwrap().spans.len(), 2);
        queue.bounds.batch_bytes = 1;
        assert_eq!(
            queue.take(usize::MAX).unwrap().spans.len(),
            1,
            "a large span goes alone"
        );
        assert!(queue.take(usize::MAX).is_none());
    }

    #[test]
    fn an_abandoned_queue_is_empty_and_stays_so() {
        let (queue, _) = queue(9);
        for _ in 0..4 {
            queue.push(span("a")).unwrap();
        }
        let _on_its_way = queue.take(1);
        assert_eq!(queue.abandon(), 4);
        assert_eq!(queue.held(), (0, 0));
        assert_eq!(queue.push(span("a")), Err(DropReason::Shutdown));
    }

    #[test]
    fn a_panic_while_the_lock_is_held_does_no_harm() {
        let (queue, _) = queue(9);
        std::thread::scope(|scope| {
            let poisoner = scope.spawn(|| {
                let _guard = queue.lock();
                panic!("on purpose");
            });
            assert!(poisoner.join().is_err());
        });
        assert_eq!(queue.push(span("a")), Ok(()));
    }
}
