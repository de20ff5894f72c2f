//! The HTTP side.

use axum::Router;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auth::Auth;
use crate::component::{Context, Invalid, StartError};
use crate::config::{ByteSize, HumanDuration, ListenAddress};
use crate::receivers::algorithms::CompressionAlgorithms;
use crate::receivers::transport::Transport;
use crate::receivers::unsupported::{Unsupported, WithoutEffect, refuse};
use crate::serve::{Cors, HttpTimeouts, ResponseHeaders, Settings};
use crate::tls::ServerTls;

const PREFIX: &str = "protocols.http.";

/// The HTTP side.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Where to listen: `host:port`, or the path of a Unix socket. Default `127.0.0.1:4318`.
    pub endpoint: ListenAddress,
    /// The transport, `tcp` or `unix`. Default `tcp`; a path is a Unix socket whatever is set.
    pub transport: Transport,
    /// TLS. Default none: plain text.
    pub tls: Option<ServerTls>,
    /// Which web pages may send from a browser. Default none.
    pub cors: Cors,
    /// The largest body, before and after decompression. Default 20 MiB; 0 is the default too.
    pub max_request_body_size: ByteSize,
    /// Where traces are posted. Default `/v1/traces`.
    pub traces_url_path: String,
    /// Where metrics are posted. Default `/v1/metrics`.
    pub metrics_url_path: String,
    /// Where logs are posted. Default `/v1/logs`.
    pub logs_url_path: String,
    /// The content encodings that are accepted; `""` is none. Default all that are known.
    pub compression_algorithms: CompressionAlgorithms,
    /// Headers that every answer gets, name to value. Default none.
    pub response_headers: ResponseHeaders,
    /// How long a connection may be without a request before it is closed; 0 for ever. Default 1m.
    pub idle_timeout: HumanDuration,
    /// Whether a connection may carry more than one request. Default true.
    pub keep_alives_enabled: bool,
    /// How long the head of a request may take to arrive. Default 5s, and 0 is the default too.
    pub read_header_timeout: HumanDuration,
    /// How long a request's body may take to arrive. Default 0: 15 s.
    pub read_timeout: HumanDuration,
    /// How long an answer may take, and the client to read it. Default 0: as long as it takes, and
    /// 30 s for the client to read some of it.
    pub write_timeout: HumanDuration,
    /// Who asks senders for credentials: the id of an extension. Default nobody.
    pub auth: Option<Auth>,
    /// Without effect: there is nothing that could use the headers of requests.
    #[serde(skip_serializing)]
    pub include_metadata: WithoutEffect,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub middlewares: Unsupported,
}

impl Default for Http {
    fn default() -> Self {
        let timeouts = HttpTimeouts::default();
        Self {
            endpoint: ListenAddress::loopback(4318),
            transport: Transport::Tcp,
            tls: None,
            cors: Cors::default(),
            max_request_body_size: ByteSize(20 << 20),
            traces_url_path: "/v1/traces".to_owned(),
            metrics_url_path: "/v1/metrics".to_owned(),
            logs_url_path: "/v1/logs".to_owned(),
            compression_algorithms: CompressionAlgorithms::default(),
            response_headers: ResponseHeaders::default(),
            idle_timeout: timeouts.idle,
            keep_alives_enabled: timeouts.keep_alives,
            read_header_timeout: timeouts.read_header,
            read_timeout: timeouts.read,
            write_timeout: timeouts.write,
            auth: None,
            include_metadata: WithoutEffect,
            middlewares: Unsupported::default(),
        }
    }
}

impl Http {
    /// The largest body in bytes.
    pub(in crate::receivers::otlp) fn body_limit(&self) -> usize {
        let size = match self.max_request_body_size {
            ByteSize(0) => Self::default().max_request_body_size,
            size => size,
        };
        usize::try_from(size.0).unwrap_or(usize::MAX)
    }

    /// The listener's limits, and TLS.
    pub(in crate::receivers::otlp) fn settings(
        &self,
        context: &Context,
    ) -> Result<Settings, StartError> {
        let timeouts = HttpTimeouts {
            idle: self.idle_timeout,
            keep_alives: self.keep_alives_enabled,
            read: self.read_timeout,
            read_header: self.read_header_timeout,
            write: self.write_timeout,
        };
        let tls = self.tls.as_ref();
        let tls = tls.map(|tls| tls.open(&format!("{PREFIX}tls")));
        let auth = self.auth.as_ref();
        let auth = auth.map(|auth| auth.gate(context, PREFIX));
        Ok(Settings {
            auth: auth.transpose()?,
            tls: tls.transpose()?,
            ..timeouts.apply(Settings::default())
        })
    }

    /// The router with what concerns every request: CORS, headers of answers, encodings.
    pub(in crate::receivers::otlp) fn layer(&self, router: Router) -> Router {
        let router = self.compression_algorithms.layer(router);
        self.response_headers.layer(self.cors.layer(router))
    }

    pub(super) fn wrong(&self) -> Vec<Invalid> {
        let keys = [("middlewares", self.middlewares)];
        let mut wrong = refuse(PREFIX, &keys);
        wrong.extend(self.auth.iter().filter_map(|auth| auth.validate(PREFIX)));
        wrong.extend(self.transport.check(&self.endpoint, PREFIX));
        wrong.extend(self.tls.iter().flat_map(|tls| tls.validate(PREFIX)));
        wrong.extend(self.cors.validate(PREFIX));
        wrong.extend(self.response_headers.validate(PREFIX));
        wrong.extend(self.compression_algorithms.validate(PREFIX));
        wrong.extend(self.wrong_paths());
        wrong
    }

    fn paths(&self) -> [(&'static str, &str); 3] {
        [
            ("logs_url_path", &self.logs_url_path),
            ("metrics_url_path", &self.metrics_url_path),
            ("traces_url_path", &self.traces_url_path),
        ]
    }

    fn wrong_paths(&self) -> impl Iterator<Item = Invalid> {
        let paths = self.paths();
        paths.into_iter().filter_map(move |(key, path)| {
            let shared = paths.iter().filter(|(_, other)| *other == path).count() > 1;
            let message = match path.strip_prefix('/') {
                Some(_) if !shared => return None,
                Some(_) => format!("`{path}` stands for two signals"),
                None => format!("`{path}` is not a path; it must begin with `/`"),
            };
            Some(Invalid::new(format!("{PREFIX}{key}"), message))
        })
    }
}
