//! What a SERVER span says when it starts.

use std::borrow::Cow;
use std::net::SocketAddr;

use ::http::{HeaderMap, Method, Request, Uri, Version, header};
use opentelemetry::trace::SpanKind;
use opentelemetry_semantic_conventions::attribute::{
    CLIENT_ADDRESS, NETWORK_PEER_ADDRESS, NETWORK_PEER_PORT, NETWORK_PROTOCOL_VERSION,
    SERVER_ADDRESS, SERVER_PORT, URL_PATH, URL_QUERY, URL_SCHEME, USER_AGENT_ORIGINAL,
};

use crate::describe::authority::HostPort;
use crate::describe::{Exchange, grpc, http, redact};
use crate::record::{Attributes, Describe, Value};
use crate::server;

/// A request as a server sees it.
#[derive(Debug)]
pub(crate) struct ServerRequest<'a> {
    method: &'a Method,
    uri: &'a Uri,
    version: Version,
    headers: &'a HeaderMap,
    peer: Option<SocketAddr>,
    route: Option<&'a str>,
    is_grpc: bool,
}

impl<'a> ServerRequest<'a> {
    /// Reads `request`, whatever its body is.
    pub(crate) fn new<B>(request: &'a Request<B>) -> Self {
        let is_grpc = grpc::is_grpc(request.headers());
        Self {
            method: request.method(),
            uri: server::address::original_uri(request),
            version: request.version(),
            headers: request.headers(),
            peer: server::address::peer(request.extensions()),
            route: server::route::matched(request.extensions()),
            is_grpc,
        }
    }

    /// The route, when the router has already chosen it.
    pub(crate) fn route(&self) -> Option<&'a str> {
        self.route
    }

    /// Whether to keep a place for the route. gRPC has methods instead, so nobody would read it.
    pub(crate) fn is_routed(&self) -> bool {
        !self.is_grpc
    }

    /// What to carry until the response.
    pub(crate) fn exchange(&self) -> Exchange {
        Exchange::new(SpanKind::Server, self.method.clone(), self.is_grpc)
    }

    fn set_http(&self, out: &mut impl Attributes) {
        http::set_method(self.method, out);
        out.set(URL_PATH, Value::Borrowed(self.uri.path()));
        if let Some(query) = self.uri.query().filter(|query| !query.is_empty()) {
            out.set(URL_QUERY, redact::query(query).into());
        }
        out.set(URL_SCHEME, http::scheme_value(self.uri));
        if let Some(version) = http::version(self.version) {
            out.set(NETWORK_PROTOCOL_VERSION, Value::Static(version));
        }
        if let Some(user_agent) = self.user_agent() {
            out.set(USER_AGENT_ORIGINAL, Value::Borrowed(user_agent));
        }
    }

    fn user_agent(&self) -> Option<&str> {
        let text = self.headers.get(header::USER_AGENT)?.to_str().ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// The host that was asked for, and who asked.
    fn set_addresses(&self, out: &mut impl Attributes) {
        if let Some(server) = HostPort::of(self.uri, self.headers) {
            out.set(SERVER_ADDRESS, Value::Borrowed(server.host));
            if let Some(port) = server.port {
                out.set(SERVER_PORT, Value::Int(port.into()));
            }
        }
        if let Some(peer) = self.peer {
            let address = peer.ip().to_canonical().to_string();
            out.set(CLIENT_ADDRESS, Value::Borrowed(&address));
            out.set(NETWORK_PEER_ADDRESS, Value::Owned(address));
            out.set(NETWORK_PEER_PORT, Value::Int(peer.port().into()));
        }
    }
}

impl Describe for ServerRequest<'_> {
    fn kind(&self) -> SpanKind {
        SpanKind::Server
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
            http::span_name(self.method, self.route)
        }
    }

    fn attributes(&self, out: &mut impl Attributes) {
        if self.is_grpc {
            grpc::set_call(self.uri, out);
        } else {
            self.set_http(out);
        }
        self.set_addresses(out);
    }
}
