//! What kind of error a request of `reqwest` ended with.

use std::any::Any;

use reqwest_middleware::Error;

use crate::record::{NameError, outcome};

/// `error.type` of `error`: what `reqwest` can tell about it, else the name of its type.
pub(crate) fn of_middleware(error: &Error) -> &'static str {
    match error {
        Error::Middleware(_) => outcome::error_type::<Error>(),
        Error::Reqwest(error) => of_reqwest(error),
    }
}

/// `error.type` of an error that may be one of `reqwest`'s.
pub(crate) fn of_any<E: 'static>(error: &E) -> &'static str {
    let error: &dyn Any = error;
    match error.downcast_ref() {
        Some(error) => of_reqwest(error),
        None => outcome::error_type::<E>(),
    }
}

/// Names the errors of `reqwest`'s bodies.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ByReqwest;

impl outcome::sealed::Sealed for ByReqwest {}

impl NameError<reqwest::Error> for ByReqwest {
    fn name(error: &reqwest::Error) -> &'static str {
        of_reqwest(error)
    }
}

fn of_reqwest(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else if error.is_redirect() {
        "redirect"
    } else {
        outcome::error_type::<reqwest::Error>()
    }
}
