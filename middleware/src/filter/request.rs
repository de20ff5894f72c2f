//! Filters that look at one thing in a request.

use http::{HeaderName, Method};

use crate::describe::{HostPort, glob};
use crate::filter::Filter;
use crate::request::Traced;
use crate::view::RequestView;

/// The services of the
/// [gRPC health checking protocol](https://github.com/grpc/grpc/blob/master/doc/health-checking.md).
const HEALTH_SERVICE: &str = "grpc.health.v1.Health/";

/// Accepts requests for which `accepts` says so. A closure alone is a filter too; this says what
/// it is given, so that it need not.
pub fn from_fn(accepts: impl Fn(&RequestView<'_>) -> bool + Send + Sync) -> impl Filter {
    accepts
}

/// Accepts requests for exactly this path.
pub fn path(path: impl Into<String>) -> impl Filter {
    let path = path.into();
    move |request: &RequestView<'_>| request.path() == path
}

/// Accepts requests for paths that begin so.
pub fn path_prefix(prefix: impl Into<String>) -> impl Filter {
    let prefix = prefix.into();
    move |request: &RequestView<'_>| request.path().starts_with(&prefix)
}

/// Accepts requests for paths that match a pattern, in which `*` stands for any text, `/` included.
///
/// ```
/// use campanile_middleware::ServerLayer;
/// use campanile_middleware::filter::{not, path_glob};
///
/// let layer = ServerLayer::new().with_filter(not(path_glob("*/internal/*.json")));
/// # let _ = layer;
/// ```
pub fn path_glob(pattern: impl Into<String>) -> impl Filter {
    let pattern = pattern.into();
    move |request: &RequestView<'_>| glob::matches(&pattern, request.path())
}

/// Accepts requests with this method.
pub fn method(method: Method) -> impl Filter {
    move |request: &RequestView<'_>| *request.method() == method
}

/// Accepts requests that have this header, whatever its value.
pub fn header(name: HeaderName) -> impl Filter {
    move |request: &RequestView<'_>| request.headers().contains_key(&name)
}

/// Accepts requests to this host, without regard to case and port. For clients: what a server is
/// told in a `Host` header is its client's choice.
pub fn host(host: impl Into<String>) -> impl Filter {
    let host = host.into();
    move |request: &RequestView<'_>| {
        HostPort::of(request.uri(), request.headers())
            .is_some_and(|asked| asked.host.eq_ignore_ascii_case(&host))
    }
}

/// Accepts calls of a gRPC method, `package.Service/Method`.
pub fn grpc_method(method: impl Into<String>) -> impl Filter {
    let method = method.into();
    move |request: &RequestView<'_>| request.grpc_method() == Some(&*method)
}

/// Accepts the calls by which orchestrators and load balancers ask a gRPC server for its health:
/// `not(grpc_health_check())` traces everything else.
pub fn grpc_health_check() -> impl Filter {
    |request: &RequestView<'_>| {
        let method = request.grpc_method();
        method.is_some_and(|method| method.starts_with(HEALTH_SERVICE))
    }
}

/// Accepts requests that have a `T` in their extensions.
pub fn extension<T: Send + Sync + 'static>() -> impl Filter {
    |request: &RequestView<'_>| request.extensions().get::<T>().is_some()
}

/// Accepts only what was marked with [`Traced`] further out.
pub fn opted_in() -> impl Filter {
    extension::<Traced>()
}
