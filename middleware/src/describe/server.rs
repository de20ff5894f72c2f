//! What a SERVER span says when it starts.

use std::borrow::Cow;
use std::net::SocketAddr;

use ::http::{Request, Uri};
use opentelemetry::trace::SpanKind;
use opentelemetry_semantic_conventions::attribute::{
    CLIENT_ADDRESS, NETWORK_PEER_ADDRESS, NETWORK_PEER_PORT, NETWORK_PROTOCOL_VERSION,
    SERVER_ADDRESS, SERVER_PORT, URL_PATH, URL_QUERY, URL_SCHEME, USER_AGENT_ORIGINAL,
};

use crate::describe::authority::HostPort;
use crate::describe::grpc::Called;
use crate::describe::methods::{MethodName, OTHER};
use crate::describe::optional::{content_length, user_agent};
use crate::describe::{Exchange, Side, grpc, http, legacy};
use crate::metrics::Dimensions;
use crate::names::SERVED_HOSTS;
use crate::record::{Attributes, Describe, Value};
use crate::request::SpanName;
use crate::server::{self, Forwarded, ServerSettings};
use crate::view::RequestView;

/// A request as a server sees it.
#[derive(Debug)]
pub(crate) struct ServerRequest<'a> {
    settings: &'a ServerSettings,
    view: RequestView<'a>,
    method: MethodName,
    is_grpc: bool,
    peer: Option<SocketAddr>,
    forwarded: Forwarded<'a>,
}

impl<'a> ServerRequest<'a> {
    /// Reads `request`, whatever its body is.
    pub(crate) fn new<B>(settings: &'a ServerSettings, request: &'a Request<B>) -> Self {
        let view = RequestView::received(request);
        let peer = server::address::peer(request.extensions());
        Self {
            method: settings.common.methods.name(view.method()),
            is_grpc: grpc::is_grpc(view.headers()),
            forwarded: Forwarded::read(view.headers(), peer, &settings.proxies),
            settings,
            view,
            peer,
        }
    }

