//! Requests that change something come from somebody who means it.
//!
//! A page of any web site can make a browser send a form here. It cannot make it send a header of
//! its own choice, unless this server said so in answer to a preflight, which it never does; and a
//! browser says where a request comes from.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Uri};

use super::problem::{ApiProblem, Problem};

/// The header that says it. Its value does not matter.
pub(crate) const HEADER: &str = "campanile-deliberate";

/// Refuses what may have been sent for somebody who does not know.
pub(super) async fn deliberate(request: Request, next: Next) -> Response {
    match check(request.headers(), request.uri()) {
        Ok(()) => next.run(request).await,
        Err(problem) => ApiProblem::from(problem).into_response(),
    }
}

fn check(headers: &HeaderMap, uri: &Uri) -> Result<(), Problem> {
    if !headers.contains_key(HEADER) {
        return Err(Problem::not_deliberate(format!(
            "a request that changes something has the header `{HEADER}: yes`"
        )));
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = uri.authority().map(http::uri::Authority::as_str).or(host);
    let ours = headers.get_all(ORIGIN).iter().all(|origin| {
        let origin = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.split_once("://"));
        origin.is_some_and(|(_, origin)| Some(origin) == host)
    });
    if ours {
        return Ok(());
    }
    let message = "a request that changes something is not taken from a page of another site";
    Err(Problem::not_deliberate(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_means_it_changes_anything() {
        let cases: [(&[(&str, &str)], bool); 7] = [
            (&[(HEADER, "yes")], true),
            (&[], false),
            (
                &[(HEADER, "yes"), ("origin", "http://localhost:55679")],
                true,
            ),
            (&[(HEADER, "yes"), ("origin", "http://evil.example")], false),
            (&[(HEADER, "yes"), ("origin", "http://localhost:1")], false),
            (&[(HEADER, "yes"), ("origin", "null")], false),
            (&[("origin", "http://localhost:55679")], false),
        ];
        for (sent, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "localhost:55679".parse().expect("a value"));
            for (name, value) in sent {
                headers.insert(*name, value.parse().expect("a value"));
            }
            let checked = check(&headers, &Uri::from_static("/api/v1/queue/drop"));
            assert_eq!(checked.is_ok(), expected, "{sent:?}");
        }
    }
}
