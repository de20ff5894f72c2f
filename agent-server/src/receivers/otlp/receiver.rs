//! The two sockets.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::config::{Config, Protocols};
use super::{grpc, http};
use crate::component::{Context, Intakes, Receiver, StartError, Tasks};
use crate::receivers::counters::Invalid;
use crate::receivers::intake::Intake;
use crate::serve::{self, Listener};

/// The reasons for which input is counted as invalid.
const REASONS: [&str; 10] = [
    "content_type",
    "encoding",
    "grpc",
    "ids",
    "inflate",
    "json",
    "method",
    "protobuf",
    "slow",
    "too_large",
];

/// The receiver, configured.
#[derive(Debug)]
pub(super) struct OtlpReceiver {
    config: Config,
    context: Context,
}

impl OtlpReceiver {
    /// A receiver that listens once it is started.
    pub(super) fn new(config: Config, context: Context) -> Self {
        Self { config, context }
    }

    async fn bind(&self) -> Result<(Option<Listener>, Option<Listener>), StartError> {
        let Protocols { grpc, http } = &self.config.protocols;
        let grpc = match grpc {
            Some(grpc) => {
                let key = "protocols.grpc.endpoint";
                Some(serve::bind(&grpc.endpoint, key, &self.context).await?)
            }
            None => None,
        };
        let http = match http {
            Some(http) => {
                let key = "protocols.http.endpoint";
                Some(serve::bind(&http.endpoint, key, &self.context).await?)
            }
            None => None,
        };
        Ok((grpc, http))
    }
}

impl Receiver for OtlpReceiver {
    fn start(
        self: Box<Self>,
        intakes: Intakes,
        tasks: Tasks,
    ) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            let (grpc_listener, http_listener) = self.bind().await?;
            let invalid = Arc::new(Invalid::new(&self.context, &REASONS));
            let intake = |transport: &str| {
                Intake::new(&self.context, &intakes, transport, Arc::clone(&invalid))
            };
            let Protocols { grpc, http } = &self.config.protocols;
            if let (Some(config), Some(listener)) = (grpc, grpc_listener) {
                grpc::serve(config, listener, intake("grpc"), &tasks);
            }
            if let (Some(config), Some(listener)) = (http, http_listener) {
                http::serve(config, listener, intake("http"), &tasks);
            }
            Ok(())
        })
    }
}
