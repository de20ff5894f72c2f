//! What code further out can say about one request, by an extension of the request.
//!
//! ```
//! use campanile_middleware::request::{SpanName, UrlTemplate};
//!
//! let mut request = http::Request::get("https://api.example/users/7").body(())?;
//! request.extensions_mut().insert(UrlTemplate::new("/users/{id}"));
//! request.extensions_mut().insert(SpanName::new("load the user"));
//! # Ok::<(), http::Error>(())
//! ```
//!
//! With `reqwest-middleware` the same types go into `RequestBuilder::with_extension`.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::SystemTime;

use opentelemetry::Context;

/// The name of the request's span, on a server or a client. It wins over every other name, and
/// must have few values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanName(pub(crate) Cow<'static, str>);

impl SpanName {
    /// A name; an empty one is no name.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The template that the URL of a client's request was made from: `url.template`, and the second
/// half of the span's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlTemplate(pub(crate) Cow<'static, str>);

impl UrlTemplate {
    /// A template such as `/users/{id}`; an empty one is no template.
    pub fn new(template: impl Into<Cow<'static, str>>) -> Self {
        Self(template.into())
    }

    /// The template.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Keeps the context out of the headers of a client's request, which has a span all the same.
///
/// What the request already has in the headers of any format is removed: it is the context of
/// somebody else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoPropagation;

/// Keeps a request untraced: no span, no metric, no headers read or written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suppress;

/// Marks a request for [`filter::opted_in`](crate::filter::opted_in).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traced;

/// The context that a client's request belongs to, where that is not the one that is current when
/// the layer is called: what lies in between, such as `tower::buffer`, may call from a task of its
/// own.
///
/// ```
/// use campanile_middleware::request::Parent;
///
/// let mut request = http::Request::new(());
/// request.extensions_mut().insert(Parent::current());
/// ```
#[derive(Clone, Debug)]
pub struct Parent(pub(crate) Context);

impl Parent {
    /// The request belongs to `context`.
    #[must_use]
    pub fn new(context: Context) -> Self {
        Self(context)
    }

    /// The request belongs to the context that is current now.
    #[must_use]
    pub fn current() -> Self {
        Self(Context::current())
    }

    /// The context.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.0
    }
}

/// When the request really started, where that was before it reached the layer: in the queue of a
/// load balancer, say. Ignored when it lies in the future, or more than a day ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartTime(pub(crate) SystemTime);

impl StartTime {
    /// Starts the span at `time`.
    #[must_use]
    pub fn new(time: SystemTime) -> Self {
        Self(time)
    }

    /// The time.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        self.0
    }
}

/// The other end of the connection that a server's request came over, for servers that say so in
/// no other way: a hyper service of one's own, tonic over TLS. It wins over what axum and tonic
/// say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub(crate) SocketAddr);

impl Peer {
    /// The request came from `address`.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self(address)
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0
    }
}
