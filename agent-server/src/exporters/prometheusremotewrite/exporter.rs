//! Makes the requests.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use campanile_wire::prometheus::Settings;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Client, Url};
use snap::raw::Encoder;
use tokio::task::spawn_blocking;

use super::batch::{Batch, Batches};
use super::config::Config;
use super::gather::{Gathered, gather, reasons};
use super::outcome::outcome;
use super::progress::{Done, Progress};
use crate::auth::{Auth, ClientAuth};
use crate::component::{BuildError, Context, ExportError, Exported, Exporter};
use crate::exporters::answer::{excerpt, root};
use crate::exporters::headers::HeaderValues;
use crate::exporters::http_client::{Keeping, beginning, client, shown_url};
use crate::exporters::losses::Losses;
use crate::exporters::retry_after;
use crate::payload::Payload;

/// The header that says which version of remote write a request is.
const VERSION: &str = "x-prometheus-remote-write-version";

/// See [the module](super).
#[derive(Debug)]
pub(super) struct RemoteWriteExporter {
    client: Client,
    secrets: HeaderValues,
    auth: ClientAuth,
    url: Url,
    shown: String,
    settings: Arc<Settings>,
    metadata: bool,
    max_bytes: usize,
    /// Requests of one payload under way at once.
    at_once: usize,
    losses: Losses,
    progress: Progress,
}

impl RemoteWriteExporter {
    pub(super) fn new(config: &Config, context: &Context) -> Result<Self, BuildError> {
        let url = config
            .url()
            .map_err(|wrong| BuildError::new("endpoint", wrong))?;
        let max_bytes = config.max_batch_size_bytes.0;
        Ok(Self {
            secrets: config.headers.values(),
            auth: Auth::client(config.auth.as_ref(), context),
            client: client(
                &config.headers,
                &config.tls,
                url.scheme() == "https",
                Keeping::default(),
            )?,
            shown: shown_url(&url),
            url,
            settings: Arc::new(config.translation()),
            metadata: config.send_metadata,
            max_bytes: usize::try_from(max_bytes).unwrap_or(usize::MAX),
            at_once: config.remote_write_queue.num_consumers,
            losses: Losses::new(context, reasons()),
            progress: Progress::default(),
        })
    }

    async fn attempt(&self, payload: Payload) -> Result<Exported, ExportError> {
        let (settings, bytes) = (Arc::clone(&self.settings), payload.bytes().clone());
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |since| since.as_nanos() as u64);
        let gathered = spawn_blocking(move || gather(&bytes, &settings, now)).await;
        let gathered = gathered.map_err(|error| ExportError::Permanent {
            message: error.to_string(),
        })?;
        let done = self.write(payload.bytes(), &gathered).await?;
        self.progress.forget(payload.bytes());

        if done.taken == 0 && done.batches > 0 {
            let message = done.message;
            return Err(match done.at_fault {
                true => ExportError::Refused { message },
                false => ExportError::Permanent { message },
            });
        }
        // Only now: an attempt that is repeated loses the same points again.
        let mut exported = self.losses.count(&gathered.tally, payload.items());
        exported.rejected = payload.items().min(exported.rejected + done.rejected);
        if !done.message.is_empty() {
            exported.message = done.message;
        }
        Ok(exported)
    }

    /// Writes every request that was not answered before.
    async fn write(&self, payload: &Bytes, gathered: &Gathered) -> Result<Done, ExportError> {
        let mut done = self.progress.of(payload);
        let batches = Batches::new(gathered, self.metadata, self.max_bytes).skip(done.batches);
        let sending = stream::iter(batches).map(|batch| async move {
            let Batch { request, points } = batch;
            (points, self.send(&request).await)
        });
        let mut answers = std::pin::pin!(sending.buffered(self.at_once));
        while let Some((points, answer)) = answers.next().await {
            match answer {
                Ok(()) => done.taken += 1,
                Err(error @ ExportError::Retryable { .. }) => return Err(error),
                Err(error) => {
                    done.rejected += points;
                    done.at_fault |= matches!(error, ExportError::Refused { .. });
                    if done.message.is_empty() {
                        done.message = error.to_string();
                    }
                }
            }
            done.batches += 1;
            // At once: an attempt that takes too long is dropped.
            self.progress.note(payload, done.clone());
        }
        Ok(done)
    }

    async fn send(&self, request: &[u8]) -> Result<(), ExportError> {
        let body = Encoder::new().compress_vec(request);
        let body = body.map_err(|error| ExportError::Permanent {
            message: format!("a request cannot be compressed: {error}"),
        })?;
        let request = self
            .client
            .post(self.url.clone())
            .headers(self.auth.headers()?)
            .header(CONTENT_TYPE, "application/x-protobuf")
            .header(CONTENT_ENCODING, "snappy")
            .header(VERSION, "0.1.0")
            .body(body);
        let broken = |error: reqwest::Error| ExportError::Retryable {
            message: format!(
                "{} (remote write): {}",
                self.shown,
                excerpt(root(&error).as_bytes())
            ),
            retry_after: None,
        };
        let response = request.send().await.map_err(broken)?;
        let status = response.status();
        let wait = retry_after::of(response.headers());
        let body = beginning(response).await.map_err(broken)?;
        outcome(&self.shown, status, wait, &body)
    }
}

impl Exporter for RemoteWriteExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            self.auth
                .hide(self.secrets.hide(self.attempt(payload).await))
        })
    }
}
