//! The key `auth`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ClientAuth, Gate};
use crate::component::{Context, Invalid, StartError};

/// Who asks for credentials, or has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// The id of an extension that is listed in `service.extensions`: `bearertokenauth` or
    /// `basicauth`, as in `basicauth/ingest`. Required.
    pub authenticator: String,
}

impl Auth {
    /// What is wrong with it, with its key below `prefix`, which ends with a dot.
    #[must_use]
    pub fn validate(&self, prefix: &str) -> Option<Invalid> {
        self.authenticator.is_empty().then(|| {
            let message = "is required: the id of an extension such as `bearertokenauth`";
            Invalid::new(format!("{prefix}auth.authenticator"), message)
        })
    }

    /// The gate of a listener whose keys are below `prefix`.
    ///
    /// # Errors
    ///
    /// When there is no such extension, or it cannot be asked who is there.
    pub fn gate(&self, context: &Context, prefix: &str) -> Result<Gate, StartError> {
        let known = context.shared.authenticators.get(&self.authenticator);
        let guard = known.and_then(|known| known.server);
        guard.map(Gate::new).ok_or_else(|| StartError::Other {
            key: format!("{prefix}auth.authenticator"),
            message: format!("`{}` does not authenticate senders", self.authenticator),
        })
    }

    /// The credentials of an exporter.
    #[must_use]
    pub(crate) fn client(auth: Option<&Self>, context: &Context) -> ClientAuth {
        ClientAuth::new(
            auth.map(|auth| auth.authenticator.clone()),
            &context.shared.authenticators,
        )
    }
}
