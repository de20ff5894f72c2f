//! The handle that a pipeline holds.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::source::Source;
use super::writer::{Command, Writer};
use crate::component::{ComponentId, Refusal, Tasks};
use crate::delivery::ledger::Ledger;
use crate::delivery::log::{Backlog, Durability, Log};
use crate::delivery::queue::Room;
use crate::ops::Metrics;
use crate::payload::Payload;

/// Payloads that wait to be written, at most. Each is held by a request that waits for its answer,
/// and so within the bounds of the listeners.
const WAITING: usize = 4_096;
/// When a sender that was refused should come back.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Which journal: it appears in metrics and in the log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JournalName {
    /// The pipeline's id: `traces`, `traces/slow`.
    pub pipeline: String,
    /// The hold behind which it lies, if it lies behind one.
    pub behind: Option<String>,
}

impl fmt::Display for JournalName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.pipeline)?;
        match &self.behind {
            Some(hold) => write!(formatter, " behind {hold}"),
            None => Ok(()),
        }
    }
}

/// What a pipeline has accepted, on the disk. Cheap to clone; when the last clone is gone nothing
/// more can come, and the lanes end when they have delivered everything.
#[derive(Clone)]
pub struct Journal(Arc<Input>);

/// A journal that may have ended.
#[derive(Clone, Debug)]
pub(in crate::delivery) struct WeakJournal(Weak<Input>);

impl WeakJournal {
    /// The journal, if its input has not ended.
    pub(in crate::delivery) fn upgrade(&self) -> Option<Journal> {
        self.0.upgrade().map(Journal)
    }
}

/// Ends the input when it is dropped. The writer itself ends when every lane has ended, too.
#[derive(Debug)]
struct Input {
    name: JournalName,
    commands: SyncSender<Command>,
    /// Whether the writer looks after the cursors only when it is told to.
    asleep: Arc<AtomicBool>,
}

impl Journal {
    /// Starts the writer of `log`, on a thread of its own that ends with the last of this handle
    /// and of its lanes; `tasks` waits for it.
    ///
    /// # Errors
    ///
    /// When the system has no thread to give.
    pub fn start(
        name: JournalName,
        log: Log,
        durability: Durability,
        metrics: &Metrics,
        tasks: &Tasks,
    ) -> std::io::Result<Self> {
        let (commands, receiver) = sync_channel(WAITING);
        let (ended, end) = oneshot::channel::<()>();
        let writer = Writer::new(&name, log, durability, metrics, receiver);
        let asleep = writer.asleep();
        std::thread::Builder::new()
            .name("campanile-log".to_owned())
            .spawn(move || {
                writer.run();
                drop(ended);
            })?;
        tasks.spawn(async move {
            let _ = end.await;
        });
        Ok(Self(Arc::new(Input {
            name,
            commands,
            asleep,
        })))
    }

    /// The same without keeping the input open.
    pub(in crate::delivery) fn downgrade(&self) -> WeakJournal {
        WeakJournal(Arc::downgrade(&self.0))
    }

    /// Whether the other one is a clone of this handle.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Which one it is.
    #[must_use]
    pub fn name(&self) -> &JournalName {
        &self.0.name
    }

    /// Writes a payload, and waits until it is kept: every lane answers for it from then on.
    ///
    /// # Errors
    ///
    /// [`Refusal::Overloaded`] when there is no room or the disk does not take it,
    /// [`Refusal::Rejected`] when it is larger than the log could ever take. Nothing is kept then.
    pub async fn append(&self, payload: Payload) -> Result<(), Refusal> {
        let (done, kept) = oneshot::channel();
        let command = Command::Append { payload, done };
        match self.0.commands.try_send(command) {
            Ok(()) => kept.await.unwrap_or(Err(Refusal::ShuttingDown)),
            Err(TrySendError::Full(_)) => Err(Refusal::Overloaded {
                retry_after: RETRY_AFTER,
            }),
            Err(TrySendError::Disconnected(_)) => Err(Refusal::ShuttingDown),
        }
    }

    /// Connects the lane that leads to `destination`. Where one of that name was connected before,
    /// it must have ended: the new one begins with what that has not answered for.
    pub(in crate::delivery) fn attach(
        &self,
        destination: &ComponentId,
        ledger: Arc<Ledger>,
        room: Arc<Room>,
    ) -> Option<Attached> {
        let (loads, receiver) = mpsc::unbounded_channel();
        let (done, attached) = sync_channel(1);
        let command = Command::Attach {
            destination: destination.to_string(),
            ledger,
            room,
            loads,
            done,
        };
        self.0.commands.send(command).ok()?;
        let (feed, reader) = attached.recv().ok()?;
        Some(Attached {
            source: Source::logged(feed, receiver, reader),
            alive: Alive {
                commands: self.0.commands.clone(),
                asleep: Arc::clone(&self.0.asleep),
            },
        })
    }

    /// What each of its lanes has still to answer for.
    pub(in crate::delivery) async fn backlogs(&self) -> BTreeMap<String, Backlog> {
        let (done, backlogs) = oneshot::channel();
        self.0.ask(Command::Backlogs { done });
        backlogs.await.unwrap_or_default()
    }

    /// Hands the lane to `destination` a payload that is kept elsewhere, if the lane has room. Says
    /// when it was answered for.
    pub(in crate::delivery) async fn take_again(
        &self,
        destination: String,
        payload: Payload,
    ) -> Option<oneshot::Receiver<()>> {
        let (done, taken) = oneshot::channel();
        self.0.ask(Command::TakeAgain {
            destination,
            payload,
            done,
        });
        taken.await.ok().flatten()
    }

    /// Gives up what the lane to `destination` has not taken into memory, and says how much that
    /// was.
    pub(in crate::delivery) async fn discard(&self, destination: String) -> Backlog {
        let (done, discarded) = oneshot::channel();
        self.0.ask(Command::Discard { destination, done });
        discarded.await.unwrap_or_default()
    }

    /// Forgets every destination but these: they hold nothing up any more. What only others were
    /// to get is dropped.
    pub fn retain(&self, destinations: Vec<String>) {
        self.0.ask(Command::Retain { destinations });
    }
}

/// What a lane gets of its journal.
pub(in crate::delivery) struct Attached {
    pub(in crate::delivery) source: Source,
    pub(in crate::delivery) alive: Alive,
}

/// Keeps the writer, for as long as a lane may move its cursor.
#[derive(Clone, Debug)]
pub(in crate::delivery) struct Alive {
    commands: SyncSender<Command>,
    asleep: Arc<AtomicBool>,
}

impl Alive {
    /// Says that the cursor may have moved.
    pub(in crate::delivery) fn answered(&self) {
        if self.asleep.load(Ordering::SeqCst) {
            self.look();
        }
    }

    fn look(&self) {
        let _ = self.commands.try_send(Command::Look);
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.look();
    }
}

impl Input {
    /// Asks the writer, at once if there is room, else on a thread that may wait for it.
    fn ask(&self, command: Command) {
        if let Err(TrySendError::Full(command)) = self.commands.try_send(command) {
            let commands = self.commands.clone();
            tokio::task::spawn_blocking(move || commands.send(command));
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        // A full channel is being emptied: the writer meets its end after what is in it.
        let _ = self.commands.send(Command::Close);
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Journal({})", self.0.name)
    }
}
