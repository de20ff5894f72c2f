//! Writes payloads where they are to be looked at.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use campanile_wire::otlp::{Signal, json};
use futures_util::future::{BoxFuture, ready};

use super::config::{Config, Stream, Verbosity};
use super::output::{self, Output};
use super::sampling::Sampler;
use super::{detailed, normal};
use crate::component::{ComponentId, ExportError, Exported, Exporter};
use crate::payload::Payload;

/// See [the module](super).
#[derive(Debug)]
pub(super) struct DebugExporter {
    id: ComponentId,
    output: Output,
    verbosity: Verbosity,
    sampler: Mutex<Sampler>,
}

impl DebugExporter {
    pub(super) fn new(config: &Config, id: ComponentId) -> Self {
        let sampler = Sampler::new(config.sampling_initial, config.sampling_thereafter);
        Self {
            id,
            output: config.output(),
            verbosity: config.verbosity,
            sampler: Mutex::new(sampler),
        }
    }

    fn admits(&self) -> bool {
        let mut sampler = self.sampler.lock().unwrap_or_else(PoisonError::into_inner);
        sampler.admits(Instant::now())
    }

    /// What is written of `payload`, one entry a line of the log.
    pub(super) fn lines(&self, payload: &Payload) -> Vec<String> {
        let (signal, items, bytes) = (payload.signal(), payload.items(), payload.size());
        let mut lines = vec![format!(
            "{signal}: {items} {} in {bytes} bytes",
            signal.items()
        )];
        match (self.verbosity, signal) {
            (Verbosity::Basic, _) => {}
            (Verbosity::Normal, signal) => lines.extend(normal::lines(signal, payload.bytes())),
            (Verbosity::Detailed, Signal::Traces) => lines.push(detailed::text(payload.bytes())),
            (Verbosity::Detailed, signal) => lines.push(as_json(signal, payload)),
        }
        lines
    }
}

fn as_json(signal: Signal, payload: &Payload) -> String {
    json::encode(signal, payload.bytes())
        .unwrap_or_else(|error| format!("cannot be shown: {error}"))
}

impl Exporter for DebugExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        if !self.admits() {
            return Box::pin(ready(Ok(Exported::default())));
        }
        let lines = self.lines(&payload);
        match &self.output {
            Output::Log => {
                for line in lines {
                    tracing::info!(exporter = %self.id, "{line}");
                }
                Box::pin(ready(Ok(Exported::default())))
            }
            Output::Streams(streams) => Box::pin(write(streams.clone(), lines)),
        }
    }
}

/// A stream may be a pipe that nobody reads, so it is written where waiting is allowed.
async fn write(streams: Vec<Stream>, lines: Vec<String>) -> Result<Exported, ExportError> {
    let writing = tokio::task::spawn_blocking(move || output::write(&streams, &lines));
    let error = match writing.await {
        Ok(Ok(())) => return Ok(Exported::default()),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    let message = format!("cannot write (debug): {error}");
    Err(ExportError::Permanent { message })
}
