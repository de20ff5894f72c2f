//! The gRPC side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auth::Auth;
use crate::component::{Context, Invalid, StartError};
use crate::config::ListenAddress;
use crate::receivers::grpc;
use crate::receivers::transport::Transport;
use crate::receivers::unsupported::{Unsupported, WithoutEffect, refuse};
use crate::serve::{Keepalive, Settings};
use crate::tls::ServerTls;

const PREFIX: &str = "protocols.grpc.";

/// `api_v2` over gRPC: `PostSpans`, and the sampling manager as Jaeger 1 had it.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grpc {
    /// Where to listen: `host:port`, or the path of a Unix socket. Default `127.0.0.1:14250`.
    pub endpoint: ListenAddress,
    /// The transport, `tcp` or `unix`. Default `tcp`; a path is a Unix socket whatever is set.
    pub transport: Transport,
    /// TLS. Default none: plain text.
    pub tls: Option<ServerTls>,
    /// How long connections last, and how it is found out that a client is gone.
    pub keepalive: Keepalive,
    /// The largest message in MiB, before and after decompression. Default 0: 4 MiB, as gRPC has it.
    pub max_recv_msg_size_mib: u32,
    /// Requests that one connection may have open. Default 0: 100.
    pub max_concurrent_streams: u32,
    /// Who asks senders for credentials: the id of an extension. Default nobody.
    pub auth: Option<Auth>,
    /// Without effect: there is nothing that could use the headers of requests.
    #[serde(skip_serializing)]
    pub include_metadata: WithoutEffect,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub middlewares: Unsupported,
    /// Without effect: buffers grow and shrink with what arrives.
    #[serde(skip_serializing)]
    pub read_buffer_size: WithoutEffect,
    /// Without effect: buffers grow and shrink with what is sent.
    #[serde(skip_serializing)]
    pub write_buffer_size: WithoutEffect,
}

impl Default for Grpc {
    fn default() -> Self {
        Self {
            endpoint: ListenAddress::loopback(14250),
            transport: Transport::Tcp,
            tls: None,
            keepalive: Keepalive::default(),
            max_recv_msg_size_mib: 0,
            max_concurrent_streams: 0,
            auth: None,
            include_metadata: WithoutEffect,
            middlewares: Unsupported::default(),
            read_buffer_size: WithoutEffect,
            write_buffer_size: WithoutEffect,
        }
    }
}

impl Grpc {
    /// The listener's limits, and TLS.
    pub(in crate::receivers::jaeger) fn settings(
        &self,
        context: &Context,
    ) -> Result<Settings, StartError> {
        let streams = grpc::settings(self.max_concurrent_streams);
        let tls = self.tls.as_ref();
        let tls = tls.map(|tls| tls.open(&format!("{PREFIX}tls")));
        let auth = self.auth.as_ref();
        let auth = auth.map(|auth| auth.gate(context, PREFIX));
        Ok(Settings {
            auth: auth.transpose()?,
            tls: tls.transpose()?,
            ..self.keepalive.apply(streams)
        })
    }

    pub(super) fn wrong(&self) -> Vec<Invalid> {
        let keys = [("middlewares", self.middlewares)];
        let mut wrong = refuse(PREFIX, &keys);
        wrong.extend(self.auth.iter().filter_map(|auth| auth.validate(PREFIX)));
        wrong.extend(self.transport.check(&self.endpoint, PREFIX));
        wrong.extend(self.tls.iter().flat_map(|tls| tls.validate(PREFIX)));
        wrong.extend(self.keepalive.validate(PREFIX));
        wrong
    }
}
