//! Handing payloads to the store.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::task::spawn_blocking;

use crate::component::{ExportError, Exported, Exporter};
use crate::payload::Payload;
use crate::store::{Store, StoreSlot};

/// Writes payloads into the store, on a thread that may block.
#[derive(Debug)]
pub struct StoreExporter {
    store: Arc<Store>,
    slot: StoreSlot,
}

impl StoreExporter {
    /// An exporter over `store`, which is found in `slot` for as long as the exporter is there.
    pub(super) fn new(store: Arc<Store>, slot: StoreSlot) -> Self {
        slot.fill(Arc::clone(&store));
        Self { store, slot }
    }
}

impl Drop for StoreExporter {
    fn drop(&mut self) {
        self.slot.clear(&self.store);
    }
}

impl Exporter for StoreExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            let inserted = spawn_blocking(move || store.insert(&payload)).await;
            let inserted = inserted
                .map_err(|error| error.to_string())
                .and_then(|inserted| inserted.map_err(|error| error.to_string()))
                .map_err(|message| ExportError::Permanent { message })?;
            let message = match inserted.invalid {
                0 => String::new(),
                invalid => format!("{invalid} spans have no valid trace or span id"),
            };
            Ok(Exported {
                rejected: inserted.invalid,
                sampled_out: 0,
                message,
            })
        })
    }

    fn finish(&self) -> BoxFuture<'_, ()> {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            if let Ok(Err(error)) = spawn_blocking(move || store.finish()).await {
                tracing::warn!(%error, "the span store's log stays beside its file");
            }
        })
    }
}
