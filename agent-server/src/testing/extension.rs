//! Extensions that are there.

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Stage, fail};
use crate::component::{BuildError, Context, Extension, Factory, StartError, Tasks, Validate};
use crate::config::Endpoint;

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ExtensionConfig {
    endpoint: Option<Endpoint>,
    fails: bool,
    stage: String,
}

impl Validate for ExtensionConfig {}

pub(super) struct FakeExtension<const N: usize> {
    config: ExtensionConfig,
    context: Context,
}

impl<const N: usize> Factory for FakeExtension<N> {
    const TYPE: &'static str = ["health_check", "zpages"][N];
    const ABOUT: &'static str = "is there";
    const SIGNALS: &'static [Signal] = &[];
    type Config = ExtensionConfig;
    type Component = Box<dyn Extension>;

    fn build(config: ExtensionConfig, context: Context) -> Result<Box<dyn Extension>, BuildError> {
        Ok(Box::new(Self { config, context }))
    }
}

impl<const N: usize> Extension for FakeExtension<N> {
    fn start(self: Box<Self>, tasks: Tasks) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            let (id, stage) = (
                self.context.id.to_string(),
                Stage::named(&self.config.stage),
            );
            fail(self.config.fails)?;
            stage.tell(format!("extension {id} started"));
            let token = tasks.token().clone();
            tasks.spawn(async move {
                token.cancelled().await;
                stage.tell(format!("extension {id} stopped"));
            });
            Ok(())
        })
    }
}
