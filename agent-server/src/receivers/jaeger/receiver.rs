//! The sockets.

use std::sync::Arc;

use campanile_wire::thrift::Protocol;
use futures_util::future::BoxFuture;

use super::config::{Config, Udp};
use super::handover::{self, Handover};
use super::sampling::{self, Table};
use super::udp::{self, Listening};
use super::{grpc, thrift_http};
use crate::component::{BuildError, Context, Intakes, Receiver, StartError, Tasks};
use crate::serve::{self, Listener, Settings};

/// A socket, and how it is served.
type Bound = (Listener, Settings);

/// The receiver, configured.
#[derive(Debug)]
pub(super) struct JaegerReceiver {
    config: Config,
    context: Context,
    table: Arc<Table>,
}

/// Everything that is listened on.
#[derive(Debug)]
struct Sockets {
    grpc: Option<Bound>,
    thrift_http: Option<Bound>,
    sampling_http: Option<Listener>,
    sampling_grpc: Option<Listener>,
}

impl JaegerReceiver {
    /// A receiver that listens once it is started.
    ///
    /// # Errors
    ///
    /// When the strategies file cannot be read.
    pub(super) fn new(config: Config, context: Context) -> Result<Self, BuildError> {
        let table = Arc::new(sampling::table(&config.remote_sampling)?);
        Ok(Self {
            config,
            context,
            table,
        })
    }

    /// The UDP listeners that are on.
    fn udp(&self) -> impl Iterator<Item = (Udp<'_>, Protocol)> {
        let protocols = &self.config.protocols;
        let binary = protocols.thrift_binary.as_ref();
        let compact = protocols.thrift_compact.as_ref();
        let binary = binary.map(|binary| (binary.udp(), Protocol::Binary));
        let compact = compact.map(|compact| (compact.udp(), Protocol::Compact));
        binary.into_iter().chain(compact)
    }

    async fn bind_udp(&self) -> Result<Vec<(Udp<'_>, Protocol, Listening)>, StartError> {
        let mut bound = Vec::new();
        for (config, protocol) in self.udp() {
            let socket = udp::bind(config, &self.context).await?;
            bound.push((config, protocol, socket));
        }
        Ok(bound)
    }

    async fn bind(&self) -> Result<Sockets, StartError> {
        let context = &self.context;
        let protocols = &self.config.protocols;
        let grpc = match &protocols.grpc {
            Some(grpc) => {
                let key = "protocols.grpc.endpoint";
                let listener = serve::bind(&grpc.endpoint, key, context).await?;
                Some((listener, grpc.settings(&self.context)?))
            }
            None => None,
        };
        let thrift_http = match &protocols.thrift_http {
            Some(http) => {
                let key = "protocols.thrift_http.endpoint";
                let listener = serve::bind(&http.endpoint, key, context).await?;
                Some((listener, http.settings(&self.context)?))
            }
            None => None,
        };
        let sampling = &self.config.remote_sampling;
        let sampling_http = match &sampling.http {
            http if http.enabled => {
                let key = "remote_sampling.http.endpoint";
                Some(serve::bind(&http.endpoint, key, context).await?)
            }
            _ => None,
        };
        let sampling_grpc = match &sampling.grpc {
            grpc if grpc.enabled => {
                let key = "remote_sampling.grpc.endpoint";
                Some(serve::bind(&grpc.endpoint, key, context).await?)
            }
            _ => None,
        };
        Ok(Sockets {
            grpc,
            thrift_http,
            sampling_http,
            sampling_grpc,
        })
    }
}

impl Receiver for JaegerReceiver {
    fn start(
        self: Box<Self>,
        intakes: Intakes,
        tasks: Tasks,
    ) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            // All are bound before any is served: a start that fails has taken nothing.
            let datagrams = self.bind_udp().await?;
            let sockets = self.bind().await?;
            let invalid = handover::invalid(&self.context);
            let over =
                |transport: &str| Handover::new(&self.context, &intakes, transport, &invalid);
            for (config, protocol, listening) in datagrams {
                let handover = over(config.protocol);
                udp::serve(config, listening, protocol, &handover, &tasks);
            }
            let table = || Arc::clone(&self.table);
            let protocols = &self.config.protocols;
            if let (Some(config), Some(bound)) = (&protocols.grpc, sockets.grpc) {
                grpc::serve(config, bound, over("grpc"), table(), &tasks);
            }
            if let (Some(config), Some(bound)) = (&protocols.thrift_http, sockets.thrift_http) {
                thrift_http::serve(config, bound, over("thrift_http"), table(), &tasks);
            }
            if let Some(listener) = sockets.sampling_http {
                sampling::serve_http(listener, table(), &tasks);
            }
            if let Some(listener) = sockets.sampling_grpc {
                sampling::serve_grpc(listener, table(), &tasks);
            }
            Ok(())
        })
    }
}
