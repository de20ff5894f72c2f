//! Receivers that hand over what the test lets arrive.

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::fail;
use super::stage::{Input, Stage};
use crate::component::{
    BuildError, Context, Factory, Intakes, Receiver, StartError, Tasks, Validate,
};
use crate::config::Endpoint;

/// `protocols` of a receiver.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Protocols {
    grpc: Option<Protocol>,
    http: Option<Protocol>,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Protocol {
    endpoint: Endpoint,
    max_recv_msg_size_mib: u32,
}

impl Default for Protocol {
    fn default() -> Self {
        Self {
            endpoint: Endpoint::loopback(0),
            max_recv_msg_size_mib: 4,
        }
    }
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReceiverConfig {
    endpoint: Option<Endpoint>,
    fails: bool,
    protocols: Protocols,
    stage: String,
}

impl Validate for ReceiverConfig {}

pub(super) struct FakeReceiver<const N: usize> {
    config: ReceiverConfig,
    context: Context,
}

impl<const N: usize> Factory for FakeReceiver<N> {
    const TYPE: &'static str = ["otlp", "opencensus", "zipkin", "jaeger"][N];
    const ABOUT: &'static str = "hands over what the test says";
    const SIGNALS: &'static [Signal] = [
        &Signal::ALL as &[Signal],
        &[Signal::Traces],
        &[Signal::Traces],
        &[Signal::Traces],
    ][N];
    type Config = ReceiverConfig;
    type Component = Box<dyn Receiver>;

    fn build(config: ReceiverConfig, context: Context) -> Result<Box<dyn Receiver>, BuildError> {
        Ok(Box::new(Self { config, context }))
    }
}

impl<const N: usize> Receiver for FakeReceiver<N> {
    fn start(
        self: Box<Self>,
        intakes: Intakes,
        tasks: Tasks,
    ) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            let Self { config, context } = *self;
            let (id, stage) = (context.id.to_string(), Stage::named(&config.stage));
            fail(config.fails)?;
            let listener = match &config.endpoint {
                Some(endpoint) => Some(crate::serve::bind(endpoint, "endpoint", &context).await?),
                None => None,
            };
            stage.tell(format!("receiver {id} started"));
            let (sender, mut inputs) = mpsc::unbounded_channel::<Input>();
            stage.inputs.lock().unwrap().insert(id.clone(), sender);
            let token = tasks.token().clone();
            tasks.spawn(async move {
                let _listener = listener;
                let serve = async {
                    while let Some((payload, reply)) = inputs.recv().await {
                        let intake = intakes.get(payload.signal()).expect("a pipeline");
                        let _ = reply.send(intake.consume(payload).await);
                    }
                };
                token.run_until_cancelled(serve).await;
                stage.tell(format!("receiver {id} stopped"));
            });
            Ok(())
        })
    }
}
