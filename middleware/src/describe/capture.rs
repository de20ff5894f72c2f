//! Headers that become attributes, by allow-list only.

use std::sync::Arc;

use ::http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE};
use ::http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Key;

use crate::describe::redact::REDACTED;
use crate::record::Attributes;

/// How many headers of one kind may be captured.
const MAX_HEADERS: usize = 64;

/// How many values of one header are captured, and how many bytes of each.
const MAX_VALUES: usize = 16;
const MAX_VALUE_BYTES: usize = 1024;

/// Headers whose values are credentials. Whoever captures one learns only that it was there.
const CREDENTIALS: [HeaderName; 4] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE];

/// The headers of one direction that become attributes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captured(Arc<[Header]>);

#[derive(Clone, Debug)]
struct Header {
    name: HeaderName,
    http_key: Key,
    grpc_key: Key,
}

/// Which way the captured headers went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
}

impl Captured {
    /// These headers, each once.
    pub(crate) fn new(direction: Direction, names: impl IntoIterator<Item = HeaderName>) -> Self {
        let mut headers: Vec<Header> = Vec::new();
        for name in names.into_iter().take(MAX_HEADERS) {
            if headers.iter().all(|header| header.name != name) {
                headers.push(Header::new(direction, name));
            }
        }
        Self(headers.into())
    }

    /// These headers and others.
    pub(crate) fn and(&self, direction: Direction, names: Vec<HeaderName>) -> Self {
        let before = self.0.iter().map(|header| header.name.clone());
        Self::new(direction, before.chain(names))
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes what of `headers` is on the list.
    pub(crate) fn write(&self, headers: &HeaderMap, is_grpc: bool, out: &mut impl Attributes) {
        for header in self.0.iter() {
            let values = headers.get_all(&header.name).iter().take(MAX_VALUES);
            let is_secret = CREDENTIALS.contains(&header.name);
            let texts: Vec<String> = values.filter_map(|value| text(value, is_secret)).collect();
            if !texts.is_empty() {
                let key = if is_grpc {
                    &header.grpc_key
                } else {
                    &header.http_key
                };
                out.set_list(key.clone(), texts);
            }
        }
    }
}

impl Header {
    fn new(direction: Direction, name: HeaderName) -> Self {
        let (http, grpc) = match direction {
            Direction::Request => ("http.request.header.", "rpc.request.metadata."),
            Direction::Response => ("http.response.header.", "rpc.response.metadata."),
        };
        Self {
            http_key: Key::new([http, name.as_str()].concat()),
            grpc_key: Key::new([grpc, name.as_str()].concat()),
            name,
        }
    }
}

/// The value as text. What is not text is left out; what is a credential is not shown.
fn text(value: &HeaderValue, is_secret: bool) -> Option<String> {
    if is_secret || value.is_sensitive() {
        return Some(REDACTED.to_owned());
    }
    let text = value.to_str().ok()?;
    // `to_str` gives visible ASCII only, so every byte is a boundary.
    Some(text.get(..MAX_VALUE_BYTES).unwrap_or(text).to_owned())
}
