//! Where the components of one test meet.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::component::Refusal;
use crate::payload::Payload;

/// Where the components of one test meet; configured as `stage: NAME`.
#[derive(Debug)]
pub(crate) struct Stage {
    events: Mutex<Vec<String>>,
    pub(super) inputs: Mutex<BTreeMap<String, mpsc::UnboundedSender<Input>>>,
    /// Exporters take a permit for each payload; none for a destination that hangs.
    pub(crate) open: Semaphore,
}

/// A payload that arrives at a receiver, and where its answer goes.
pub(super) type Input = (Payload, oneshot::Sender<Result<(), Refusal>>);

static STAGES: Mutex<BTreeMap<String, Arc<Stage>>> = Mutex::new(BTreeMap::new());

impl Stage {
    /// The stage of this name, made on first use. Exporters take everything.
    pub(crate) fn named(name: &str) -> Arc<Self> {
        let mut stages = STAGES.lock().unwrap_or_else(PoisonError::into_inner);
        let stage = stages.entry(name.to_owned()).or_insert_with(|| {
            Arc::new(Self {
                events: Mutex::default(),
                inputs: Mutex::default(),
                open: Semaphore::new(1_000),
            })
        });
        Arc::clone(stage)
    }

    /// Makes every destination hang.
    pub(crate) fn close(&self) {
        self.open.forget_permits(1_000);
    }

    /// What has happened so far.
    pub(crate) fn events(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }

    /// Forgets what has happened so far.
    pub(crate) fn forget(&self) {
        self.events.lock().unwrap().clear();
    }

    pub(super) fn tell(&self, event: impl Into<String>) {
        self.events.lock().unwrap().push(event.into());
    }

    /// Lets a payload arrive at a receiver.
    pub(crate) async fn arrive(&self, receiver: &str, payload: Payload) -> Result<(), Refusal> {
        let (reply, answer) = oneshot::channel();
        let input = self.inputs.lock().unwrap().get(receiver).cloned();
        let sent = input.expect("the receiver runs").send((payload, reply));
        sent.expect("the receiver runs");
        answer.await.expect("the receiver answers")
    }
}
