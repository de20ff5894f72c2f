//! What is known of a request from its start, shared by who reports it and who serves it.

use std::sync::Arc;

use crate::describe::Exchange;
use crate::record::clock::Started;
use crate::settings::Settings;

/// One allocation for a request: its guard and its [`CurrentSpan`](crate::CurrentSpan) share it.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) exchange: Exchange,
    pub(crate) started: Started,
    pub(crate) settings: Arc<Settings>,
}
