//! The `cors` block of HTTP listeners: which web pages may send from a browser.

use std::time::Duration;

use axum::Router;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::component::Invalid;

/// Which web pages may send from a browser, with the Collector's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cors {
    /// The origins that may: `https://shop.example`, with a `*` for any part of it
    /// (`https://*.example`), or `*` alone for every page there is. Default none, which turns CORS
    /// off.
    pub allowed_origins: Vec<String>,
    /// Headers that requests may have beside `accept`, `content-encoding`, `content-type` and
    /// `x-requested-with`; `*` for all. Default none.
    pub allowed_headers: Vec<String>,
    /// Headers of answers that pages may read. Default none.
    pub exposed_headers: Vec<String>,
    /// For how many seconds a browser may keep what it was told. Default 0: as it likes.
    pub max_age: u32,
}

impl Cors {
    /// Everything wrong with the block, with keys below `prefix`, which ends with a dot.
    #[must_use]
    pub fn validate(&self, prefix: &str) -> Vec<Invalid> {
        let origins = self.allowed_origins.iter().enumerate();
        let origins = origins.filter_map(|(index, origin)| {
            let message = wrong_origin(origin)?;
            let key = format!("{prefix}cors.allowed_origins[{index}]");
            Some(Invalid::new(key, message))
        });
        let headers = [
            ("allowed_headers", &self.allowed_headers),
            ("exposed_headers", &self.exposed_headers),
        ];
        let headers = headers.into_iter().flat_map(|(key, names)| {
            let names = names.iter().enumerate();
            names.filter_map(move |(index, name)| {
                if name == "*" && key == "allowed_headers" || HeaderName::try_from(name).is_ok() {
                    return None;
                }
                let message = format!("`{name}` is not the name of a header");
                Some(Invalid::new(
                    format!("{prefix}cors.{key}[{index}]"),
                    message,
                ))
            })
        });
        origins.chain(headers).collect()
    }

    /// The router with CORS: preflight requests are answered here and reach no handler.
    pub fn layer(&self, router: Router) -> Router {
        if self.allowed_origins.is_empty() {
            return router;
        }
        router.layer(self.to_layer())
    }

    fn to_layer(&self) -> CorsLayer {
        let any_origin = self.allowed_origins.iter().any(|origin| origin == "*");
        let layer = CorsLayer::new()
            .allow_methods([Method::GET, Method::HEAD, Method::POST])
            .allow_headers(self.headers())
            .expose_headers(names(&self.exposed_headers));
        let layer = if any_origin {
            layer.allow_origin(AllowOrigin::any())
        } else {
            let patterns: Vec<Pattern> = self
                .allowed_origins
                .iter()
                .map(|origin| Pattern::new(origin))
                .collect();
            let allowed = move |origin: &HeaderValue, _: &http::request::Parts| {
                let origin = origin.to_str().unwrap_or_default().to_ascii_lowercase();
                patterns.iter().any(|pattern| pattern.matches(&origin))
            };
            // Beacons are sent with credentials, whether or not there are any.
            layer
                .allow_origin(AllowOrigin::predicate(allowed))
                .allow_credentials(true)
        };
        match self.max_age {
            0 => layer,
            seconds => layer.max_age(Duration::from_secs(seconds.into())),
        }
    }

    fn headers(&self) -> AllowHeaders {
        if self.allowed_headers.iter().any(|name| name == "*") {
            return AllowHeaders::mirror_request();
        }
        let usual = [
            ACCEPT,
            CONTENT_ENCODING,
            CONTENT_TYPE,
            HeaderName::from_static("x-requested-with"),
        ];
        AllowHeaders::list(usual.into_iter().chain(names(&self.allowed_headers)))
    }
}

fn names(names: &[String]) -> Vec<HeaderName> {
    let names = names.iter();
    names.filter_map(|name| name.parse().ok()).collect()
}

fn wrong_origin(origin: &str) -> Option<String> {
    if origin == "*" {
        return None;
    }
    let Some((_, host)) = origin.split_once("://") else {
        return Some(format!(
            "`{origin}` is not an origin; write a scheme and a host, such as `https://shop.example`"
        ));
    };
    if host.contains('/') {
        return Some(format!("`{origin}` has a path, which origins do not have"));
    }
    (origin.matches('*').count() > 1).then(|| format!("`{origin}` has more than one `*`"))
}

/// An origin with at most one `*`, in lower case.
#[derive(Clone, Debug)]
struct Pattern {
    before: String,
    after: Option<String>,
}

impl Pattern {
    fn new(origin: &str) -> Self {
        let origin = origin.to_ascii_lowercase();
        match origin.split_once('*') {
            Some((before, after)) => Self {
                before: before.to_owned(),
                after: Some(after.to_owned()),
            },
            None => Self {
                before: origin,
                after: None,
            },
        }
    }

    fn matches(&self, origin: &str) -> bool {
        match &self.after {
            None => origin == self.before,
            Some(after) => origin
                .strip_prefix(&self.before)
                .is_some_and(|rest| rest.len() > after.len() && rest.ends_with(after)),
        }
    }
}
