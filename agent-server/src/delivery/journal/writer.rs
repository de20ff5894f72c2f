//! The thread that writes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::JournalName;
use super::feed::{Feed, Written};
use super::handle::RETRY_AFTER;
use crate::component::Refusal;
use crate::delivery::ledger::{Ledger, Reason};
use crate::delivery::load::Load;
use crate::delivery::log::{
    Backlog, Discarded, Durability, Log, LogError, NewRecord, Position, Reader, Start,
};
use crate::delivery::outlook::{Change, Outlook};
use crate::delivery::queue::Room;
use crate::ops::{Counter, Gauge, Metrics};
use crate::payload::Payload;

/// How long an answer may wait until the cursor that it moves is noted.
pub(super) const SETTLING: Duration = Duration::from_millis(10);
/// How often what is too old, or answered for by all, is looked for.
const UPKEEP: Duration = Duration::from_secs(1);
/// The same while nothing happens.
const IDLE: Duration = Duration::from_secs(30);
/// Bytes that are written at a time, about.
const MAX_BYTES: usize = 4 << 20;
/// Payloads that are written at a time.
const MAX_PAYLOADS: usize = 256;

/// What a writer is asked.
pub(super) enum Command {
    /// To write, and to say when that is done.
    Append {
        payload: Payload,
        done: oneshot::Sender<Result<(), Refusal>>,
    },
    /// To tell another lane of what is written.
    Attach {
        destination: String,
        ledger: Arc<Ledger>,
        room: Arc<Room>,
        loads: UnboundedSender<Load>,
        done: SyncSender<(Arc<Feed>, Reader)>,
    },
    /// To say what every lane has still to answer for.
    Backlogs {
        done: oneshot::Sender<BTreeMap<String, Backlog>>,
    },
    /// Nothing more is written.
    Close,
    /// To give up what a lane has not taken, and to say how much that was.
    Discard {
        destination: String,
        done: oneshot::Sender<Backlog>,
    },
    /// To look after the cursors.
    Look,
    /// To hand a lane what is kept elsewhere.
    TakeAgain {
        destination: String,
        payload: Payload,
        done: oneshot::Sender<Option<oneshot::Receiver<()>>>,
    },
    /// To forget every other destination.
    Retain { destinations: Vec<String> },
}

type Append = (Payload, oneshot::Sender<Result<(), Refusal>>);

/// The owner of a log.
pub(super) struct Writer {
    name: String,
    log: Log,
    durability: Durability,
    commands: Receiver<Command>,
    feeds: BTreeMap<String, Arc<Feed>>,
    /// When something was written, or a cursor moved.
    active: Instant,
    /// Whether it is told when a cursor moves.
    asleep: Arc<AtomicBool>,
    looked: Instant,
    outlook: Outlook,
    bytes: Gauge,
    failures: Counter,
}

impl Writer {
    pub(super) fn new(
        name: &JournalName,
        log: Log,
        durability: Durability,
        metrics: &Metrics,
        commands: Receiver<Command>,
    ) -> Self {
        let name = name.to_string();
        let labels = [("pipeline", name.as_str())];
        let bytes = metrics.gauge(
            "campanile_delivery_log_bytes",
            "Bytes that the log of a pipeline holds.",
            &labels,
        );
        let failures = metrics.counter(
            "campanile_delivery_log_refused_items",
            "Items that the log of a pipeline could not take, and whose senders were told so.",
            &labels,
        );
        bytes.set(i64::try_from(log.bytes()).unwrap_or(i64::MAX));
        Self {
            name,
            log,
            durability,
            commands,
            feeds: BTreeMap::new(),
            active: Instant::now(),
            asleep: Arc::default(),
            looked: Instant::now(),
            outlook: Outlook::default(),
            bytes,
            failures,
        }
    }

