//! Who answers for the queues of an agent: its lanes, and its dead letters.

use std::sync::{Mutex, PoisonError};

use campanile_wire::otlp::Limits;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::{Dead, Moved, Operator, QueueError, Queues, Selection, Subject, Waiting};
use crate::component::Tasks;
use crate::delivery::dead_letters::{Address, DeadLetters, Replay};
use crate::delivery::journal::WeakJournal;
use crate::delivery::lane::WeakLane;
use crate::delivery::{Books, Journal, Lane, LaneName};
use crate::payload::Payload;

/// Lanes and dead letters. Holding it keeps no lane open.
#[derive(Debug)]
pub struct LaneOperator {
    lanes: Mutex<Vec<Operated>>,
    dead_letters: Option<DeadLetters>,
    tasks: Tasks,
}

/// A lane that can be asked.
#[derive(Clone, Debug)]
pub(crate) struct Operated {
    name: LaneName,
    level: String,
    books: Books,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Logged(WeakJournal),
    Memory(WeakLane),
}

impl LaneOperator {
    /// Of an agent with these dead letters, if it keeps any. What is replayed waits in `tasks`.
    #[must_use]
    pub fn new(dead_letters: Option<DeadLetters>, tasks: Tasks) -> Self {
        Self {
            lanes: Mutex::default(),
            dead_letters,
            tasks,
        }
    }

    /// Answers for these lanes from now on, and for no others.
    pub(crate) fn operate(&self, lanes: Vec<Operated>) {
        *self.lock() = lanes;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Operated>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn dead(&self) -> Result<Vec<Dead>, QueueError> {
        let Some(letters) = &self.dead_letters else {
            return Ok(Vec::new());
        };
        let counts = letters.counts().map_err(failed)?;
        Ok(counts.into_iter().map(Dead::from).collect())
    }

    /// The dead letters that are meant, and how to hand them over.
    fn meant(&self, selection: &Selection) -> Result<Vec<(Operated, Address)>, QueueError> {
        let letters = self.dead_letters.as_ref();
        let addresses = letters.map(DeadLetters::addresses).unwrap_or_default();
        let meets = |a: &Address| selection.meets(&a.pipeline, &a.exporter);
        let addresses: Vec<_> = addresses.into_iter().filter(meets).collect();
        if addresses.is_empty() {
            return Err(QueueError::NotFound(
                "there are no such dead letters".to_owned(),
            ));
        }
        let lanes = self.lock();
        let found = addresses.into_iter().map(|address| {
            let lane = lanes.iter().find(|lane| lane.is_of(&address));
            let Address { pipeline, exporter } = &address;
            let gone = || format!("pipeline `{pipeline}` has no exporter `{exporter}` any more");
            let lane = lane.ok_or_else(|| QueueError::NotFound(gone()))?;
            Ok((lane.clone(), address))
        });
        found.collect()
    }

    fn replay_now(&self, selection: &Selection) -> Result<Moved, QueueError> {
        let mut moved = Moved::default();
        let counts = self.dead()?;
        for (lane, address) in self.meant(selection)? {
            let letters = self.dead_letters.as_ref();
            let Some(replay) = letters.and_then(|letters| letters.replay(&address)) else {
                let message = format!(
                    "what `{}` refused is being replayed already",
                    address.exporter
                );
                return Err(QueueError::Busy(message));
            };
            let of = counts.iter().filter(|dead| {
                dead.pipeline == address.pipeline && dead.exporter == address.exporter
            });
            for dead in of {
                moved.payloads += dead.payloads;
                moved.items += dead.items;
            }
            self.tasks
                .spawn(hand_over(lane, replay, self.tasks.clone()));
        }
        Ok(moved)
    }

    async fn drop_waiting(&self, selection: &Selection) -> Result<Moved, QueueError> {
        let meets =
            |lane: &Operated| selection.meets(&lane.name.pipeline, &lane.name.exporter.to_string());
        let lanes: Vec<_> = self
            .lock()
            .iter()
            .filter(|lane| meets(lane))
            .cloned()
            .collect();
        let mut moved = Moved::default();
        let mut found = false;
        for lane in lanes {
            let Kind::Logged(logged) = &lane.kind else {
                continue;
            };
            if let Some(journal) = logged.upgrade() {
                found = true;
                let dropped = journal.discard(lane.name.exporter.to_string()).await;
                moved.payloads += dropped.records;
                moved.items += dropped.items;
                moved.left += lane.books.held();
            }
        }
        match found {
            true => Ok(moved),
            false => Err(QueueError::NotFound(
                "no such queue is on the disk; what waits in memory ends with the agent".to_owned(),
            )),
        }
    }

    fn drop_dead(&self, selection: &Selection) -> Result<Moved, QueueError> {
        let letters = self.dead_letters.as_ref();
        let addresses = letters.map(DeadLetters::addresses).unwrap_or_default();
        let mut moved = Moved::default();
        for address in addresses {
            if let Some(letters) = letters
                && selection.meets(&address.pipeline, &address.exporter)
            {
                let (payloads, items) = letters.drop_all(&address).map_err(failed)?;
                moved.payloads += payloads;
                moved.items += items;
            }
        }
        match moved.payloads {
            0 => Err(QueueError::NotFound(
                "there are no such dead letters".to_owned(),
            )),
            _ => Ok(moved),
        }
    }
}

impl Operated {
    /// A lane that keeps in memory what it holds.
    pub(crate) fn in_memory(name: LaneName, lane: &Lane) -> Self {
        Self {
            name,
            level: "memory".to_owned(),
            books: lane.books(),
            kind: Kind::Memory(lane.downgrade()),
        }
    }

