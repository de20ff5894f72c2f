//! A request and a response without their bodies: what filters, names and hooks look at.

use http::{Extensions, HeaderMap, Method, Request, StatusCode, Uri, Version, response};

use crate::describe::grpc;
use crate::server;

/// A request as filters, span names and hooks see it: everything but the body.
///
/// On a server the URI is the one that was asked for, before nested routers shortened it.
#[derive(Clone, Copy, Debug)]
pub struct RequestView<'a> {
    method: &'a Method,
    uri: &'a Uri,
    version: Version,
    headers: &'a HeaderMap,
    extensions: &'a Extensions,
    /// Whether its version is what the connection speaks, and not what a client would like.
    is_received: bool,
}

impl<'a> RequestView<'a> {
    /// A view of the parts of a request, whatever type it has.
    #[must_use]
    pub fn new(
        method: &'a Method,
        uri: &'a Uri,
        version: Version,
        headers: &'a HeaderMap,
        extensions: &'a Extensions,
    ) -> Self {
        Self {
            method,
            uri,
            version,
            headers,
            extensions,
            is_received: false,
        }
    }

    /// A request as a server received it.
    #[inline]
    pub(crate) fn received<B>(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: server::address::original_uri(request),
            version: request.version(),
            headers: request.headers(),
            extensions: request.extensions(),
            is_received: true,
        }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &'a Method {
        self.method
    }

    /// The URI that was asked for.
    #[must_use]
    pub fn uri(&self) -> &'a Uri {
        self.uri
    }

    /// The path of the URI.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.uri.path()
    }

    /// The HTTP version of the request.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The headers. Those of a client are without the context that is about to be injected.
    #[must_use]
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// What others have left beside the request.
    #[must_use]
    pub fn extensions(&self) -> &'a Extensions {
        self.extensions
    }

    /// The template of the route, where a router has already matched one.
    #[must_use]
    pub fn route(&self) -> Option<&'a str> {
        server::route::matched(self.extensions)
    }

    /// Whether the request is a gRPC call. None is received before HTTP/2; which version a client
    /// will speak its connection decides, and many clients take requests of HTTP/1.1.
    #[inline]
    pub(crate) fn is_grpc(&self) -> bool {
        (!self.is_received || self.version >= Version::HTTP_2) && grpc::is_grpc(self.headers)
    }

    /// The fully qualified method, `package.Service/Method`, of a gRPC call.
    #[must_use]
    pub fn grpc_method(&self) -> Option<&'a str> {
        grpc::method(self.uri).filter(|_| self.is_grpc())
    }
}

/// A response as hooks see it: its head.
#[derive(Clone, Copy, Debug)]
pub struct ResponseView<'a> {
    status: StatusCode,
    version: Version,
    headers: &'a HeaderMap,
    extensions: &'a Extensions,
}

impl<'a> ResponseView<'a> {
    /// The head of a response.
    pub(crate) fn of(head: &'a response::Parts) -> Self {
        Self {
            status: head.status,
            version: head.version,
            headers: &head.headers,
            extensions: &head.extensions,
        }
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The HTTP version of the response.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// What the service has left beside the response.
    #[must_use]
    pub fn extensions(&self) -> &'a Extensions {
        self.extensions
    }
}
