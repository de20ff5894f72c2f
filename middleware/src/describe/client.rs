//! What a CLIENT span says when it starts.

use std::borrow::Cow;

use ::http::{HeaderMap, Method, Uri};
use opentelemetry::trace::SpanKind;
use opentelemetry_semantic_conventions::attribute::{SERVER_ADDRESS, SERVER_PORT, URL_FULL};

use crate::describe::authority::HostPort;
use crate::describe::{Exchange, grpc, http, redact};
use crate::record::{Attributes, Describe, Value};

/// A request as a client sends it.
#[derive(Debug)]
pub(crate) struct ClientRequest<'a> {
    method: &'a Method,
    uri: &'a Uri,
    target: &'a Uri,
    headers: &'a HeaderMap,
    is_grpc: bool,
}

impl<'a> ClientRequest<'a> {
    /// Reads a request for `uri`. `origin` is where it goes when `uri` does not say.
    pub(crate) fn new(
        method: &'a Method,
        uri: &'a Uri,
        headers: &'a HeaderMap,
        origin: Option<&'a Uri>,
    ) -> Self {
        let target = origin.filter(|_| uri.authority().is_none()).unwrap_or(uri);
        Self {
            method,
            uri,
            target,
            headers,
            is_grpc: grpc::is_grpc(headers),
        }
    }

    /// What to carry until the response.
    pub(crate) fn exchange(&self) -> Exchange {
        Exchange::new(SpanKind::Client, self.method.clone(), self.is_grpc)
    }

    /// The absolute URL, without the credentials that it may hold.
    fn url_full(&self, server: HostPort<'_>) -> String {
        let authority = self
            .target
            .authority()
            .map_or("", |authority| authority.as_str());
        let userinfo = if authority.contains('@') {
            redact::REDACTED_USERINFO
        } else {
            ""
        };
        let scheme = http::scheme(self.target);
        let host = server.host;
        let (open, close) = if host.contains(':') {
            ("[", "]")
        } else {
            ("", "")
        };
        let port = server
            .port
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let path = self.uri.path();
        let mut url = [scheme, "://", userinfo, open, host, close, &port, path].concat();
        if let Some(query) = self.uri.query() {
            url.push('?');
            url.push_str(&redact::query(query));
        }
        url
    }
}

impl Describe for ClientRequest<'_> {
    fn kind(&self) -> SpanKind {
        SpanKind::Client
    }

    fn short_name(&self) -> &'static str {
        if self.is_grpc {
            grpc::SYSTEM
        } else {
            http::method_name(self.method)
        }
    }

    fn name(&self) -> Cow<'static, str> {
        if self.is_grpc {
            grpc::span_name(self.uri)
        } else {
            http::span_name(self.method, None)
        }
    }

    fn attributes(&self, out: &mut impl Attributes) {
        if self.is_grpc {
            grpc::set_call(self.uri, out);
        } else {
            http::set_method(self.method, out);
        }
        let Some(server) = HostPort::of(self.target, self.headers) else {
            return;
        };
        if !self.is_grpc {
            out.set(URL_FULL, Value::Owned(self.url_full(server)));
        }
        out.set(SERVER_ADDRESS, Value::Borrowed(server.host));
        let port = server
            .port
            .or_else(|| http::default_port(http::scheme(self.target)));
        if let Some(port) = port {
            out.set(SERVER_PORT, Value::Int(port.into()));
        }
    }
}
