//! What a SERVER span says when it starts.

use std::borrow::Cow;
use std::cell::Cell;
use std::net::SocketAddr;

use ::http::{Request, Uri};
use opentelemetry::trace::SpanKind;
use opentelemetry_semantic_conventions::attribute::{
    CLIENT_ADDRESS, NETWORK_PROTOCOL_VERSION, SERVER_ADDRESS, SERVER_PORT, URL_PATH, URL_QUERY,
    URL_SCHEME, USER_AGENT_ORIGINAL,
};

use crate::describe::authority::HostPort;
use crate::describe::grpc::Called;
use crate::describe::methods::MethodName;
use crate::describe::optional::{content_length, user_agent};
use crate::describe::{Exchange, Side, grpc, http, legacy, peer};
use crate::metrics::Dimensions;
use crate::names::{SERVED_HOSTS, USER_AGENTS};
use crate::record::{self, Attributes, Describe, Value};
use crate::server::{self, Forwarded, RouteSlot, ServerSettings};
use crate::view::RequestView;

/// A request as a server sees it.
///
/// Made for every request, also for those that are not recorded, so it reads little; what only
/// attributes and metrics need is read where they are written.
#[derive(Debug)]
pub(crate) struct ServerRequest<'a> {
    settings: &'a ServerSettings,
    view: RequestView<'a>,
    method: MethodName,
    is_grpc: bool,
    /// Whether the application has chosen the name; known once somebody has asked for it.
    is_named: Cell<bool>,
    /// The route at the end of the name, where both are kept; known then too.
    kept_route: Cell<Option<&'static str>>,
}

impl<'a> ServerRequest<'a> {
    /// Reads `request`, whatever its body is.
    #[inline]
    pub(crate) fn new<B>(settings: &'a ServerSettings, request: &'a Request<B>) -> Self {
        let view = RequestView::received(request);
        Self {
            method: settings.common.methods.name(view.method()),
            is_grpc: view.is_grpc(),
            is_named: Cell::new(false),
            kept_route: Cell::new(None),
            settings,
            view,
        }
    }

    /// Whether the application has chosen the name, as far as anybody has asked for it.
    pub(crate) fn is_named(&self) -> bool {
        self.is_named.get()
    }

