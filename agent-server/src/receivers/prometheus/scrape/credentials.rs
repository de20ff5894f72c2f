//! The `Authorization` header.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;

use super::ScrapeError;
use crate::config::Secret;
use crate::receivers::prometheus::config::HttpConfig;

/// The largest file that is read for a secret.
const MAX_FILE: u64 = 64 << 10;

/// Who the agent says it is.
#[derive(Clone, Debug, Default)]
pub(super) enum Credentials {
    /// A name and a password.
    Basic { user: Source, password: Source },
    /// Nobody.
    #[default]
    None,
    /// A word and a secret.
    Typed { kind: String, secret: Source },
}

/// Where a secret comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A file that is read every time, because secrets change.
    File(PathBuf),
    /// A name in the configuration.
    Name(String),
    /// A secret in the configuration.
    Text(Secret),
}

impl Credentials {
    /// What the configuration says.
    pub(super) fn new(config: &HttpConfig<'_>) -> Self {
        if let Some(basic) = config.basic_auth {
            let user = match &basic.username_file {
                Some(file) => Source::File(file.clone()),
                None => Source::Name(basic.username.clone().unwrap_or_default()),
            };
            return Self::Basic {
                user,
                password: Source::new(basic.password.as_ref(), basic.password_file.as_deref()),
            };
        }
        if let Some(authorization) = config.authorization {
            let file = authorization.credentials_file.as_deref();
            return Self::Typed {
                kind: authorization.r#type.trim().to_owned(),
                secret: Source::new(authorization.credentials.as_ref(), file),
            };
        }
        if config.bearer_token.is_some() || config.bearer_token_file.is_some() {
            return Self::Typed {
                kind: "Bearer".to_owned(),
                secret: Source::new(config.bearer_token, config.bearer_token_file),
            };
        }
        Self::None
    }

    /// The header, marked as sensitive.
    pub(super) async fn header(&self) -> Result<Option<HeaderValue>, ScrapeError> {
        let text = match self {
            Self::None => return Ok(None),
            Self::Basic { user, password } => {
                let pair = format!("{}:{}", user.read().await?, password.read().await?);
                format!("Basic {}", BASE64_STANDARD.encode(pair))
            }
            Self::Typed { kind, secret } => format!("{kind} {}", secret.read().await?),
        };
        let mut value = HeaderValue::try_from(text).map_err(|_| self.unusable())?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    fn unusable(&self) -> ScrapeError {
        let path = match self {
            Self::Typed {
                secret: Source::File(path),
                ..
            } => path.clone(),
            _ => PathBuf::from("the configuration"),
        };
        let error = io::Error::other("it has characters that a header cannot carry");
        ScrapeError::Credentials(path, error)
    }
}

impl Source {
    fn new(text: Option<&Secret>, file: Option<&Path>) -> Self {
        match file {
            Some(file) => Self::File(file.to_owned()),
            None => Self::Text(text.cloned().unwrap_or_default()),
        }
    }

    async fn read(&self) -> Result<String, ScrapeError> {
        match self {
            Self::Name(name) => Ok(name.clone()),
            Self::Text(text) => Ok(text.reveal().to_owned()),
            Self::File(path) => {
                let text = read(path).await;
                let text = text.map_err(|error| ScrapeError::Credentials(path.clone(), error))?;
                Ok(text.trim().to_owned())
            }
        }
    }
}

async fn read(path: &Path) -> io::Result<String> {
    if tokio::fs::metadata(path).await?.len() > MAX_FILE {
        return Err(io::Error::other("the file is larger than 64 KiB"));
    }
    tokio::fs::read_to_string(path).await
}
