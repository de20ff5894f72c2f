//! The attributes of the conventions before, for who still looks for them: HTTP of version 1.20,
//! RPC of version 1.37.
//!
//! `OTEL_SEMCONV_STABILITY_OPT_IN` asks for them, as `http/dup` and `rpc/dup`, beside those of
//! 1.44. A key that both have keeps its meaning of 1.44: `rpc.method` is the whole method.

use ::http::{HeaderMap, Uri, Version};

use crate::describe::optional::user_agent;
use crate::describe::redact::Redaction;
use crate::describe::{Answer, Conclusion, Exchange, HostPort, Side, grpc, http};
use crate::record::{Attributes, Value};

/// Which conventions are followed beside those of 1.44.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stability {
    pub(crate) http_dup: bool,
    pub(crate) rpc_dup: bool,
}

/// What the old conventions say when an HTTP request starts.
pub(crate) struct Start<'a> {
    pub(crate) side: Side,
    pub(crate) method: &'a str,
    pub(crate) uri: &'a Uri,
    pub(crate) scheme: &'a str,
    pub(crate) version: Version,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) host: Option<HostPort<'a>>,
    /// The whole URL, of a client's request.
    pub(crate) url: Option<String>,
    pub(crate) redaction: &'a Redaction,
}

impl Start<'_> {
    pub(crate) fn write(&self, out: &mut impl Attributes) {
        out.set("http.method", Value::Borrowed(self.method));
        out.set("http.scheme", Value::Borrowed(self.scheme));
        if let Some(version) = http::version(self.version) {
            out.set("http.flavor", Value::Static(version));
        }
        if let Some(agent) = user_agent(self.headers) {
            out.set("http.user_agent", Value::Borrowed(agent));
        }
        let (name, port) = match self.side {
            Side::Client => ("net.peer.name", "net.peer.port"),
            Side::Server => ("net.host.name", "net.host.port"),
        };
        if let Some(host) = self.host {
            out.set(name, Value::Borrowed(host.host));
            if let Some(number) = host.port {
                out.set(port, Value::Int(number.into()));
            }
        }
        match self.side {
            Side::Server => out.set("http.target", Value::Owned(self.target())),
            Side::Client => {
                if let Some(url) = &self.url {
                    out.set("http.url", Value::Borrowed(url));
                }
            }
        }
    }

    /// Path and query.
    fn target(&self) -> String {
        let path = self.uri.path();
        match self.redaction.query_of(self.uri) {
            Some(query) => [path, "?", &query].concat(),
            None => path.to_owned(),
        }
    }
}

/// What the old conventions say when a call starts.
pub(crate) fn write_call(method: Option<&str>, out: &mut impl Attributes) {
    out.set("rpc.system", Value::Static(grpc::SYSTEM));
    if let Some((service, _)) = method.and_then(|method| method.split_once('/')) {
        out.set("rpc.service", Value::Borrowed(service));
    }
}

/// What they say when a request ends.
pub(crate) fn write_end(
    stability: Stability,
    exchange: &Exchange,
    answer: Answer,
    conclusion: &Conclusion,
    out: &mut impl Attributes,
) {
    if exchange.is_grpc {
        if let Some(status) = conclusion.grpc_status.filter(|_| stability.rpc_dup) {
            out.set("rpc.grpc.status_code", Value::Int(status.number()));
        }
    } else if let Some(status) = answer.status.filter(|_| stability.http_dup) {
        out.set("http.status_code", Value::Int(status.as_u16().into()));
    }
}
