//! What a client was told.

use std::sync::Arc;

use http::Uri;

use crate::client::hosts::Hosts;
use crate::describe::Side;
use crate::settings::{Settings, TextOf};

/// What a client was told.
#[derive(Clone, Debug)]
pub(crate) struct ClientSettings {
    pub(crate) common: Arc<Settings>,
    /// Where requests go whose URI has no host.
    pub(crate) origin: Option<Uri>,
    /// Whom the context is told; none: everybody.
    pub(crate) allowed_hosts: Option<Hosts>,
    pub(crate) url_template: Option<TextOf>,
}

impl ClientSettings {
    /// What the environment says.
    pub(crate) fn from_environment() -> Self {
        Self {
            common: Arc::new(Settings::from_environment(Side::Client)),
            origin: None,
            allowed_hosts: None,
            url_template: None,
        }
    }

    pub(crate) fn common_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.common)
    }
}