    /// A lane that delivers from `journal`; `level` is what accepted means.
    pub(crate) fn logged(name: LaneName, journal: &Journal, books: Books, level: String) -> Self {
        Self {
            name,
            level,
            books,
            kind: Kind::Logged(journal.downgrade()),
        }
    }

    fn is_of(&self, address: &Address) -> bool {
        self.name.pipeline == address.pipeline && self.name.exporter.to_string() == address.exporter
    }

    async fn waiting(&self) -> Waiting {
        let journal = match &self.kind {
            Kind::Logged(journal) => journal.upgrade(),
            Kind::Memory(_) => None,
        };
        let exporter = self.name.exporter.to_string();
        let backlog = match journal {
            Some(journal) => journal.backlogs().await.remove(&exporter),
            None => None,
        };
        Waiting {
            pipeline: self.name.pipeline.clone(),
            exporter,
            level: Some(self.level.clone()),
            payloads: backlog.map_or_else(|| self.books.held(), |backlog| backlog.records),
            items: self.books.balance().waiting(),
            oldest_unix_ms: backlog.and_then(|backlog| backlog.oldest),
        }
    }

    async fn take_again(&self, payload: Payload) -> Option<oneshot::Receiver<()>> {
        match &self.kind {
            Kind::Logged(journal) => {
                let exporter = self.name.exporter.to_string();
                journal.upgrade()?.take_again(exporter, payload).await
            }
            Kind::Memory(lane) => lane.upgrade()?.take_again(payload),
        }
    }
}

/// Hands over one letter after the other, each when the one before was answered for.
async fn hand_over(lane: Operated, replay: Replay, tasks: Tasks) {
    let replaying = async {
        let mut replay = replay;
        while let Ok(Some(letter)) = replay.letter() {
            let payload = Payload::parse(letter.signal, letter.payload.clone(), &Limits::default());
            let Ok(payload) = payload else {
                // What does not even parse stays until it is dropped.
                return;
            };
            let Some(answered) = lane.take_again(payload).await else {
                return;
            };
            if answered.await.is_err() || replay.done(&letter).is_err() {
                return;
            }
        }
    };
    tasks.token().run_until_cancelled(replaying).await;
}

impl Operator for LaneOperator {
    fn queues(&self) -> BoxFuture<'_, Result<Queues, QueueError>> {
        Box::pin(async move {
            let lanes = self.lock().clone();
            let mut waiting = Vec::new();
            for lane in lanes {
                waiting.push(lane.waiting().await);
            }
            let dead_letters = self.dead()?;
            Ok(Queues {
                waiting,
                dead_letters,
            })
        })
    }

    fn replay(&self, selection: Selection) -> BoxFuture<'_, Result<Moved, QueueError>> {
        Box::pin(std::future::ready(self.replay_now(&selection)))
    }

    fn discard(&self, selection: Selection) -> BoxFuture<'_, Result<Moved, QueueError>> {
        Box::pin(async move {
            match selection.subject {
                Subject::DeadLetters => self.drop_dead(&selection),
                Subject::Waiting => self.drop_waiting(&selection).await,
            }
        })
    }
}

fn failed(error: impl std::fmt::Display) -> QueueError {
    QueueError::Failed(error.to_string())
}
