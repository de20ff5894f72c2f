//! The `compression_algorithms` key of HTTP listeners.

use axum::Router;
use axum::extract::Request;
use axum::middleware::map_request;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inflate::Encoding;
use crate::component::Invalid;

/// What is known, as it is named in configuration.
const KNOWN: [&str; 6] = ["", "deflate", "gzip", "snappy", "zlib", "zstd"];

/// The content encodings that a listener accepts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(transparent)]
pub struct CompressionAlgorithms(Vec<String>);

/// The encodings that are accepted, as an extension of requests where not all are.
#[derive(Clone, Debug)]
pub(super) struct Accepted(Vec<Encoding>);

impl Accepted {
    /// Whether a body in `encoding` is taken.
    pub(super) fn takes(&self, encoding: Encoding) -> bool {
        self.0.contains(&encoding)
    }
}

impl Default for CompressionAlgorithms {
    fn default() -> Self {
        Self(KNOWN.map(str::to_owned).to_vec())
    }
}

impl CompressionAlgorithms {
    /// Every name that is not known, with keys below `prefix`, which ends with a dot.
    pub(super) fn validate(&self, prefix: &str) -> Vec<Invalid> {
        let names = self.0.iter().enumerate();
        let unknown = names.filter(|(_, name)| !KNOWN.contains(&name.as_str()));
        unknown
            .map(|(index, name)| Invalid {
                help: Some(
                    "write `\"\"`, `gzip`, `zstd`, `snappy`, `deflate` or `zlib`".to_owned(),
                ),
                ..Invalid::new(
                    format!("{prefix}compression_algorithms[{index}]"),
                    format!("the encoding `{name}` is not supported"),
                )
            })
            .collect()
    }

    /// The router for which these are the encodings that are accepted.
    pub(super) fn layer(&self, router: Router) -> Router {
        let encodings = self.0.iter();
        let encodings = encodings.filter_map(|name| Encoding::from_name(name));
        let accepted = Accepted(encodings.collect());
        let every = KNOWN.iter().filter_map(|name| Encoding::from_name(name));
        if every.into_iter().all(|encoding| accepted.takes(encoding)) {
            return router;
        }
        router.layer(map_request(move |mut request: Request| {
            request.extensions_mut().insert(accepted.clone());
            std::future::ready(request)
        }))
    }
}