    /// The request as filters and hooks see it.
    pub(crate) fn view(&self) -> &RequestView<'a> {
        &self.view
    }

    /// Whether to keep a place for the route. gRPC has methods instead, so nobody would read it.
    pub(crate) fn is_routed(&self) -> bool {
        !self.is_grpc
    }

    /// What to carry until the response.
    pub(crate) fn exchange(&self) -> Exchange {
        let (view, common) = (&self.view, &self.settings.common);
        let method = self.method.clone();
        let mut exchange = Exchange::new(Side::Server, view.method(), method, self.is_grpc);
        if self.is_grpc {
            exchange = exchange.with_deadline(grpc::deadline(view.headers()));
        } else if common.body_sizes {
            exchange.request_size = content_length(view.headers());
        }
        exchange
    }

    /// The name that the application has chosen, by the request or by the layer.
    pub(crate) fn chosen_name(&self) -> Option<Cow<'static, str>> {
        if let Some(SpanName(name)) = self.view.extensions().get()
            && !name.is_empty()
        {
            return Some(name.clone());
        }
        let by_layer = self.settings.common.span_name.as_ref()?;
        by_layer.of(&self.view)
    }

    /// What tells the series of its metrics apart.
    pub(crate) fn dimensions(&self) -> Dimensions {
        let host = self.host().filter(|_| self.settings.metrics_host);
        Dimensions {
            scheme: Some(http::static_scheme(self.scheme()).unwrap_or(OTHER)),
            host: host.map(|host| SERVED_HOSTS.keep(host.host).unwrap_or(OTHER)),
            port: host.and_then(|host| host.port),
            template: None,
            version: http::version(self.view.version()),
            rpc_method: self
                .called()
                .known()
                .filter(|_| self.is_grpc)
                .map(Box::from),
        }
    }

    fn called(&self) -> Called<'a> {
        self.settings.grpc_methods.called(self.view.uri())
    }

    fn uri(&self) -> &'a Uri {
        self.view.uri()
    }

    fn scheme(&self) -> &str {
        self.forwarded
            .scheme
            .unwrap_or_else(|| http::scheme(self.uri()))
    }

    /// The host that the client asked for.
    fn host(&self) -> Option<HostPort<'a>> {
        let forwarded = self.forwarded.host;
        forwarded.or_else(|| HostPort::of(self.uri(), self.view.headers()))
    }

    fn set_http(&self, out: &mut impl Attributes) {
        let (view, uri) = (&self.view, self.uri());
        http::set_method(view.method(), &self.method, out);
        out.set(URL_PATH, Value::Borrowed(uri.path()));
        if let Some(query) = uri.query().filter(|query| !query.is_empty()) {
            out.set(
                URL_QUERY,
                self.settings.common.redaction.query(query).into(),
            );
        }
        let scheme = self.scheme();
        out.set(URL_SCHEME, Value::kept(http::static_scheme(scheme), scheme));
        if let Some(version) = http::version(view.version()) {
            out.set(NETWORK_PROTOCOL_VERSION, Value::Static(version));
        }
        if let Some(user_agent) = user_agent(view.headers()) {
            out.set(USER_AGENT_ORIGINAL, Value::Borrowed(user_agent));
        }
        if let Some(client) = self.client() {
            let address = client.ip().to_canonical().to_string();
            out.set(CLIENT_ADDRESS, Value::Owned(address));
        }
    }

    /// Who asked: whom trusted proxies name, else the peer.
    fn client(&self) -> Option<SocketAddr> {
        self.forwarded.client.or(self.peer)
    }

    /// The host that was asked for, and the other end of the connection.
    fn set_addresses(&self, out: &mut impl Attributes) {
        if let Some(server) = self.host() {
            let kept = SERVED_HOSTS.keep(server.host);
            out.set(SERVER_ADDRESS, Value::kept(kept, server.host));
            if let Some(port) = server.port {
                out.set(SERVER_PORT, Value::Int(port.into()));
            }
        }
        if let Some(peer) = self.peer {
            let address = peer.ip().to_canonical().to_string();
            out.set(NETWORK_PEER_ADDRESS, Value::Owned(address));
            out.set(NETWORK_PEER_PORT, Value::Int(peer.port().into()));
        }
    }

    /// What is only said where it was asked for.
    fn set_optional(&self, out: &mut impl Attributes) {
        let (common, headers) = (&self.settings.common, self.view.headers());
        common.request_headers.write(headers, self.is_grpc, out);
        if !common.optional.is_empty() && !self.is_grpc {
            let (client, scheme) = (self.client(), self.scheme());
            common
                .optional
                .write(Side::Server, headers, client, scheme, out);
        }
        if common.stability.rpc_dup && self.is_grpc {
            legacy::write_call(self.called().known(), out);
        }
        if common.stability.http_dup && !self.is_grpc {
            self.legacy().write(out);
        }
    }

    fn legacy(&self) -> legacy::Start<'_> {
        legacy::Start {
            side: Side::Server,
            method: self.view.method().as_str(),
            uri: self.uri(),
            scheme: self.scheme(),
            version: self.view.version(),
            headers: self.view.headers(),
            host: self.host(),
            redaction: &self.settings.common.redaction,
        }
    }
}

impl Describe for ServerRequest<'_> {
    fn kind(&self) -> SpanKind {
        Side::Server.span_kind()
    }

    fn short_name(&self) -> &'static str {
        match &self.method {
            _ if self.is_grpc => grpc::SYSTEM,
            MethodName::Known(name) => name,
            MethodName::Other | MethodName::Own(_) => "HTTP",
        }
    }

    fn name(&self) -> Cow<'static, str> {
        if let Some(name) = self.chosen_name() {
            return name;
        }
        if self.is_grpc {
            self.called().span_name()
        } else {
            http::span_name(&self.method, self.view.route())
        }
    }

    fn attributes(&self, out: &mut impl Attributes) {
        if self.is_grpc {
            self.called().write(out);
        } else {
            self.set_http(out);
        }
        self.set_addresses(out);
        self.set_optional(out);
    }
}
