//! `read_timeout` on its way to who reads the body.

use std::time::Duration;

/// How long a request's body may take to arrive, as an extension of the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyDeadline(pub(crate) Duration);
