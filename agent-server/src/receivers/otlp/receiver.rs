//! The two sockets.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::config::{Config, Protocols};
use super::{grpc, http};
use crate::component::{Context, Intakes, Receiver, StartError, Tasks};
use crate::receivers::counters::Invalid;
use crate::receivers::intake::Intake;
use crate::serve::{self, Listener, Settings};

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

/// A socket, and how it is served.
pub(super) type Bound = (Listener, Settings);

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

    async fn bind(&self) -> Result<(Option<Bound>, Option<Bound>), StartError> {
        let Protocols { grpc, http } = &self.config.protocols;
        let grpc = match grpc {
            Some(grpc) => {
                let key = "protocols.grpc.endpoint";
                let listener = serve::bind(&grpc.endpoint, key, &self.context).await?;
                Some((listener, grpc.settings(&self.context)?))
            }
            None => None,
        };
        let http = match http {
            Some(http) => {
                let key = "protocols.http.endpoint";
                let listener = serve::bind(&http.endpoint, key, &self.context).await?;
                Some((listener, http.settings(&self.context)?))
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
            let (grpc_bound, http_bound) = self.bind().await?;
            let invalid = Arc::new(Invalid::new(&self.context, &REASONS));
            let intake = |transport: &str| {
                Intake::new(&self.context, &intakes, transport, Arc::clone(&invalid))
            };
            let Protocols { grpc, http } = &self.config.protocols;
            if let (Some(config), Some(bound)) = (grpc, grpc_bound) {
                grpc::serve(config, bound, intake("grpc"), &tasks);
            }
            if let (Some(config), Some(bound)) = (http, http_bound) {
                http::serve(config, bound, intake("http"), &tasks);
            }
            Ok(())
        })
    }
}
