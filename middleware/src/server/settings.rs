//! What a server was told.

use std::sync::Arc;

use http::HeaderName;

use crate::describe::Side;
use crate::describe::grpc::ServedMethods;
use crate::server::measured_hosts::MeasuredHosts;
use crate::settings::Settings;
use crate::trust::{ForwardingHeader, Networks, Trust, Untrusted};

/// What a server was told.
#[derive(Clone, Debug)]
pub(crate) struct ServerSettings {
    pub(crate) common: Arc<Settings>,
    pub(crate) trust: Trust,
    pub(crate) untrusted: Untrusted,
    /// Who may say `Forwarded`.
    pub(crate) proxies: Networks,
    /// Which header those write.
    pub(crate) forwarding: Option<ForwardingHeader>,
    /// The scheme of requests that do not tell it.
    pub(crate) scheme: &'static str,
    /// Which gRPC methods are served.
    pub(crate) grpc_methods: ServedMethods,
    /// Which hosts metrics tell apart; none: they say nothing of hosts.
    pub(crate) measured_hosts: Option<MeasuredHosts>,
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
            forwarding: None,
            scheme: "http",
            grpc_methods: ServedMethods::default(),
            measured_hosts: None,
            start_header: None,
        }
    }

    pub(crate) fn common_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.common)
    }
}
