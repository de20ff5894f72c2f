//! Where a lane's loads come from.

use std::collections::VecDeque;
use std::sync::Arc;

use campanile_wire::otlp::Limits;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;

use super::Feed;
use crate::delivery::ledger::Reason;
use crate::delivery::load::Load;
use crate::delivery::log::{Reader, Record};
use crate::payload::Payload;

/// Records that are read at a time, at most.
const MAX_RECORDS: usize = 64;
/// Bytes that are read at a time, about.
const MAX_BYTES: usize = 1 << 20;

/// The loads of one lane, in order; nothing after the last.
#[derive(Debug)]
pub(in crate::delivery) enum Source {
    /// From the log, or handed over where the lane keeps up with it.
    Log(Box<Logged>),
    /// From memory only.
    Memory(UnboundedReceiver<Load>),
}

/// The loads of a lane with a log.
#[derive(Debug)]
pub(in crate::delivery) struct Logged {
    feed: Arc<Feed>,
    /// What is handed over.
    loads: UnboundedReceiver<Load>,
    /// Not here while it reads.
    reader: Option<Reader>,
    reading: Option<JoinHandle<Batch>>,
    read: VecDeque<Load>,
}

/// What was read at a time.
#[derive(Debug)]
struct Batch {
    reader: Reader,
    loads: VecDeque<Load>,
    /// Why it stopped, if not for having enough.
    failure: Option<String>,
}

impl Source {
    /// The loads of the lane that `feed` leads to.
    pub(super) fn logged(feed: Arc<Feed>, loads: UnboundedReceiver<Load>, reader: Reader) -> Self {
        Self::Log(Box::new(Logged {
            feed,
            loads,
            reader: Some(reader),
            reading: None,
            read: VecDeque::new(),
        }))
    }

    /// The next load; `None` when no more can come. Nothing is lost when it is not waited for.
    pub(in crate::delivery) async fn next(&mut self) -> Option<Load> {
        match self {
            Self::Log(logged) => logged.next().await,
            Self::Memory(loads) => loads.recv().await,
        }
    }

    /// Takes no more, and gives up whatever is there: it counts itself.
    pub(in crate::delivery) async fn stop(&mut self) {
        match self {
            Self::Log(logged) => {
                logged.loads.close();
                logged.read.clear();
                if let Some(reading) = logged.reading.take() {
                    drop(reading.await);
                }
                while logged.loads.try_recv().is_ok() {}
            }
            Self::Memory(loads) => {
                loads.close();
                while loads.recv().await.is_some() {}
            }
        }
    }
}

impl Logged {
    async fn next(&mut self) -> Option<Load> {
        loop {
            if let Some(load) = self.read.pop_front() {
                return Some(load);
            }
            // What is handed over while it reads comes after what is read: it went live then.
            if self.reading.is_none() {
                if self.feed.is_live() {
                    tokio::select! {
                        load = self.loads.recv() => return load,
                        () = self.feed.changed.notified() => {}
                    }
                    continue;
                }
                // What was handed over before the lane fell behind comes before what is read then.
                if let Ok(load) = self.loads.try_recv() {
                    return Some(load);
                }
            }
            self.fetch().await;
        }
    }

    /// Reads some of the log, when there is room for it.
    async fn fetch(&mut self) {
        if self.reading.is_none() {
            self.feed.room.available().await;
            let Some(reader) = self.reader.take() else {
                return;
            };
            let feed = Arc::clone(&self.feed);
            self.reading = Some(tokio::task::spawn_blocking(move || read(&feed, reader)));
        }
        let Some(reading) = &mut self.reading else {
            return;
        };
        let batch = reading.await;
        self.reading = None;
        // The task is not aborted and does not panic; without a reader nothing more is delivered.
        let Ok(batch) = batch else {
            return std::future::pending().await;
        };
        self.read = batch.loads;
        self.reader = Some(batch.reader);
        if let Some(error) = batch.failure {
            tracing::warn!(%error, "cannot read what is queued; trying again");
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    }
}

/// Reads as much as is good at a time. Goes live at the end of the log.
fn read(feed: &Arc<Feed>, mut reader: Reader) -> Batch {
    // What was handed over meanwhile need not be read.
    reader.pass(feed.taken());
    let mut loads = VecDeque::new();
    let mut bytes = 0;
    let mut failure = None;
    while loads.len() < MAX_RECORDS && bytes < MAX_BYTES && feed.room.is_available() {
        let record = match reader.read() {
            Ok(None) => feed.go_live(&mut reader),
            other => other,
        };
        feed.lose(reader.take_loss().items, Reason::Unreadable);
        match record {
            Ok(Some(record)) if !feed.accepts(&record) => {}
            Ok(Some(record)) => {
                bytes += record.body.len();
                loads.extend(load(feed, &record));
            }
            Ok(None) => break,
            Err(error) => {
                failure = Some(error.to_string());
                break;
            }
        }
    }
    Batch {
        reader,
        loads,
        failure,
    }
}

fn load(feed: &Arc<Feed>, record: &Record) -> Option<Load> {
    let payload = Payload::parse(record.signal, record.body.clone(), &Limits::default());
    match payload {
        Ok(payload) => Some(feed.load(record, payload)),
        Err(_) => {
            // It was sound when it was written, and its checksum is right.
            feed.lose(record.items, Reason::Malformed);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use campanile_wire::otlp::Signal;
    use tokio::sync::mpsc;

    use super::*;
    use crate::delivery::ledger::{Ledger, Tally};
    use crate::delivery::log::{Log, LogSettings};
    use crate::delivery::queue::Room;
    use crate::delivery::{LaneName, QueueSettings};
    use crate::ops::Metrics;
    use crate::payload::testing::{names, spans};

    #[tokio::test]
    async fn what_was_read_comes_before_what_is_handed_over_after_it() {
        let directory = tempfile::tempdir().expect("a directory");
        let settings = LogSettings::default();
        let (log, _) = Log::open(directory.path(), settings, &["otlp"]).expect("opened");
        let name = LaneName {
            pipeline: "traces".to_owned(),
            exporter: "otlp".parse().expect("an id"),
            signal: Signal::Traces,
        };
        let ledger = Arc::new(Ledger::new(&name, &Metrics::default()));
        let memory = crate::admission::Memory::default();
        let room = Room::new(&QueueSettings::default(), ledger.queue_size.clone(), memory);
        let (sender, loads) = mpsc::unbounded_channel();
        let mut reader = log.reader("otlp").expect("known");
        let at = reader.position();
        let feed = Feed::new(at, Arc::clone(&ledger), Arc::new(room), sender.clone());
        let load = |name| {
            let lease = feed.room.force(1);
            let tally = Tally::receive(Arc::clone(&ledger), 1);
            Load::new(spans([name]), lease, tally)
        };
        // The lane went live at the end of its last read, and was handed over the next at once.
        let (read, next) = (load("read"), load("next"));
        assert!(matches!(feed.go_live(&mut reader), Ok(None)));
        sender.send(next).expect("open");
        let mut logged = Logged {
            feed: Arc::new(feed),
            loads,
            reader: Some(reader),
            reading: None,
            read: VecDeque::from([read]),
        };
        for expected in ["read", "next"] {
            let load = logged.next().await.expect("there are two");
            assert_eq!(names(load.payload().bytes()), [expected]);
        }
    }
}