    fn called(&self) -> Called<'a> {
        self.settings.grpc_methods.called(self.view.uri())
    }

    fn uri(&self) -> &'a Uri {
        self.view.uri()
    }

    fn peer(&self) -> Option<SocketAddr> {
        server::address::peer(self.view.extensions())
    }

    /// What trusted proxies say of the client.
    fn forwarded(&self) -> Forwarded<'a> {
        let proxies = &self.settings.proxies;
        if proxies.is_empty() {
            return Forwarded::default();
        }
        let told = self.settings.forwarding;
        Forwarded::read(self.view.headers(), self.peer(), proxies, told)
    }

    fn scheme(&self, forwarded: Forwarded<'a>) -> &'a str {
        forwarded
            .scheme
            .or(self.uri().scheme_str())
            .unwrap_or(self.settings.scheme)
    }

    /// The host that the client asked for.
    fn host(&self, forwarded: Forwarded<'a>) -> Option<HostPort<'a>> {
        forwarded
            .host
            .or_else(|| HostPort::of(self.uri(), self.view.headers()))
    }

    fn set_http(&self, known: &Known<'a>, out: &mut impl Attributes) {
        let (view, uri) = (&self.view, self.uri());
        http::set_method(view.method(), &self.method, out);
        // Empty where a CONNECT names a host alone: the conventions want it there all the same.
        out.set(URL_PATH, Value::Borrowed(uri.path()));
        let query = self.settings.common.redaction.query_of(uri);
        if let Some(query) = query.filter(|query| !query.is_empty()) {
            out.set(URL_QUERY, query.into());
        }
        let scheme = known.scheme;
        out.set(URL_SCHEME, Value::kept(http::static_scheme(scheme), scheme));
        if let Some(version) = http::version(view.version()) {
            out.set(NETWORK_PROTOCOL_VERSION, Value::Static(version));
        }
        if let Some(user_agent) = user_agent(view.headers()) {
            let kept = USER_AGENTS.keep(user_agent);
            out.set(USER_AGENT_ORIGINAL, Value::kept(kept, user_agent));
        }
        if let Some(client) = known.client {
            let address = client.ip().to_canonical().to_string();
            out.set(CLIENT_ADDRESS, Value::Owned(address));
        }
    }

    /// The host that was asked for, and the other end of the connection.
    fn set_addresses(&self, known: &Known<'a>, out: &mut impl Attributes) {
        if let Some(server) = known.host {
            let kept = SERVED_HOSTS.keep(server.host);
            out.set(SERVER_ADDRESS, Value::kept(kept, server.host));
            if let Some(port) = server.port {
                out.set(SERVER_PORT, Value::Int(port.into()));
            }
        }
        if let Some(peer) = known.peer {
            peer::write(peer, out);
        }
    }

    /// What is only said where it was asked for.
    fn set_optional(&self, known: &Known<'a>, out: &mut impl Attributes) {
        let (common, headers) = (&self.settings.common, self.view.headers());
        common.request_headers.write(headers, self.is_grpc, out);
        if !common.optional.is_empty() && !self.is_grpc {
            let (client, scheme) = (known.client, known.scheme);
            let optional = common.optional_at_start();
            optional.write(Side::Server, headers, client, scheme, out);
        }
        if common.stability.rpc_dup && self.is_grpc {
            legacy::write_call(self.called().known(), out);
        }
        if common.stability.http_dup && !self.is_grpc {
            self.legacy(known).write(out);
        }
    }

    fn legacy(&self, known: &Known<'a>) -> legacy::Start<'_> {
        legacy::Start {
            side: Side::Server,
            method: self.view.method().as_str(),
            uri: self.uri(),
            scheme: known.scheme,
            version: self.view.version(),
            headers: self.view.headers(),
            host: known.host,
            url: None,
            redaction: &self.settings.common.redaction,
        }
    }
}

/// What several attributes need, read once.
#[derive(Debug)]
struct Known<'a> {
    scheme: &'a str,
    host: Option<HostPort<'a>>,
    peer: Option<SocketAddr>,
    /// Who asked: whom trusted proxies name, else the peer.
    client: Option<SocketAddr>,
}

impl Describe for ServerRequest<'_> {
    fn kind(&self) -> SpanKind {
        <Self as record::Request>::SIDE.span_kind()
    }

    fn short_name(&self) -> &'static str {
        http::short_name(&self.method, self.is_grpc)
    }

    fn name(&self) -> Cow<'static, str> {
        if let Some(name) = self.settings.common.chosen_name(&self.view) {
            self.is_named.set(true);
            return name;
        }
        if self.is_grpc {
            return self.called().span_name();
        }
        let route = self.view.route();
        let name = http::span_name(&self.method, route);
        if let (Cow::Borrowed(name), Some(route)) = (&name, route) {
            let place = name.len().checked_sub(route.len());
            self.kept_route
                .set(place.and_then(|place| name.get(place..)));
        }
        name
    }

    fn attributes(&self, out: &mut impl Attributes) {
        let (forwarded, peer) = (self.forwarded(), self.peer());
        let known = Known {
            scheme: self.scheme(forwarded),
            host: self.host(forwarded),
            peer,
            client: forwarded.client.or(peer),
        };
        if self.is_grpc {
            let methods = self.settings.grpc_methods.methods();
            self.called().write(methods == grpc::Methods::Told, out);
        } else {
            self.set_http(&known, out);
        }
        self.set_addresses(&known, out);
        self.set_optional(&known, out);
    }
}

impl record::Request for ServerRequest<'_> {
    const SIDE: Side = Side::Server;

    fn view(&self) -> &RequestView<'_> {
        &self.view
    }

    fn exchange(&self, is_measured: bool) -> Exchange {
        let (view, common) = (&self.view, &self.settings.common);
        let method = self.method.clone();
        let mut exchange = Exchange::new(Side::Server, view.method(), method, self.is_grpc);
        exchange.is_named = self.is_named.get();
        if self.is_grpc {
            exchange.deadline = grpc::deadline(view.headers());
            let methods = self.settings.grpc_methods.methods();
            exchange.rpc_methods = methods;
            if is_measured || methods == grpc::Methods::Learned {
                exchange.rpc_method = self.called().known().map(Box::from);
            }
        } else if common.body_sizes {
            exchange.request_size = content_length(view.headers());
        }
        exchange.route = match self.kept_route.get() {
            Some(route) => RouteSlot::kept(route),
            None => RouteSlot::new(view.route()),
        };
        exchange
    }

    fn dimensions(&self) -> Dimensions {
        let forwarded = self.forwarded();
        let hosts = self.settings.measured_hosts.as_ref();
        let host = hosts.and_then(|hosts| Some(hosts.of(self.host(forwarded)?)));
        Dimensions {
            // Not what the request line says: that is the client's choice.
            scheme: Some(forwarded.scheme.unwrap_or(self.settings.scheme)),
            host: host.map(|host| host.host),
            port: host.and_then(|host| host.port),
            template: None,
            version: http::version(self.view.version()),
        }
    }
}
