//! A client reduced to what its threads share, and a worker that does as `src/worker.rs` and
//! `src/due.rs` do, in the same order.

use std::future::{Future, pending};
use std::sync::Arc;
use std::time::Duration;

use shuttle::future::block_on;
use shuttle::rand::{Rng, thread_rng};

use crate::queue::{Bounds, Counts, Item, Queue};
use crate::shutdown::{Ending, Requests};
use crate::stats::DropReason;
use crate::sync::{AtomicUsize, Condvar, Mutex, Notify, Ordering, pass_time};

/// No wait ends by its timeout in a model.
pub(crate) const NEVER: Duration = Duration::MAX;

/// Small, so that few items fill it: two of them to a block.
pub(crate) const BOUNDS: Bounds = Bounds {
    max_bytes: 1 << 10,
    max_items: usize::MAX,
    batch_items: 3,
    batch_bytes: usize::MAX,
    block_bytes: 2,
    overflow: crate::queue::Overflow::DropNewest,
};

/// What the agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agent {
    /// It takes everything.
    Answers,
    /// It is there at the first attempt only.
    Leaves,
    /// It takes some and then nothing more, without a word.
    Hangs,
    /// It is there or not.
    WavesAbout,
}

/// Whether an item that has waited long enough is sent for that alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delay {
    Passes,
    Lasts,
}

#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) queue: Queue<u8>,
    pub(crate) requests: Requests,
    wake: Arc<Notify>,
    agent: Agent,
    delay: Delay,
    sent: Mutex<Vec<u8>>,
    changed: Condvar,
    attempts: AtomicUsize,
    /// Thrown away at the end.
    left: AtomicUsize,
}

impl Client {
    pub(crate) fn new(bounds: Bounds, shards: usize, agent: Agent, delay: Delay) -> Arc<Self> {
        let wake = Arc::new(Notify::default());
        Arc::new(Self {
            queue: Queue::new(bounds, shards, Arc::clone(&wake)),
            requests: Requests::default(),
            wake,
            agent,
            delay,
            sent: Mutex::default(),
            changed: Condvar::new(),
            attempts: AtomicUsize::new(0),
            left: AtomicUsize::new(0),
        })
    }

    /// Pushes one item: its number is its body. Items have one of two keys, two by two.
    pub(crate) fn push(&self, number: u8) -> Result<(), DropReason> {
        let item = Item {
            head: &[],
            body: &[number],
            count: 1,
        };
        if self.queue.refuses(1) {
            return Err(DropReason::BufferFull);
        }
        self.queue.push(&(number / 2 % 2), item)
    }

    /// What the agent has.
    pub(crate) fn sent(&self) -> Vec<u8> {
        self.sent.lock().unwrap().clone()
    }

    /// Once nobody pushes any more: waits until the agent has what was not dropped.
    pub(crate) fn wait_until_sent(&self) {
        let counts = self.queue.counts();
        let kept = counts.offered - counts.dropped_full - counts.dropped_late;
        let sent = self.sent.lock().unwrap();
        let sent = self
            .changed
            .wait_while(sent, |sent| (sent.len() as u64) < kept);
        drop(sent);
    }

    /// Waits until an attempt was made.
    pub(crate) fn wait_for_attempt(&self) {
        let sent = self.sent.lock().unwrap();
        let none = |_: &mut _| self.attempts.load(Ordering::SeqCst) == 0;
        drop(self.changed.wait_while(sent, none));
    }

    /// As a client does it.
    pub(crate) fn shut_down(&self) -> Ending {
        self.requests.ask_to_stop(Duration::ZERO);
        self.queue.close();
        self.requests.announce_stop();
        self.requests.wait_for_end(NEVER)
    }

    /// Checks the books when everybody has ended.
    pub(crate) fn audit(&self) -> Counts {
        let counts = self.queue.counts();
        let mut sent = self.sent();
        let gone = sent.len() as u64 + self.left.load(Ordering::SeqCst) as u64;
        let dropped = counts.dropped_full + counts.dropped_late;
        assert_eq!(counts.held, 0, "nothing is held");
        assert_eq!(counts.offered, gone + dropped, "the books balance");
        assert_eq!(self.queue.bill(), (0, 0), "nothing is on the bill");
        sent.sort_unstable();
        assert!(sent.is_sorted_by(|a, b| a < b), "sent twice: {sent:?}");
        counts
    }

    /// The worker's thread.
    pub(crate) fn work(&self) {
        block_on(self.run());
        let left = self.queue.abandon();
        self.left.fetch_add(left, Ordering::SeqCst);
        self.requests.ended();
    }

    async fn run(&self) {
        loop {
            self.wait().await;
            let flush = self.requests.flush_wanted();
            let last = self.requests.stop_by().is_some();
            let Some(ending) = unless(self.time_is_up(), self.attempt()).await else {
                return;
            };
            if let Some(number) = flush {
                self.requests.flushed(number, ending);
            }
            self.count_attempt();
            if last {
                return;
            }
        }
    }

    async fn wait(&self) {
        tokio::select! {
            biased;
            () = self.requests.called() => {}
            () = self.due() => {}
        }
    }

    async fn due(&self) {
        let mut has_items = false;
        let delay = async {
            pass_time().await;
            if self.delay == Delay::Lasts {
                pending().await
            }
        };
        tokio::pin!(delay);
        loop {
            if self.queue.has_batch() {
                return;
            }
            has_items = has_items || self.queue.arm();
            tokio::select! {
                biased;
                () = self.wake.notified() => {}
                () = &mut delay, if has_items => return,
            }
        }
    }

    /// An agent that answers does so in time.
    async fn time_is_up(&self) {
        if self.agent == Agent::Answers {
            pending().await
        }
        self.requests.time_is_up().await;
    }

    async fn attempt(&self) -> Ending {
        let mut limit = self.queue.gather();
        if !self.agent_is_there() {
            return Ending::Unreachable;
        }
        while let Some(taken) = (limit > 0).then(|| self.queue.take()).flatten() {
            limit = limit.saturating_sub(taken.items);
            pass_time().await;
            let bytes = taken.blocks.iter().flat_map(|block| block.bytes());
            let numbers: Vec<_> = bytes.copied().collect();
            assert_eq!(numbers.len(), taken.items);
            self.queue.settle(taken.items, taken.charge);
            self.sent.lock().unwrap().extend(numbers);
            self.changed.notify_all();
            if self.agent == Agent::Hangs {
                pending().await
            }
        }
        Ending::Done
    }

    fn agent_is_there(&self) -> bool {
        match self.agent {
            Agent::Answers | Agent::Hangs => true,
            Agent::Leaves => self.attempts.load(Ordering::SeqCst) == 0,
            Agent::WavesAbout => thread_rng().gen_bool(0.5),
        }
    }

    fn count_attempt(&self) {
        let sent = self.sent.lock().unwrap();
        self.attempts.fetch_add(1, Ordering::SeqCst);
        drop(sent);
        self.changed.notify_all();
    }
}

async fn unless<T>(end: impl Future<Output = ()>, future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        value = future => Some(value),
        () = end => None,
    }
}
