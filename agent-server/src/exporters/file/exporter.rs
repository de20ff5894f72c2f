//! Hands payloads to the file.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;

use super::config::Config;
use super::log::Log;
use super::record::record;
use crate::component::{ExportError, Exported, Exporter};
use crate::payload::Payload;

/// See [the module](super).
#[derive(Debug)]
pub(super) struct FileExporter {
    config: Config,
    log: Arc<Mutex<Log>>,
}

impl FileExporter {
    pub(super) fn new(config: Config) -> Self {
        Self {
            log: Arc::new(Mutex::new(Log::new(config.clone()))),
            config,
        }
    }

    async fn write(&self, payload: Payload) -> Result<Exported, ExportError> {
        let (log, format) = (Arc::clone(&self.log), self.config.format);
        let writing = tokio::task::spawn_blocking(move || {
            let record = record(&payload, format).map_err(Failure::Payload)?;
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.append(&record).map_err(Failure::File)
        });
        let path = self.config.path.display();
        let message = match writing.await {
            Ok(Ok(())) => return Ok(Exported::default()),
            Ok(Err(Failure::Payload(message))) => {
                let message = format!("{path} (file): {message}");
                return Err(ExportError::Permanent { message });
            }
            Ok(Err(Failure::File(error))) => format!("{path} (file): {error}"),
            Err(error) => format!("{path} (file): {error}"),
        };
        Err(ExportError::Retryable {
            message,
            retry_after: None,
        })
    }
}

/// What failed.
enum Failure {
    /// The file: it may work later.
    File(io::Error),
    /// The payload cannot be written.
    Payload(String),
}

impl Exporter for FileExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(self.write(payload))
    }
}
