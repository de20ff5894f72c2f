//! The log beside a model of it that is a list.

use proptest::prelude::*;

use super::super::files::memory::Memory;
use super::super::{Discarded, Durability, Log, Reader};
use super::support::{append, cursor, items, rest, settings, try_open, turn};

#[derive(Clone, Debug)]
enum Action {
    Append,
    Sync,
    /// Reads some records for a destination, and answers for them.
    Answer {
        first: bool,
        records: usize,
    },
    Trim,
    Expire {
        age: u64,
    },
    /// Ends the process; the log is closed in good order or not.
    Reopen {
        close: bool,
    },
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        10 => Just(Action::Append),
        3 => Just(Action::Sync),
        3 => (any::<bool>(), 1_usize..8)
            .prop_map(|(first, records)| Action::Answer { first, records }),
        2 => Just(Action::Trim),
        1 => (0_u64..40).prop_map(|age| Action::Expire { age }),
        1 => any::<bool>().prop_map(|close| Action::Reopen { close }),
    ]
}

/// The reference: every turn ever appended, and how far everybody is.
#[derive(Debug, Default)]
struct Model {
    /// What may be read, ever.
    kept: Vec<u64>,
    /// What is written and not kept.
    pending: Vec<u64>,
    cursors: [usize; 2],
    next: u64,
}

struct System {
    memory: Memory,
    durability: Durability,
    log: Option<Log>,
    readers: Vec<Reader>,
}

const NAMES: [&str; 2] = ["a", "b"];

impl System {
    fn open(&mut self) {
        self.log = None;
        let opened = try_open(&self.memory, settings(self.durability));
        let (log, opened) = opened.expect("opened");
        assert_eq!((opened.skipped_records, opened.skipped_bytes), (0, 0));
        let readers = NAMES.map(|name| log.reader(name).expect("known"));
        self.readers = readers.into();
        self.log = Some(log);
    }

    fn log(&mut self) -> &mut Log {
        self.log.as_mut().expect("open")
    }

    fn run(&mut self, model: &mut Model, action: &Action) {
        match *action {
            Action::Append => {
                let turn = model.next;
                model.next += 1;
                let number = append(self.log(), turn).expect("appended");
                assert_eq!(number, (model.kept.len() + model.pending.len()) as u64);
                model.pending.push(turn);
                if self.durability == Durability::Written {
                    model.kept.append(&mut model.pending);
                }
            }
            Action::Sync => {
                model.kept.append(&mut model.pending);
                let end = self.log().sync().expect("synced");
                assert_eq!(end, model.kept.len() as u64);
            }
            Action::Answer { first, records } => self.answer(model, usize::from(!first), records),
            Action::Trim => {
                self.log().trim().expect("trimmed");
            }
            Action::Expire { age } => self.expire(model, age),
            Action::Reopen { close } => {
                // The process ends, the files stay: what was written is there.
                model.kept.append(&mut model.pending);
                let log = self.log.take().expect("open");
                if close {
                    log.close();
                } else {
                    drop(log);
                }
                self.open();
            }
        }
    }

    fn answer(&mut self, model: &mut Model, index: usize, records: usize) {
        for _ in 0..records {
            let record = self.readers[index].read().expect("read");
            let expected = model.kept.get(model.cursors[index]);
            assert_eq!(record.as_ref().map(turn).as_ref(), expected);
            if let Some(record) = record {
                model.cursors[index] += 1;
                self.log()
                    .advance(NAMES[index], record.end)
                    .expect("advanced");
            }
        }
    }

    fn expire(&mut self, model: &mut Model, age: u64) {
        let now = 1_000 + model.next;
        self.log()
            .set_limits(1 << 20, std::time::Duration::from_millis(age));
        let mut discarded = Discarded::default();
        self.log()
            .discard_expired(now, &mut discarded)
            .expect("discarded");
        if self.durability == Durability::Synced && discarded.bytes > 0 {
            // What is discarded before it was kept will never be read.
            let floor = self.log().numbers().start as usize;
            while model.kept.len() < floor {
                model.kept.push(model.pending.remove(0));
            }
        }
        for dropped in discarded.dropped {
            let index = NAMES.iter().position(|name| *name == dropped.destination);
            let cursor = &mut model.cursors[index.expect("known")];
            let lost = &model.kept[*cursor..*cursor + dropped.records as usize];
            assert!(lost.iter().all(|turn| 1_000 + turn < now - age));
            assert_eq!(dropped.items, lost.iter().copied().map(items).sum::<u64>());
            *cursor += lost.len();
        }
    }

    fn check(&mut self, model: &Model) {
        for (name, at) in NAMES.iter().zip(model.cursors) {
            let left = &model.kept[at..];
            let log = self.log();
            assert_eq!(cursor(log, name).map(|at| at.number), Some(at as u64));
            let backlog = log.backlog(name);
            assert_eq!(backlog.records, left.len() as u64);
            assert_eq!(backlog.items, left.iter().copied().map(items).sum::<u64>());
        }
        let numbers = self.log().numbers();
        assert_eq!(numbers.end, model.kept.len() as u64);
        assert!(numbers.start as usize <= *model.cursors.iter().min().expect("two"));
        let read = rest(&mut self.log().read_all());
        let read: Vec<_> = read.iter().map(turn).collect();
        assert_eq!(read, model.kept[numbers.start as usize..]);
    }
}

proptest! {
    #[test]
    fn the_log_does_what_a_list_would(
        synced in any::<bool>(),
        actions in prop::collection::vec(action(), 1..80),
    ) {
        let durability = if synced { Durability::Synced } else { Durability::Written };
        let mut system = System {
            memory: Memory::default(),
            durability,
            log: None,
            readers: Vec::new(),
        };
        system.open();
        let mut model = Model::default();
        for action in &actions {
            system.run(&mut model, action);
            system.check(&model);
        }
    }
}
