//! Who may have the agent do something: the command line, and no web page of somebody else.
//!
//! Three things keep foreign pages out, each alone enough: the host must be this machine's
//! ([`guard`](super::guard)), a page's `Origin` must be that very host, and the request must have a
//! header that a browser sends elsewhere only after asking, which is never granted here.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use http::header::{HOST, ORIGIN};

use super::problem::{ApiProblem, Problem};

/// The header that a request to act must have; its value does not matter.
pub const ACT: &str = "x-campanile-act";

/// Lets requests pass that no foreign page can have made.
pub(super) async fn act(request: Request, next: Next) -> Response {
    match refused(request.headers(), authority(&request)) {
        None => next.run(request).await,
        Some(problem) => ApiProblem::from(problem).into_response(),
    }
}

fn authority(request: &Request) -> Option<&str> {
    let header = || request.headers().get(HOST)?.to_str().ok();
    let authority = request.uri().authority();
    authority.map_or_else(header, |authority| Some(authority.as_str()))
}

fn refused(headers: &HeaderMap, host: Option<&str>) -> Option<Problem> {
    if !headers.contains_key(ACT) {
        return Some(Problem::forbidden(format!(
            "a request to act needs the header `{ACT}: 1`"
        )));
    }
    let origin = headers.get(ORIGIN)?.to_str().unwrap_or_default();
    let page = origin.split_once("://").map(|(_, host)| host);
    let same = page.is_some() && page == host;
    (!same).then(|| Problem::forbidden("a page of somebody else cannot have the agent act"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_page_is_refused_and_so_is_a_request_without_the_header() {
        let host = "127.0.0.1:55679";
        let cases = [
            (&[(ACT, "1")][..], true),
            (&[(ACT, "1"), ("origin", "http://127.0.0.1:55679")], true),
            (&[(ACT, "1"), ("origin", "http://127.0.0.1:80")], false),
            (&[(ACT, "1"), ("origin", "https://evil.example")], false),
            (&[(ACT, "1"), ("origin", "null")], false),
            (&[("origin", "http://127.0.0.1:55679")], false),
            (&[], false),
        ];
        for (headers, expected) in cases {
            let pairs = headers.iter().map(|(name, value)| {
                let name = http::HeaderName::from_static(name);
                (name, http::HeaderValue::from_static(value))
            });
            let map: HeaderMap = pairs.collect();
            assert_eq!(refused(&map, Some(host)).is_none(), expected, "{headers:?}");
        }
    }
}
