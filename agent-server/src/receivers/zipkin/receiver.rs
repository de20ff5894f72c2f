//! The socket.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::config::Config;
use super::http;
use crate::component::{Context, Intakes, Receiver, StartError, Tasks};
use crate::receivers::counters::Invalid;
use crate::receivers::intake::Intake;
use crate::serve;

/// The reasons for which input is counted as invalid.
const REASONS: [&str; 8] = [
    "encoding",
    "inflate",
    "json",
    "method",
    "protobuf",
    "slow",
    "thrift",
    "too_large",
];

/// The receiver, configured.
#[derive(Debug)]
pub(super) struct ZipkinReceiver {
    config: Config,
    context: Context,
}

impl ZipkinReceiver {
    /// A receiver that listens once it is started.
    pub(super) fn new(config: Config, context: Context) -> Self {
        Self { config, context }
    }
}

impl Receiver for ZipkinReceiver {
    fn start(
        self: Box<Self>,
        intakes: Intakes,
        tasks: Tasks,
    ) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            let listener = serve::bind(&self.config.endpoint, "endpoint", &self.context).await?;
            let invalid = Arc::new(Invalid::new(&self.context, &REASONS));
            let intake = Intake::new(&self.context, &intakes, "http", invalid);
            let settings = self.config.settings(&self.context)?;
            let router = self.config.layer(http::router(&self.config, intake));
            serve::http_with(listener, router, settings, &tasks);
            Ok(())
        })
    }
}
