//! What a CLIENT span says when it starts.

use std::borrow::Cow;

use ::http::Uri;
use opentelemetry::trace::SpanKind;
use opentelemetry_semantic_conventions::attribute::{
    HTTP_REQUEST_RESEND_COUNT, SERVER_ADDRESS, SERVER_PORT, URL_FULL, URL_TEMPLATE,
};

use crate::client::ClientSettings;
use crate::describe::authority::HostPort;
use crate::describe::grpc::{Called, ServedMethods};
use crate::describe::methods::{MethodName, OTHER};
use crate::describe::optional::content_length;
use crate::describe::{Exchange, Side, grpc, http, legacy, redact};
use crate::metrics::Dimensions;
use crate::names::{ASKED_HOSTS, CALLED_HOSTS, TEMPLATES};
use crate::record::{self, Attributes, Describe, Value};
use crate::request::UrlTemplate;
use crate::view::RequestView;

/// A request as a client sends it.
#[derive(Debug)]
pub(crate) struct ClientRequest<'a> {
    settings: &'a ClientSettings,
    view: RequestView<'a>,
    /// Where the request goes, which its own URI may not say.
    target: &'a Uri,
    method: MethodName,
    is_grpc: bool,
    template: Option<Cow<'static, str>>,
    /// How many times the request was sent before.
    resends: u32,
    /// The length of its body, where that is known.
    body_size: Option<u64>,
}

impl<'a> ClientRequest<'a> {
    /// Reads a request that was sent `resends` times before, with a body of so many bytes.
    pub(crate) fn new(
        settings: &'a ClientSettings,
        view: RequestView<'a>,
        resends: u32,
        body_size: Option<u64>,
    ) -> Self {
        let uri = view.uri();
        let origin = settings.origin.as_ref();
        Self {
            method: settings.common.methods.name(view.method()),
            target: origin.filter(|_| uri.authority().is_none()).unwrap_or(uri),
            is_grpc: view.is_grpc(),
            template: template(settings, &view),
            settings,
            view,
            resends,
            body_size,
        }
    }

    /// Whether the context may be told to whoever serves the request.
    pub(crate) fn is_propagated(&self) -> bool {
        let Some(allowed) = &self.settings.allowed_hosts else {
            return true;
        };
        // A `Host` header may be what somebody else has asked for.
        HostPort::of_uri(self.target).is_some_and(|host| allowed.contain(host.host))
    }

    fn called(&self) -> Called<'a> {
        ServedMethods::default().called(self.view.uri())
    }

    fn host(&self) -> Option<HostPort<'a>> {
        HostPort::of(self.target, self.view.headers())
    }

    fn port(&self, host: HostPort<'_>) -> Option<u16> {
        host.port
            .or_else(|| http::default_port(http::scheme(self.target)))
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
        let (scheme, host) = (http::scheme(self.target), server.host);
        let (open, close) = server.brackets();
        let port = server.port.map(|port| format!(":{port}"));
        let (uri, port) = (self.view.uri(), port.as_deref().unwrap_or_default());
        let query = self.settings.common.redaction.query_of(uri);
        let (mark, query) = match &query {
            Some(query) => ("?", &**query),
            None => ("", ""),
        };
        [
            scheme,
            "://",
            userinfo,
            open,
            host,
            close,
            port,
            uri.path(),
            mark,
            query,
        ]
        .concat()
    }

    fn set_http(&self, out: &mut impl Attributes) {
        http::set_method(self.view.method(), &self.method, out);
        if let Some(template) = &self.template {
            out.set(URL_TEMPLATE, Value::lasting(template.clone()));
        }
        if self.resends > 0 {
            out.set(HTTP_REQUEST_RESEND_COUNT, Value::Int(self.resends.into()));
        }
    }

    fn set_server(&self, out: &mut impl Attributes) {
        let Some(server) = self.host() else { return };
        if !self.is_grpc {
            out.set(URL_FULL, Value::Owned(self.url_full(server)));
        }
        let kept = CALLED_HOSTS.keep(server.host);
        out.set(SERVER_ADDRESS, Value::kept(kept, server.host));
        if let Some(port) = self.port(server) {
            out.set(SERVER_PORT, Value::Int(port.into()));
        }
    }

    /// What is only said where it was asked for.
    fn set_optional(&self, out: &mut impl Attributes) {
        let (common, headers) = (&self.settings.common, self.view.headers());
        common.request_headers.write(headers, self.is_grpc, out);
        if !common.optional.is_empty() && !self.is_grpc {
            let scheme = http::scheme(self.target);
            let optional = common.optional_at_start();
            optional.write(Side::Client, headers, None, scheme, out);
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
            side: Side::Client,
            method: self.view.method().as_str(),
            uri: self.view.uri(),
            scheme: http::scheme(self.target),
            version: self.view.version(),
            headers: self.view.headers(),
            host: self.host(),
            url: self.host().map(|host| self.url_full(host)),
            redaction: &self.settings.common.redaction,
        }
    }
}

/// The template of the URL: what the request says, else the layer.
fn template(settings: &ClientSettings, view: &RequestView<'_>) -> Option<Cow<'static, str>> {
    if let Some(UrlTemplate(template)) = view.extensions().get()
        && !template.is_empty()
    {
        return Some(template.clone());
    }
    settings.url_template.as_ref()?.of(view)
}

impl Describe for ClientRequest<'_> {
    fn kind(&self) -> SpanKind {
        <Self as record::Request>::SIDE.span_kind()
    }

    fn short_name(&self) -> &'static str {
        http::short_name(&self.method, self.is_grpc)
    }

    fn name(&self) -> Cow<'static, str> {
        if let Some(name) = self.settings.common.chosen_name(&self.view) {
            return name;
        }
        if self.is_grpc {
            self.called().span_name()
        } else {
            http::span_name(&self.method, self.template.as_deref())
        }
    }

    fn attributes(&self, out: &mut impl Attributes) {
        if self.is_grpc {
            self.called().write(true, out);
        } else {
            self.set_http(out);
        }
        self.set_server(out);
        self.set_optional(out);
    }
}

impl record::Request for ClientRequest<'_> {
    const SIDE: Side = Side::Client;

    fn view(&self) -> &RequestView<'_> {
        &self.view
    }

    fn exchange(&self, is_measured: bool) -> Exchange {
        let (view, common) = (&self.view, &self.settings.common);
        let method = self.method.clone();
        let mut exchange = Exchange::new(Side::Client, view.method(), method, self.is_grpc);
        if self.is_grpc {
            exchange.deadline = grpc::deadline(view.headers());
            exchange.rpc_methods = grpc::Methods::Called;
            let called = self.called().known().filter(|_| is_measured);
            exchange.rpc_method = called.map(Box::from);
        } else if common.body_sizes {
            exchange.request_size = self.body_size.or_else(|| content_length(view.headers()));
        }
        exchange
    }

    fn dimensions(&self) -> Dimensions {
        let host = self.host();
        let port = host.and_then(|host| self.port(host));
        let kept = host.and_then(|host| ASKED_HOSTS.keep_host(host.host, port));
        let template = self.template.as_deref();
        Dimensions {
            scheme: None,
            host: Some(kept.unwrap_or(OTHER)),
            port: match kept {
                Some(_) => port,
                // One of two, for the conventions want one.
                None => http::default_port(http::scheme(self.target)),
            },
            template: template.and_then(|template| TEMPLATES.keep(template)),
            version: None,
        }
    }
}
