//! What kind of error a request of `reqwest` ended with.

use reqwest_middleware::Error;

use crate::record::outcome;

/// `error.type` of `error`: what `reqwest` can tell about it, else the name of its type.
pub(crate) fn error_type(error: &Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else if error.is_redirect() {
        "redirect"
    } else {
        match error {
            Error::Middleware(_) => outcome::error_type::<Error>(),
            Error::Reqwest(_) => outcome::error_type::<reqwest::Error>(),
        }
    }
}
