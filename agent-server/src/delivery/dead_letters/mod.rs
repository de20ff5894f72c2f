//! Dead letters: what a destination refused for good, kept with the reason until somebody decides.
//!
//! For each exporter of each pipeline that refused something there is a [log](super::log) of its
//! own below one directory, labelled with both ids. They have one bound together; what exceeds it
//! is not kept, and the lane counts it as dropped for the reason [`FULL`].
//!
//! [`DeadLetters::replay`] gives letters back in order. One counts as answered for when whoever
//! replays says so ([`Replay::done`]), so each is handed over once or, after a crash, twice; one
//! that dies again is a new letter, and not part of the same replay.

mod letter;
mod replay;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::log::{Labelled, Log, LogError, LogSettings, Logs, NewRecord, inspect};

pub use self::letter::{DeadLetter, NewLetter};
pub use self::replay::Replay;

/// Bytes that dead letters may take together, unless said otherwise.
pub const DEFAULT_MAX_BYTES: u64 = 64 << 20;

/// The reason for which items are dropped that found no room among the dead letters.
pub const FULL: &str = "dead_letters_full";

/// The one destination of these logs.
const REPLAY: &str = "replay";

/// Whose letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// The pipeline's id.
    pub pipeline: String,
    /// The exporter's id.
    pub exporter: String,
}

impl Address {
    fn label(&self) -> String {
        format!("{}\n{}", self.pipeline, self.exporter)
    }

    fn parse(label: &str) -> Option<Self> {
        let (pipeline, exporter) = label.split_once('\n')?;
        Some(Self {
            pipeline: pipeline.to_owned(),
            exporter: exporter.to_owned(),
        })
    }
}

/// How many letters of one address died of one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Whose.
    pub address: Address,
    /// The reason; `None` where it was not looked for.
    pub reason: Option<String>,
    /// Letters.
    pub letters: u64,
    /// Items in them.
    pub items: u64,
    /// When the oldest arrived: wall clock, milliseconds since 1970.
    pub oldest: Option<u64>,
}

/// The dead letters of an agent. Clones are the same.
#[derive(Clone, Debug)]
pub struct DeadLetters(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    logs: Logs,
    piles: BTreeMap<Address, Pile>,
    max_bytes: u64,
}

#[derive(Debug)]
struct Pile {
    log: Log,
    replaying: bool,
}

impl DeadLetters {
    /// Opens the dead letters below `root`, which is made unless it is there. Together they take
    /// `max_bytes` at most.
    ///
    /// # Errors
    ///
    /// When another agent has them open, or the directory cannot be used.
    pub fn open(root: &Path, max_bytes: u64) -> Result<Self, LogError> {
        let mut logs = Logs::open(root)?;
        let addresses: Vec<_> = logs
            .labels()
            .filter_map(|(number, label)| Some((number, Address::parse(label?)?)))
            .collect();
        let mut piles = BTreeMap::new();
        for (number, address) in addresses {
            let pile = pile(&mut logs, &address, max_bytes)?;
            if pile.log.backlog(REPLAY).records == 0 {
                // Its exporter may not even exist any more.
                drop(pile);
                logs.remove(number)?;
            } else {
                piles.insert(address, pile);
            }
        }
        let kept = Kept {
            logs,
            piles,
            max_bytes,
        };
        Ok(Self(Arc::new(Mutex::new(kept))))
    }

    /// Keeps a letter.
    ///
    /// # Errors
    ///
    /// [`LogError::Full`] when the letters take all the room that they may; other errors when it
    /// cannot be written. It is not kept then.
    pub fn keep(&self, address: &Address, letter: &NewLetter<'_>) -> Result<(), LogError> {
        let mut kept = self.lock();
        let body = letter.body();
        let record = NewRecord {
            time: letter.time,
            signal: letter.signal,
            items: letter.items,
            body: &body,
        };
        kept.make_room(&record)?;
        kept.pile(address)?.log.append(&[record])?;
        Ok(())
    }

