//! The tokens, and whether a request has one of them.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use tokio::time::Instant;

use super::Config;
use crate::auth::{Credentials, Guard};
use crate::component::BuildError;

/// How often a file is looked at, when somebody asks.
const LOOK: Duration = Duration::from_secs(1);
/// The largest file of tokens.
const MAX_FILE: u64 = 1 << 20;

/// See [the module](super).
pub(super) struct Tokens {
    config: Config,
    header: HeaderName,
    state: Mutex<State>,
}

struct State {
    /// Of each token, as a header has it.
    digests: Vec<[u8; 32]>,
    first: Option<HeaderValue>,
    file: Option<Watched>,
}

/// A file, as it was when it was read.
struct Watched {
    path: PathBuf,
    modified: Option<(SystemTime, u64)>,
    looked: Instant,
    readable: bool,
}

impl Tokens {
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        let header = HeaderName::try_from(config.header.as_str());
        let header = header.map_err(|_| BuildError::new("header", "is not a header"))?;
        let mut state = State {
            digests: Vec::new(),
            first: None,
            file: None,
        };
        if config.filename.is_empty() {
            state.set(config, &config.written());
        } else {
            let path = PathBuf::from(&config.filename);
            let wrong = |message| BuildError::new("filename", message);
            let text = read(&path).map_err(wrong)?;
            state.set(config, &lines(&text));
            state.file = Some(Watched {
                modified: modified(&path),
                path,
                looked: Instant::now(),
                readable: true,
            });
            if state.digests.is_empty() {
                return Err(wrong("holds no token".to_owned()));
            }
        }
        Ok(Self {
            config: config.clone(),
            header,
            state: Mutex::new(state),
        })
    }

    fn with<T>(&self, ask: impl FnOnce(&State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.refresh(&self.config);
        ask(&state)
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(&self.header).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return false;
        };
        let Some(digest) = self.presented(value.as_bytes()) else {
            return false;
        };
        self.with(|state| {
            let equal = |known: &[u8; 32]| known.ct_eq(&digest);
            let found = state.digests.iter().map(equal);
            found
                .fold(Choice::from(0), |found, equal| found | equal)
                .into()
        })
    }

    /// The digest of the token in a header's value; schemes are the same in upper and lower case.
    fn presented(&self, value: &[u8]) -> Option<[u8; 32]> {
        let scheme = self.config.scheme.as_bytes();
        if scheme.is_empty() {
            return Some(digest(value));
        }
        let (named, rest) = value.split_at_checked(scheme.len())?;
        let token = rest.strip_prefix(b" ")?;
        named
            .eq_ignore_ascii_case(scheme)
            .then(|| digest(token.trim_ascii()))
    }
}

impl State {
    fn set(&mut self, config: &Config, tokens: &[&str]) {
        self.digests = tokens
            .iter()
            .map(|token| digest(token.as_bytes()))
            .collect();
        self.first = tokens.first().and_then(|token| config.value(token));
    }

    /// Reads the file again if it has changed. What cannot be read changes nothing.
    fn refresh(&mut self, config: &Config) {
        let Some(file) = &mut self.file else {
            return;
        };
        if file.looked.elapsed() < LOOK {
            return;
        }
        file.looked = Instant::now();
        let found = modified(&file.path);
        if found.is_some() && found == file.modified {
            return;
        }
        match read(&file.path) {
            Ok(text) if !lines(&text).is_empty() => {
                (file.modified, file.readable) = (found, true);
                tracing::info!(file = %file.path.display(), "tokens were read again");
                self.set(config, &lines(&text));
            }
            failed => {
                if std::mem::replace(&mut file.readable, false) {
                    let error = failed.err().unwrap_or_else(|| "holds no token".to_owned());
                    tracing::warn!(
                        file = %file.path.display(), error,
                        "tokens cannot be read; those of before hold until the file is there again"
                    );
                }
            }
        }
    }
}

fn digest(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect()
}

fn modified(path: &PathBuf) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn read(path: &PathBuf) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if size.len() > MAX_FILE {
        return Err(format!("holds more than {MAX_FILE} bytes"));
    }
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

impl Guard for Tokens {
    fn admits<'h>(&'h self, headers: &'h HeaderMap) -> BoxFuture<'h, bool> {
        Box::pin(std::future::ready(self.knows(headers)))
    }

    fn challenge(&self) -> HeaderValue {
        let scheme = match self.config.scheme.as_str() {
            "" => "Bearer",
            scheme => scheme,
        };
        HeaderValue::try_from(scheme).unwrap_or(HeaderValue::from_static("Bearer"))
    }
}

impl Credentials for Tokens {
    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let first = self.with(|state| state.first.clone())?;
        Some((self.header.clone(), first))
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tokens")
    }
}
