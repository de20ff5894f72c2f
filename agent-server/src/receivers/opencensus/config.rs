//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auth::Auth;
use crate::component::{Context, Invalid, StartError, Validate};
use crate::config::ListenAddress;
use crate::control::{Policy, SamplerSettings};
use crate::receivers::grpc;
use crate::receivers::transport::Transport;
use crate::receivers::unsupported::{Unsupported, WithoutEffect, refuse};
use crate::serve::{self, Cors, Keepalive};
use crate::tls::ServerTls;

/// The `opencensus` receiver's configuration. Keys and meaning are the Collector's, as far as they
/// are supported; those that are not are refused by name.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen: `host:port`, or the path of a Unix socket. Default `127.0.0.1:55678`.
    pub endpoint: ListenAddress,
    /// The transport, `tcp` or `unix`. Default `tcp`; a path is a Unix socket all the same.
    pub transport: Transport,
    /// TLS, and with `client_ca_file` certificates of clients. Default none.
    pub tls: Option<ServerTls>,
    /// How long connections last, and how it is found out that a client is gone.
    pub keepalive: Keepalive,
    /// Web pages that may post JSON from a browser: `https://shop.example`, with a `*` for any part
    /// of it, or `*` alone. Default none.
    pub cors_allowed_origins: Vec<String>,
    /// The largest message in MiB, before and after decompression. Default 0: 4 MiB, as gRPC has it.
    pub max_recv_msg_size_mib: u32,
    /// Streams that one connection may have open. Default 0: 100. A library needs two or three.
    pub max_concurrent_streams: u32,
    /// Whether a node must carry an identifier. Default false: like the agents before it, this one
    /// takes an empty node.
    pub require_identifier: bool,
    /// What libraries are told that ask how to sample: one of `probability`, `constant` and
    /// `rate_limiting`. Default none: they sample as their own code says. May change while the
    /// agent runs.
    pub sampler: Option<SamplerSettings>,
    /// Do not take spans. Default false.
    pub disable_tracing: bool,
    /// Do not take metrics. They are read and counted all the same, because libraries give up
    /// their spans too where metrics are refused. Default false.
    pub disable_metrics: bool,
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

impl Default for Config {
    fn default() -> Self {
        Self {
            endpoint: ListenAddress::loopback(55678),
            transport: Transport::Tcp,
            tls: None,
            keepalive: Keepalive::default(),
            cors_allowed_origins: Vec::new(),
            max_recv_msg_size_mib: 0,
            max_concurrent_streams: 0,
            require_identifier: false,
            sampler: None,
            disable_tracing: false,
            disable_metrics: false,
            auth: None,
            include_metadata: WithoutEffect,
            middlewares: Unsupported::default(),
            read_buffer_size: WithoutEffect,
            write_buffer_size: WithoutEffect,
        }
    }
}

impl Config {
    /// Who may post from a browser.
    pub(super) fn cors(&self) -> Cors {
        Cors {
            allowed_origins: self.cors_allowed_origins.clone(),
            ..Cors::default()
        }
    }

    /// What the listener is told.
    pub(super) fn settings(&self, context: &Context) -> Result<serve::Settings, StartError> {
        let tls = self.tls.as_ref().map(|tls| tls.open("tls")).transpose()?;
        let auth = self.auth.as_ref().map(|auth| auth.gate(context, ""));
        let settings = serve::Settings {
            auth: auth.transpose()?,
            tls,
            ..grpc::settings(self.max_concurrent_streams)
        };
        Ok(self.keepalive.apply(settings))
    }

    /// What libraries are told.
    pub(super) fn policy(&self) -> Policy {
        let sampler = self.sampler.as_ref();
        sampler.map(SamplerSettings::policy).unwrap_or_default()
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let keys = [("middlewares", self.middlewares)];
        let mut wrong = refuse("", &keys);
        wrong.extend(self.auth.iter().filter_map(|auth| auth.validate("")));
        wrong.extend(self.transport.check(&self.endpoint, ""));
        wrong.extend(self.cors().validate("").into_iter().map(|wrong| {
            Invalid {
                key: wrong
                    .key
                    .replacen("cors.allowed_origins", "cors_allowed_origins", 1),
                ..wrong
            }
        }));
        wrong.extend(self.keepalive.validate(""));
        wrong.extend(self.tls.iter().flat_map(|tls| tls.validate("")));
        wrong.extend(self.sampler.iter().flat_map(SamplerSettings::validate));
        wrong
    }
}
