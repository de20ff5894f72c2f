//! The HTTP side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, StartError};
use crate::config::{ByteSize, ListenAddress};
use crate::receivers::transport::Transport;
use crate::receivers::unsupported::{Unsupported, refuse};
use crate::serve::{Cors, ResponseHeaders, Settings};
use crate::tls::ServerTls;

const PREFIX: &str = "protocols.thrift_http.";

/// Thrift over HTTP: `POST /api/traces`, and `GET /api/sampling`.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThriftHttp {
    /// Where to listen: `host:port`, or the path of a Unix socket. Default `127.0.0.1:14268`.
    pub endpoint: ListenAddress,
    /// The transport, `tcp` or `unix`. Default `tcp`; a path is a Unix socket whatever is set.
    pub transport: Transport,
    /// TLS. Default none: plain text.
    pub tls: Option<ServerTls>,
    /// Which web pages may send from a browser. Default none.
    pub cors: Cors,
    /// The largest body, before and after decompression. Default 20 MiB; 0 is the default too.
    pub max_request_body_size: ByteSize,
    /// Headers that every answer gets, name to value. Default none.
    pub response_headers: ResponseHeaders,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub auth: Unsupported,
    /// Refused: gzip, zstd and deflate are always accepted.
    #[serde(skip_serializing)]
    pub compression_algorithms: Unsupported,
    /// Refused: idle connections are closed after 60 s.
    #[serde(skip_serializing)]
    pub idle_timeout: Unsupported,
    /// Refused: what a client says of itself goes no further than this receiver.
    #[serde(skip_serializing)]
    pub include_metadata: Unsupported,
    /// Refused: connections are kept.
    #[serde(skip_serializing)]
    pub keep_alives_enabled: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub middlewares: Unsupported,
    /// Refused: the head of a request has 5 s to arrive.
    #[serde(skip_serializing)]
    pub read_header_timeout: Unsupported,
    /// Refused: a body has 15 s to arrive.
    #[serde(skip_serializing)]
    pub read_timeout: Unsupported,
    /// Refused: a client has 30 s to read some of an answer.
    #[serde(skip_serializing)]
    pub write_timeout: Unsupported,
}

impl Default for ThriftHttp {
    fn default() -> Self {
        Self {
            endpoint: ListenAddress::loopback(14268),
            transport: Transport::Tcp,
            tls: None,
            cors: Cors::default(),
            max_request_body_size: ByteSize(20 << 20),
            response_headers: ResponseHeaders::default(),
            auth: Unsupported::default(),
            compression_algorithms: Unsupported::default(),
            idle_timeout: Unsupported::default(),
            include_metadata: Unsupported::default(),
            keep_alives_enabled: Unsupported::default(),
            middlewares: Unsupported::default(),
            read_header_timeout: Unsupported::default(),
            read_timeout: Unsupported::default(),
            write_timeout: Unsupported::default(),
        }
    }
}

impl ThriftHttp {
    /// The largest body in bytes.
    pub(in crate::receivers::jaeger) fn body_limit(&self) -> usize {
        let size = match self.max_request_body_size {
            ByteSize(0) => Self::default().max_request_body_size,
            size => size,
        };
        usize::try_from(size.0).unwrap_or(usize::MAX)
    }

    /// The listener's limits, and TLS.
    pub(in crate::receivers::jaeger) fn settings(&self) -> Result<Settings, StartError> {
        let tls = self.tls.as_ref();
        let tls = tls.map(|tls| tls.open(&format!("{PREFIX}tls")));
        Ok(Settings {
            tls: tls.transpose()?,
            ..Settings::default()
        })
    }

    pub(super) fn wrong(&self) -> Vec<Invalid> {
        let keys = [
            ("auth", self.auth),
            ("compression_algorithms", self.compression_algorithms),
            ("idle_timeout", self.idle_timeout),
            ("include_metadata", self.include_metadata),
            ("keep_alives_enabled", self.keep_alives_enabled),
            ("middlewares", self.middlewares),
            ("read_header_timeout", self.read_header_timeout),
            ("read_timeout", self.read_timeout),
            ("write_timeout", self.write_timeout),
        ];
        let mut wrong = refuse(PREFIX, &keys);
        wrong.extend(self.transport.check(&self.endpoint, PREFIX));
        wrong.extend(self.tls.iter().flat_map(|tls| tls.validate(PREFIX)));
        wrong.extend(self.cors.validate(PREFIX));
        wrong.extend(self.response_headers.validate(PREFIX));
        wrong
    }
}
