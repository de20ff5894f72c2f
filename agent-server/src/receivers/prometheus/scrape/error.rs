//! Why a scrape fails.

use std::io;
use std::path::PathBuf;

use http::StatusCode;

use crate::receivers::inflate::InflateError;
use crate::receivers::prometheus::translate::CollectError;

/// Why a scrape has failed. None of it shows a URL, a parameter or a credential.
#[derive(Debug, thiserror::Error)]
pub(in crate::receivers::prometheus) enum ScrapeError {
    /// The answer is not to be used.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The connection could not be made, or broke.
    #[error("the request failed: {0}")]
    Connection(String),
    /// The answer does not say what it is, or is something else than was asked for.
    #[error("the answer has no content type that can be read; set fallback_scrape_protocol")]
    ContentType,
    /// A file with credentials cannot be used.
    #[error("cannot read credentials from {path}: {error}", path = .0.display(), error = .1)]
    Credentials(PathBuf, io::Error),
    /// Its compression is broken or unknown.
    #[error("the answer cannot be decompressed")]
    Inflate,
    /// Another status than 200.
    #[error("the target answered {0}")]
    Status(StatusCode),
    /// The job has more targets than it may have.
    #[error("the job has more targets than target_limit, which is {0}")]
    TargetLimit(usize),
    /// It took too long.
    #[error("no answer within the time that a scrape may take")]
    Timeout,
    /// The answer is larger than it may be.
    #[error("the answer is larger than body_size_limit, which is {0} bytes")]
    TooLarge(usize),
    /// The answer is not text.
    #[error("the answer is not valid UTF-8")]
    Utf8,
}

impl ScrapeError {
    /// Every name that [`outcome`](Self::outcome) gives.
    pub(in crate::receivers::prometheus) const OUTCOMES: [&'static str; 12] = [
        "connection",
        "content_type",
        "credentials",
        "inflate",
        "label_limit",
        "nameless",
        "parse",
        "sample_limit",
        "status",
        "target_limit",
        "timeout",
        "too_large",
    ];

    /// Its name in counters.
    pub(in crate::receivers::prometheus) fn outcome(&self) -> &'static str {
        match self {
            Self::Collect(CollectError::Limit(..)) => "label_limit",
            Self::Collect(CollectError::Nameless) => "nameless",
            Self::Collect(CollectError::Parse(_)) | Self::Utf8 => "parse",
            Self::Collect(CollectError::TooManySamples(_)) => "sample_limit",
            Self::Connection(_) => "connection",
            Self::ContentType => "content_type",
            Self::Credentials(..) => "credentials",
            Self::Inflate => "inflate",
            Self::Status(_) => "status",
            Self::TargetLimit(_) => "target_limit",
            Self::Timeout => "timeout",
            Self::TooLarge(_) => "too_large",
        }
    }
}

impl From<InflateError> for ScrapeError {
    fn from(error: InflateError) -> Self {
        match error {
            InflateError::Broken(..) | InflateError::Busy => Self::Inflate,
            InflateError::TooLarge(limit) => Self::TooLarge(limit),
        }
    }
}
