//! The socket.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;

use super::config::Config;
use super::handover::{Handover, PATIENCE};
use super::nodes::Nodes;
use super::service::{Configuring, Service, handle};
use super::stream as export;
use crate::component::{Context, Intakes, Receiver, StartError, Tasks};
use crate::origin::Origin;
use crate::receivers::counters::{Invalid, Items};
use crate::receivers::grpc;
use crate::receivers::intake::Intake;
use crate::serve;

/// The reasons that the HTTP side counts, beside those of streams.
const HTTP_REASONS: [&str; 4] = ["encoding", "inflate", "json", "method"];

/// The receiver, configured.
#[derive(Debug)]
pub(super) struct OpenCensusReceiver {
    config: Config,
    context: Context,
    patience: Duration,
}

impl OpenCensusReceiver {
    /// A receiver that listens once it is started.
    pub(super) fn new(config: Config, context: Context) -> Self {
        Self {
            config,
            context,
            patience: PATIENCE,
        }
    }

    /// The same with another patience than [`PATIENCE`].
    #[cfg(test)]
    pub(super) fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    pub(super) fn service(&self, intakes: Intakes, tasks: &Tasks) -> Service {
        let reasons = [&grpc::REASONS[..], &export::REASONS, &HTTP_REASONS].concat();
        let invalid = Arc::new(Invalid::new(&self.context, &reasons));
        let intakes = Intakes {
            metrics: intakes.metrics.filter(|_| !self.config.disable_metrics),
            traces: intakes.traces.filter(|_| !self.config.disable_tracing),
            logs: None,
        };
        let handover = |signal| {
            let consumer = intakes.get(signal)?;
            Some(Handover {
                consumer: Arc::clone(consumer),
                items: Items::new(&self.context, "grpc", signal),
                patience: self.patience,
                stop: tasks.token().clone(),
                origin: Origin::new(self.context.id.to_string(), "grpc"),
            })
        };
        Service {
            metrics: handover(Signal::Metrics),
            traces: handover(Signal::Traces),
            http: Intake::new(&self.context, &intakes, "http", Arc::clone(&invalid)),
            refused_over_http: Items::new(&self.context, "http", Signal::Traces),
            config: self.configuring(),
            invalid,
            limit: grpc::message_limit(self.config.max_recv_msg_size_mib),
            nodes: Nodes::new(&self.context),
            require_identifier: self.config.require_identifier,
            tasks: tasks.clone(),
        }
    }

    fn configuring(&self) -> Configuring {
        let Context { id, shared } = &self.context;
        let receiver = id.to_string();
        let labels = [("receiver", receiver.as_str())];
        let metrics = &shared.metrics;
        let streams = "Config streams that are open.";
        let updates = "Sampling configurations that were sent to libraries.";
        Configuring {
            id: id.clone(),
            clients: shared.control.clients().clone(),
            policy: shared.control.follow(id),
            streams: metrics.gauge("campanile_opencensus_config_streams", streams, &labels),
            updates: metrics.counter("campanile_opencensus_config_updates", updates, &labels),
        }
    }
}

impl Receiver for OpenCensusReceiver {
    fn start(
        self: Box<Self>,
        intakes: Intakes,
        tasks: Tasks,
    ) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            let settings = self.config.settings(&self.context)?;
            let listener = serve::bind(&self.config.endpoint, "endpoint", &self.context).await?;
            let control = &self.context.shared.control;
            control.publish(&self.context.id, self.config.policy());
            let service = self.service(intakes, &tasks);
            let router = Router::new().fallback(handle).with_state(service);
            let router = self.config.cors().layer(router);
            serve::http_with(listener, router, settings, &tasks);
            Ok(())
        })
    }
}
