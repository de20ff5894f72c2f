//! What a server was told.

use std::sync::Arc;

use http::HeaderName;

use crate::describe::Side;
use crate::describe::grpc::ServedMethods;
use crate::settings::Settings;
use crate::trust::{Networks, Trust, Untrusted};

/// What a server was told.
#[derive(Clone, Debug)]
pub(crate) struct ServerSettings {
    pub(crate) common: Arc<Settings>,
    pub(crate) trust: Trust,
    pub(crate) untrusted: Untrusted,
    /// Who may say `Forwarded`.
    pub(crate) proxies: Networks,
    /// Which gRPC methods are served.
    pub(crate) grpc_methods: ServedMethods,
    /// Whether metrics tell hosts apart.
    pub(crate) metrics_host: bool,
    /// The header in which a proxy says when it had the request.
    pub(crate) start_header: Option<HeaderName>,
}

impl ServerSettings {
    /// What the environment says.
    pub(crate) fn from_environment() -> Self {
        Self {
            common: Arc::new(Settings::from_environment(Side::Server)),
            trust: Trust::default(),
            untrusted: Untrusted::default(),
            proxies: Networks::default(),
            grpc_methods: ServedMethods::default(),
            metrics_host: false,
            start_header: None,
        }
    }

    pub(crate) fn common_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.common)
    }
}
