//! Which header tells who called a proxy.

/// The header in which proxies say whom they were called by.
///
/// A proxy writes one and passes the other on as its caller has sent it. So where a request has
/// both, and nobody has said which one to read, neither is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardingHeader {
    /// `Forwarded`, of [RFC 7239](https://www.rfc-editor.org/rfc/rfc7239).
    Forwarded,
    /// `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`.
    XForwarded,
}
