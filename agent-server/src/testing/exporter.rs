//! Exporters that tell the test what they take.

use std::collections::BTreeMap;
use std::sync::Arc;

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Stage;
use crate::component::{
    BuildError, Context, Delivery, ExportError, Exported, Exporter, Factory, Invalid, Validate,
};
use crate::config::ByteSize;
use crate::delivery::{DeliverySettings, QueueSettings, RetrySettings};
use crate::payload::Payload;

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ExporterConfig {
    directory: Option<String>,
    endpoint: String,
    headers: BTreeMap<String, String>,
    max_bytes: ByteSize,
    retry_on_failure: RetrySettings,
    sending_queue: QueueSettings,
    stage: String,
    urls: Vec<String>,
}

impl Validate for ExporterConfig {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        if self.endpoint.starts_with("ftp:") {
            let mut invalid =
                Invalid::new("endpoint", format!("cannot send to `{}`", self.endpoint));
            invalid.help = Some("write `http://host:port`".to_owned());
            wrong.push(invalid);
        }
        if let Some((credentials, _)) = self.endpoint.split_once('@') {
            let message = format!("`{credentials}` does not belong here");
            wrong.push(Invalid::new("endpoint", message));
        }
        wrong.extend(self.sending_queue.validate());
        wrong
    }
}

pub(super) struct FakeExporter<const N: usize> {
    id: String,
    stage: Arc<Stage>,
}

impl<const N: usize> Factory for FakeExporter<N> {
    const TYPE: &'static str = ["otlp", "store"][N];
    const ABOUT: &'static str = "tells the test";
    const SIGNALS: &'static [Signal] = [&Signal::ALL as &[Signal], &[Signal::Traces]][N];
    type Config = ExporterConfig;
    type Component = Delivery;

    fn build(config: ExporterConfig, context: Context) -> Result<Delivery, BuildError> {
        if config.directory.as_deref() == Some("/nowhere") {
            return Err(BuildError::new("directory", "`/nowhere` does not exist"));
        }
        let stage = Stage::named(&config.stage);
        stage.tell(format!("exporter {} built", context.id));
        Ok(Delivery {
            exporter: Arc::new(Self {
                id: context.id.to_string(),
                stage,
            }),
            settings: DeliverySettings {
                queue: config.sending_queue,
                retry: config.retry_on_failure,
                ..DeliverySettings::default()
            },
        })
    }
}

impl<const N: usize> Exporter for FakeExporter<N> {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            let permit = self.stage.open.acquire().await.expect("never closed");
            drop(permit);
            let (items, what) = (payload.items(), payload.signal().items());
            self.stage
                .tell(format!("exporter {} took {items} {what}", self.id));
            Ok(Exported::default())
        })
    }

    fn finish(&self) -> BoxFuture<'_, ()> {
        self.stage.tell(format!("exporter {} finished", self.id));
        Box::pin(std::future::ready(()))
    }
}
