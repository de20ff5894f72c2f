//! Hands payloads to the file.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::config::Config;
use super::groups::{Groups, split};
use super::log::Log;
use super::record::record;
use crate::component::{ExportError, Exported, Exporter};
use crate::payload::Payload;

/// See [the module](super).
#[derive(Debug)]
pub(super) struct FileExporter {
    config: Arc<Config>,
    files: Arc<Mutex<Files>>,
}

/// Where records go.
#[derive(Debug)]
enum Files {
    /// To one file for each group.
    Groups(Groups),
    /// To one file.
    One(Log),
}

impl FileExporter {
    pub(super) fn new(config: Config) -> Self {
        let files = if config.group_by.enabled {
            Files::Groups(Groups::new(config.clone()))
        } else {
            Files::One(Log::new(&config))
        };
        Self {
            files: Arc::new(Mutex::new(files)),
            config: Arc::new(config),
        }
    }

    async fn write(&self, payload: Payload) -> Result<Exported, ExportError> {
        let (files, config) = (Arc::clone(&self.files), Arc::clone(&self.config));
        let writing = tokio::task::spawn_blocking(move || {
            let records = records(&config, &payload).map_err(Failure::Payload)?;
            let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
            files.append(&records).map_err(Failure::File)
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

/// What is to be written, each with its group. All of it is there before any is written, so that a
/// payload that cannot be written is not written in part.
fn records(config: &Config, payload: &Payload) -> Result<Vec<(String, Bytes)>, String> {
    let signal = payload.signal();
    if !config.group_by.enabled {
        return Ok(vec![(
            String::new(),
            record(config, signal, payload.bytes())?,
        )]);
    }
    let groups = split(&config.group_by.resource_attribute, payload.bytes());
    let records = groups.into_iter().map(|(group, request)| {
        let record = record(config, signal, &request)?;
        Ok((group, record))
    });
    records.collect()
}

impl Files {
    fn append(&mut self, records: &[(String, Bytes)]) -> io::Result<()> {
        for (group, record) in records {
            match self {
                Self::Groups(groups) => groups.file(group).append(record)?,
                Self::One(log) => log.append(record)?,
            }
        }
        Ok(())
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
