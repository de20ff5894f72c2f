//! Who may ask, and what a browser may do with the answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use tokio::sync::Semaphore;

use super::problem::Problem;

const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (CACHE_CONTROL, "no-store"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Requests that are answered at once; others wait. One answer may hold a whole trace.
const MAX_REQUESTS: usize = 16;

/// Who may ask, and how many at once.
#[derive(Debug)]
pub(super) struct Guard {
    hosts: Hosts,
    slots: Semaphore,
}

impl Guard {
    pub(super) fn new(hosts: Hosts) -> Self {
        Self {
            hosts,
            slots: Semaphore::new(MAX_REQUESTS),
        }
    }
}

/// The names under which the pages may be asked for.
#[derive(Debug)]
pub(super) struct Hosts {
    /// Where the listener is bound.
    pub(super) bound: IpAddr,
    /// Configured names.
    pub(super) names: Vec<String>,
}

impl Hosts {
    /// Whether `host`, a `Host` header or an authority, names this machine. An address is what a
    /// person typed; only a name can be pointed here by somebody else. Where the listener takes
    /// every interface, it has every address.
    fn allow(&self, host: &str) -> bool {
        let name = host_name(host);
        if name.eq_ignore_ascii_case("localhost") {
            return true;
        }
        match name.parse::<IpAddr>() {
            Ok(ip) => ip.is_loopback() || ip == self.bound || self.bound.is_unspecified(),
            Err(_) => self
                .names
                .iter()
                .any(|other| other.eq_ignore_ascii_case(name)),
        }
    }
}

/// The host without port and brackets.
fn host_name(host: &str) -> &str {
    if let Some((name, _)) = host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        return name;
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// Refuses foreign hosts, and adds to every answer what a browser is to make of it.
pub(super) async fn guard(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    let header = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let authority = request.uri().authority().map(http::uri::Authority::as_str);
    let mut response = match authority.or(header) {
        Some(host) if guard.hosts.allow(host) => {
            // Fails only if the semaphore were closed, which nothing does.
            let _slot = guard.slots.acquire().await;
            next.run(request).await
        }
        Some(host) => Problem::foreign_host(host).into_page().into_response(),
        None => Problem::bad_request("the request names no host")
            .into_page()
            .into_response(),
    };
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

impl From<(SocketAddr, Vec<String>)> for Hosts {
    fn from((address, names): (SocketAddr, Vec<String>)) -> Self {
        Self {
            bound: address.ip(),
            names,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_allowed() {
        let hosts = |bound: &str| Hosts {
            bound: bound.parse().expect("an address"),
            names: vec!["agent".to_owned()],
        };
        let cases = [
            ("127.0.0.1", "localhost:55679", true),
            ("127.0.0.1", "LOCALHOST", true),
            ("127.0.0.1", "127.0.0.1:55679", true),
            ("127.0.0.1", "[::1]:55679", true),
            ("127.0.0.1", "agent:55679", true),
            ("127.0.0.1", "evil.example", false),
            ("127.0.0.1", "127.0.0.1.evil.example:55679", false),
            ("127.0.0.1", "localhost.evil.example", false),
            ("127.0.0.1", "10.0.0.7:55679", false),
            ("127.0.0.1", "", false),
            ("10.0.0.7", "10.0.0.7:55679", true),
            ("0.0.0.0", "10.0.0.7:55679", true),
            ("0.0.0.0", "evil.example", false),
        ];
        for (bound, host, expected) in cases {
            assert_eq!(hosts(bound).allow(host), expected, "{host} at {bound}");
        }
    }
}
