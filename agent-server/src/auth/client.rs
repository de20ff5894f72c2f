//! Credentials on what is sent.

use std::borrow::Cow;

use http::HeaderMap;

use super::Authenticators;
use crate::component::{ExportError, Exported};
use crate::exporters::HeaderValues;

/// How an exporter says who it is, asked at each attempt: a token may have changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientAuth {
    authenticator: Option<String>,
    known: Authenticators,
}

impl ClientAuth {
    pub(super) fn new(authenticator: Option<String>, known: &Authenticators) -> Self {
        Self {
            authenticator,
            known: known.clone(),
        }
    }

    /// The header to add; none where no authenticator is configured.
    ///
    /// # Errors
    ///
    /// When one is configured that has none now: nothing is sent without.
    pub(crate) fn headers(&self) -> Result<HeaderMap, ExportError> {
        let Some(id) = &self.authenticator else {
            return Ok(HeaderMap::new());
        };
        let known = self.known.get(id).and_then(|known| known.client);
        let header = known.and_then(|known| known.header());
        let header = header.ok_or_else(|| ExportError::Retryable {
            message: format!("the authenticator `{id}` has no credentials"),
            retry_after: None,
        })?;
        Ok(HeaderMap::from_iter([header]))
    }

    /// The headers with the one to add.
    ///
    /// # Errors
    ///
    /// The same.
    pub(crate) fn with<'h>(
        &self,
        headers: &'h HeaderMap,
    ) -> Result<Cow<'h, HeaderMap>, ExportError> {
        if self.authenticator.is_none() {
            return Ok(Cow::Borrowed(headers));
        }
        let mut all = headers.clone();
        all.extend(self.headers()?);
        Ok(Cow::Owned(all))
    }

    /// The outcome of an attempt without the credentials, if the destination has repeated them.
    pub(crate) fn hide(
        &self,
        outcome: Result<Exported, ExportError>,
    ) -> Result<Exported, ExportError> {
        if self.authenticator.is_none() {
            return outcome;
        }
        let headers = self.headers().unwrap_or_default();
        let values = headers.values().filter_map(|value| value.to_str().ok());
        HeaderValues::of(values).hide(outcome)
    }
}