    /// How many there are, by address and reason. Reads them all.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn counts(&self) -> Result<Vec<Count>, LogError> {
        let kept = self.lock();
        let mut readers = Vec::with_capacity(kept.piles.len());
        for (address, pile) in &kept.piles {
            let (_, at) = pile.log.destinations().next().unwrap_or_default();
            readers.push((address.clone(), at.number, pile.log.read_all()));
        }
        drop(kept);
        let mut counts = BTreeMap::new();
        for (address, at, mut reader) in readers {
            let mut record = reader.read_from(at)?;
            while let Some(read) = record {
                if let Some(letter) = DeadLetter::parse(&read) {
                    let key = (address.clone(), letter.reason.clone());
                    letter.count(counts.entry(key).or_default());
                }
                record = reader.read()?;
            }
        }
        let count = |((address, reason), tally): (_, letter::Tally)| Count {
            address,
            reason: Some(reason),
            letters: tally.letters,
            items: tally.items,
            oldest: Some(tally.oldest),
        };
        Ok(counts.into_iter().map(count).collect())
    }

    /// The addresses that have letters.
    #[must_use]
    pub fn addresses(&self) -> Vec<Address> {
        let kept = self.lock();
        let piles = kept.piles.iter();
        let full = piles.filter(|(_, pile)| pile.log.backlog(REPLAY).records > 0);
        full.map(|(address, _)| address.clone()).collect()
    }

    /// Takes the letters of `address` that are there now, to hand them over again; `None` when
    /// there are none, or when they are being replayed already.
    #[must_use]
    pub fn replay(&self, address: &Address) -> Option<Replay> {
        let mut kept = self.lock();
        let pile = kept.piles.get_mut(address)?;
        if pile.replaying || pile.log.backlog(REPLAY).records == 0 {
            return None;
        }
        let reader = pile.log.reader(REPLAY).ok()?;
        pile.replaying = true;
        let end = pile.log.numbers().end;
        drop(kept);
        Some(Replay::new(self.clone(), address.clone(), reader, end))
    }

    /// Drops the letters of `address`, and says how many letters and items that were.
    ///
    /// # Errors
    ///
    /// When that cannot be noted.
    pub fn drop_all(&self, address: &Address) -> Result<(u64, u64), LogError> {
        let mut kept = self.lock();
        let Some(pile) = kept.piles.get_mut(address) else {
            return Ok((0, 0));
        };
        let backlog = pile.log.backlog(REPLAY);
        let end = pile.log.end();
        pile.log.advance(REPLAY, end)?;
        pile.log.trim()?;
        Ok((backlog.records, backlog.items))
    }

    /// Bytes that they take.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.lock().bytes()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is below `root`, looked at without an agent: by address, without reasons.
///
/// # Errors
///
/// [`LogError::Locked`] while an agent has them open, or when they cannot be read.
pub fn counts_in(root: &Path) -> Result<Vec<Count>, LogError> {
    let count = |labelled: Labelled| {
        let address = Address::parse(labelled.label.as_deref()?)?;
        let (_, backlog) = labelled.inspected.destinations.into_iter().next()?;
        (backlog.records > 0).then_some(Count {
            address,
            reason: None,
            letters: backlog.records,
            items: backlog.items,
            oldest: backlog.oldest,
        })
    };
    Ok(inspect(root)?.into_iter().filter_map(count).collect())
}

impl Kept {
    fn bytes(&self) -> u64 {
        self.piles.values().map(|pile| pile.log.bytes()).sum()
    }

    fn make_room(&self, record: &NewRecord<'_>) -> Result<(), LogError> {
        // It may need a segment of its own.
        let wanted = 4_096
            + record
                .body
                .iter()
                .map(|piece| piece.len() as u64)
                .sum::<u64>();
        let (held, max) = (self.bytes(), self.max_bytes);
        if held + wanted > max {
            return Err(LogError::Full { held, wanted, max });
        }
        Ok(())
    }

    fn pile(&mut self, address: &Address) -> Result<&mut Pile, LogError> {
        if !self.piles.contains_key(address) {
            let pile = pile(&mut self.logs, address, self.max_bytes)?;
            self.piles.insert(address.clone(), pile);
        }
        let unknown = || LogError::UnknownDestination(address.exporter.clone());
        self.piles.get_mut(address).ok_or_else(unknown)
    }
}

fn pile(logs: &mut Logs, address: &Address, max_bytes: u64) -> Result<Pile, LogError> {
    let settings = LogSettings {
        max_bytes,
        segment_bytes: 1 << 20,
        ..LogSettings::default()
    };
    let (log, _) = logs.log_for(&address.label(), settings, &[REPLAY])?;
    Ok(Pile {
        log,
        replaying: false,
    })
}
