//! What a receiver hands its payloads to: the heads of all pipelines that it feeds.

use std::sync::Arc;

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;

use super::admission::Admission;
use super::head::Head;
use crate::component::{Consumer, Refusal};
use crate::payload::Payload;

/// The way from one receiver, with one signal, into its pipelines. The pipelines behind it can be
/// exchanged while the receiver runs.
#[derive(Default)]
pub(crate) struct Entrance(ArcSwap<Vec<Arc<Head>>>);

impl Entrance {
    /// Leads to these pipelines from now on; to none, and refuses, when there are none.
    pub(super) fn open(&self, heads: Vec<Arc<Head>>) {
        self.0.store(Arc::new(heads));
    }
}

impl Consumer for Entrance {
    fn consume(&self, payload: Payload) -> BoxFuture<'_, Result<(), Refusal>> {
        let heads = self.0.load_full();
        let mut admission = Admission::default();
        // All pipelines have room, or none takes anything.
        let admitted = match heads.is_empty() {
            true => Err(Refusal::ShuttingDown),
            false => heads
                .iter()
                .try_for_each(|head| head.admit(payload.clone(), &mut admission)),
        };
        Box::pin(async move {
            admitted?;
            admission.take().await
        })
    }

    fn looks_inside(&self) -> bool {
        self.0.load().iter().any(|head| head.looks_inside)
    }
}
