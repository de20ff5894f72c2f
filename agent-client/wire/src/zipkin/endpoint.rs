//! Endpoints.

use std::borrow::Cow;

/// One side of a call: who, and where. Empty texts and port 0 are absent.
///
/// Addresses are text, as in JSON: what is no address is kept as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint<'a> {
    /// The name of the service.
    pub service_name: Cow<'a, str>,
    /// The address of IP version 4.
    pub ipv4: Cow<'a, str>,
    /// The address of IP version 6.
    pub ipv6: Cow<'a, str>,
    /// The port.
    pub port: i64,
}

impl Endpoint<'_> {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.service_name.is_empty()
            && self.ipv4.is_empty()
            && self.ipv6.is_empty()
            && self.port == 0
    }
}
