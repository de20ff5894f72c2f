//! Carriers: what headers are read from and written to.
//!
//! [`Getter`] and [`Setter`] are OpenTelemetry's words for the two halves. They are implemented
//! for [`http::HeaderMap`], for string maps, and (feature `tonic`) for tonic's `MetadataMap`.
//! [`HeaderExtractor`] and [`HeaderInjector`] lend a header map to a propagator of someone else.
//!
//! String maps stand for the headers of a message queue. Their names are compared without regard
//! to case, by going through the map, so that `TraceParent` beside `traceparent` is seen as the
//! duplicate it is.

use http::{HeaderName, HeaderValue};

pub(crate) mod adapter;
mod header_map;
mod string_map;

pub(crate) use adapter::{FromExtractor, ToInjector};
pub use adapter::{HeaderExtractor, HeaderInjector};

/// What a carrier can say at once about a name.
#[derive(Clone, Copy, Debug)]
pub enum Lookup<'a> {
    /// It has no such header.
    Absent,
    /// It has one value, as a header value, whose clones share its bytes.
    Lone(&'a HeaderValue),
    /// It has several values, or keeps none as header values: [`Getter::visit`] gives them.
    Unknown,
}

/// Reads headers from a carrier.
pub trait Getter {
    /// Looks the header `name` up. A carrier of header values answers so that the usual case, one
    /// value or none, is read where it lies; others leave it at the default,
    /// [`Lookup::Unknown`].
    fn lookup(&self, name: &HeaderName) -> Lookup<'_> {
        let _ = name;
        Lookup::Unknown
    }

    /// Gives every value of the header `name` to `see`, in the order received.
    fn visit(&self, name: &HeaderName, see: &mut dyn FnMut(&[u8]));

    /// Gives every header whose lower-case name begins with `prefix` to `see`: name, value.
    fn visit_prefix(&self, prefix: &str, see: &mut dyn FnMut(&str, &[u8]));
}

/// Writes headers to a carrier.
pub trait Setter {
    /// Sets the header `name`, replacing every value it had.
    fn set(&mut self, name: &HeaderName, value: HeaderValue);

    /// Removes every value of the header `name`.
    fn remove(&mut self, name: &HeaderName);

    /// Removes every header whose lower-case name begins with `prefix`.
    fn remove_prefix(&mut self, prefix: &str);
}
