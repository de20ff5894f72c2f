//! An operator for tests.

use std::sync::Mutex;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};

use super::{Dead, Moved, Operator, QueueError, Queues, Selection, Subject, Waiting};

/// Has a queue and some dead letters, and notes what it is asked to do.
#[derive(Debug, Default)]
pub(crate) struct Noting {
    pub(crate) asked: Mutex<Vec<(&'static str, Selection)>>,
}

/// What it has.
pub(crate) fn queues() -> Queues {
    let (pipeline, exporter) = ("traces".to_owned(), "otlp/backend".to_owned());
    Queues {
        waiting: vec![Waiting {
            pipeline: pipeline.clone(),
            exporter: exporter.clone(),
            level: Some("written".to_owned()),
            payloads: 12,
            items: 480,
            oldest_unix_ms: Some(1_763_755_200_000),
        }],
        dead_letters: vec![Dead {
            pipeline,
            exporter,
            reason: Some("permanent".to_owned()),
            payloads: 3,
            items: 7,
            oldest_unix_ms: None,
        }],
    }
}

impl Noting {
    fn note(&self, what: &'static str, selection: Selection) -> Result<Moved, QueueError> {
        let known = selection.meets("traces", "otlp/backend");
        let left = u64::from(selection.exporter.is_some());
        let mut asked = self.asked.lock().expect("nothing panicked");
        let waits = selection.subject == Subject::Waiting;
        asked.push((what, selection));
        if !known {
            return Err(QueueError::NotFound("nothing is meant by that".to_owned()));
        }
        if waits && what == "replay" {
            return Err(QueueError::Busy("it is being sent".to_owned()));
        }
        Ok(Moved {
            payloads: 3,
            items: 7,
            left,
        })
    }
}

impl Operator for Noting {
    fn queues(&self) -> BoxFuture<'_, Result<Queues, QueueError>> {
        ready(Ok(queues())).boxed()
    }

    fn replay(&self, selection: Selection) -> BoxFuture<'_, Result<Moved, QueueError>> {
        ready(self.note("replay", selection)).boxed()
    }

    fn discard(&self, selection: Selection) -> BoxFuture<'_, Result<Moved, QueueError>> {
        ready(self.note("discard", selection)).boxed()
    }
}