    /// Tells whether the writer has to be told when a cursor moves.
    pub(super) fn asleep(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.asleep)
    }

    /// Works until nobody can ask for anything any more.
    pub(super) fn run(mut self) {
        loop {
            let sleeps = self.active.elapsed() > UPKEEP;
            self.asleep.store(sleeps, Ordering::SeqCst);
            // What has moved before anybody could know that it has to be told.
            self.note_cursors();
            let command = self
                .commands
                .recv_timeout(if sleeps { IDLE } else { SETTLING });
            self.asleep.store(false, Ordering::SeqCst);
            match command {
                Ok(command) => self.work(command),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if self.looked.elapsed() >= UPKEEP {
                self.upkeep();
            }
        }
        self.note_cursors();
        self.upkeep();
        self.log.close();
    }

    /// Does what was asked, and writes everything that waits together.
    fn work(&mut self, first: Command) {
        let mut appends: Vec<Append> = Vec::new();
        let mut bytes = 0;
        let mut next = Some(first);
        while let Some(command) = next.take() {
            match command {
                Command::Append { payload, done } => {
                    bytes += payload.size();
                    appends.push((payload, done));
                }
                other => {
                    self.write(std::mem::take(&mut appends));
                    self.other(other);
                }
            }
            if appends.len() < MAX_PAYLOADS && bytes < MAX_BYTES {
                next = self.commands.try_recv().ok();
            }
        }
        self.write(appends);
    }

    fn other(&mut self, command: Command) {
        match command {
            Command::Attach {
                destination,
                ledger,
                room,
                loads,
                done,
            } => {
                if let Some(attached) = self.attach(destination, ledger, room, loads) {
                    let _ = done.send(attached);
                }
            }
            Command::Backlogs { done } => {
                let names = self.feeds.keys();
                let backlogs = names.map(|name| (name.clone(), self.log.backlog(name)));
                let _ = done.send(backlogs.collect());
            }
            Command::Discard { destination, done } => {
                let _ = done.send(self.discard(&destination));
            }
            Command::TakeAgain {
                destination,
                payload,
                done,
            } => {
                let feed = self.feeds.get(&destination);
                let _ = done.send(feed.and_then(|feed| feed.take_again(payload)));
            }
            Command::Close => self.feeds.values().for_each(|feed| feed.close()),
            Command::Retain { destinations } => self.retain(&destinations),
            Command::Append { .. } | Command::Look => {}
        }
    }

    fn attach(
        &mut self,
        destination: String,
        ledger: Arc<Ledger>,
        room: Arc<Room>,
        loads: UnboundedSender<Load>,
    ) -> Option<(Arc<Feed>, Reader)> {
        self.note_cursors();
        if let Err(error) = self.log.add_destination(&destination, Start::End) {
            tracing::warn!(pipeline = self.name, %error, "a cursor cannot be kept");
        }
        let reader = self.log.reader(&destination).ok()?;
        let again = self.feeds.contains_key(&destination);
        let feed = Arc::new(Feed::new(reader.position(), ledger, room, loads));
        if !again {
            feed.recover(self.log.backlog(&destination).items);
        }
        self.feeds.insert(destination, Arc::clone(&feed));
        Some((feed, reader))
    }

    fn discard(&mut self, destination: &str) -> Backlog {
        let Some(feed) = self.feeds.get(destination) else {
            return Backlog::default();
        };
        let (end, taken) = (self.log.end(), feed.taken());
        Backlog {
            records: end.number.saturating_sub(taken.number),
            items: feed.discard(end),
            oldest: None,
        }
    }

    fn retain(&mut self, destinations: &[String]) {
        self.feeds.retain(|name, _| destinations.contains(name));
        let known: Vec<String> = self
            .log
            .destinations()
            .map(|(name, _)| name.to_owned())
            .collect();
        for name in known.iter().filter(|name| !destinations.contains(name)) {
            let _ = self.log.forget(name);
        }
    }

    /// Writes payloads, tells the lanes, and then those who wait.
    fn write(&mut self, appends: Vec<Append>) {
        if appends.is_empty() {
            return;
        }
        self.active = Instant::now();
        match self.keep(&appends) {
            Ok(ends) => self.kept(appends, &ends),
            // Perhaps it is one that is too large, and the others fit.
            Err(_) if appends.len() > 1 => {
                for append in appends {
                    self.write(vec![append]);
                }
            }
            Err(error) => {
                let refusal = self.refusal(&error);
                for (payload, done) in appends {
                    self.failures.add(payload.items());
                    let _ = done.send(Err(refusal.clone()));
                }
            }
        }
        self.bytes
            .set(i64::try_from(self.log.bytes()).unwrap_or(i64::MAX));
    }

    /// The number of each payload and where it ends, once they are kept.
    fn keep(&mut self, appends: &[Append]) -> Result<Vec<(u64, Position)>, LogError> {
        let time = now();
        let records = appends.iter().map(|(payload, _)| NewRecord {
            time,
            signal: payload.signal(),
            items: payload.items(),
            body: payload.chunks(),
        });
        let records: Vec<_> = records.collect();
        let mut end = self.log.written();
        let numbers = self.log.append(&records)?;
        if self.durability == Durability::Synced {
            self.log.sync()?;
        }
        let places = numbers.zip(appends).map(|(number, (payload, _))| {
            end = Position {
                number: number + 1,
                items: end.items + payload.items(),
            };
            (number, end)
        });
        Ok(places.collect())
    }

    fn kept(&mut self, appends: Vec<Append>, places: &[(u64, Position)]) {
        if let Some(Change::Works(after)) = self.outlook.note(true, now_monotonic()) {
            tracing::info!(
                pipeline = self.name,
                "the log takes payloads again after {} s",
                after.as_secs()
            );
        }
        for ((payload, done), (number, end)) in appends.into_iter().zip(places) {
            let written = Written {
                number: *number,
                end: *end,
                payload: &payload,
            };
            self.feeds.values().for_each(|feed| feed.offer(&written));
            let _ = done.send(Ok(()));
        }
    }

    /// What to tell the sender, after the log has been told of once.
    fn refusal(&mut self, error: &LogError) -> Refusal {
        if let LogError::TooLarge { .. } = error {
            return Refusal::Rejected(error.to_string());
        }
        if let LogError::Full { wanted, max, .. } = error
            && wanted > max
        {
            return Refusal::Rejected(format!("{error}; raise service.data.max_bytes"));
        }
        if let Some(Change::Fails) = self.outlook.note(false, now_monotonic()) {
            tracing::warn!(
                pipeline = self.name, %error,
                "the log takes nothing: senders are told to come back; {}", remedy(error)
            );
        }
        Refusal::Overloaded {
            retry_after: RETRY_AFTER,
        }
    }

    /// Notes the cursors that have moved.
    fn note_cursors(&mut self) {
        for (name, feed) in &self.feeds {
            if let Some(to) = feed.cursor.moved() {
                self.active = Instant::now();
                // It holds until the next start all the same; then some are sent once more.
                let _ = self.log.advance(name, to);
            }
        }
    }

    /// Drops what is too old, and gives back the space of what all have answered for.
    fn upkeep(&mut self) {
        self.looked = Instant::now();
        for (name, feed) in &self.feeds {
            self.log.taken(name, feed.taken());
        }
        let mut discarded = Discarded::default();
        let expired = self.log.discard_expired(now(), &mut discarded);
        for dropped in &discarded.dropped {
            if let Some(feed) = self.feeds.get(&dropped.destination) {
                feed.lose(dropped.items, Reason::Expired);
            }
        }
        if let Err(error) = expired.and_then(|()| self.log.trim().map(drop)) {
            tracing::debug!(pipeline = self.name, %error, "space could not be given back");
        }
        self.bytes
            .set(i64::try_from(self.log.bytes()).unwrap_or(i64::MAX));
    }
}

fn remedy(error: &LogError) -> &'static str {
    match error {
        LogError::Full { .. } => {
            "its destinations do not keep up: see what they say, or raise service.data.max_bytes"
        }
        LogError::NoSpace { .. } => "make room on the file system",
        _ => "see to the disk of the data directory",
    }
}

/// Wall clock, milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

fn now_monotonic() -> tokio::time::Instant {
    tokio::time::Instant::from_std(Instant::now())
}
